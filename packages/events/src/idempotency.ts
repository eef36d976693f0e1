import { createHash } from 'node:crypto';
import { query, write } from '@ordergraph/tenancy';
import type { Transaction } from './transaction.ts';

/** What a repeated call finds. `Outcome` holds a refusal or the ids of what was made, never rendered answers. */
export type Claim<Outcome> =
  | { readonly status: 'first' }
  | { readonly status: 'repeated'; readonly outcome: Outcome }
  | { readonly status: 'reused' };

/** Names one call: who, what, and the caller's key. The same key of another actor or operation is another call. */
export interface IdempotencyScope {
  readonly operation: string;
  readonly actor: string;
  readonly key: string;
  /** Everything of the input that makes it the same request, the key itself left out. */
  readonly input: unknown;
}

/** The canonical form of a value: object keys in order, so that equal inputs have equal fingerprints. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [name, canonical(entry)]),
  );
}

const fingerprintOf = (input: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(input)))
    .digest('base64url');

/**
 * Takes an idempotency key in the transaction of the effect. A second call waits on the key's unique index until the
 * first has committed, at most as long as the role's `lock_timeout`, and then finds its outcome.
 */
export async function claimKey<Outcome>(
  transaction: Transaction,
  subgraph: string,
  scope: IdempotencyScope,
): Promise<Claim<Outcome>> {
  const fingerprint = fingerprintOf(scope.input);
  const key = [transaction.tenantId, scope.actor, scope.operation, scope.key];
  const taken = await query(
    transaction.em,
    `insert into "${subgraph}"."idempotency_key" (tenant_id, actor, operation, key, fingerprint)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning 1`,
    [...key, fingerprint],
  );
  if (taken.length > 0) return { status: 'first' };
  const rows = await query<{ fingerprint: string; outcome: Outcome }>(
    transaction.em,
    `select fingerprint, outcome from "${subgraph}"."idempotency_key"
     where tenant_id = $1 and actor = $2 and operation = $3 and key = $4`,
    key,
  );
  const row = rows[0];
  if (!row) throw new Error('An idempotency key vanished between two statements; keys are never deleted while in use.');
  return row.fingerprint === fingerprint ? { status: 'repeated', outcome: row.outcome } : { status: 'reused' };
}

/** Stores what the call came to, for its repetitions. */
export function settleKey(transaction: Transaction, subgraph: string, scope: IdempotencyScope, outcome: unknown): void {
  write(
    transaction.em,
    `update "${subgraph}"."idempotency_key" set outcome = $5::jsonb
     where tenant_id = $1 and actor = $2 and operation = $3 and key = $4`,
    [transaction.tenantId, scope.actor, scope.operation, scope.key, JSON.stringify(outcome)],
  );
}

/** What calls of one actor and operation came to, by key; keys that were never used are absent. Writes nothing. */
export async function findOutcomes<Outcome>(
  transaction: Transaction,
  subgraph: string,
  call: Pick<IdempotencyScope, 'operation' | 'actor'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Outcome>> {
  const rows = await query<{ key: string; outcome: Outcome }>(
    transaction.em,
    `select key, outcome from "${subgraph}"."idempotency_key"
     where tenant_id = $1 and actor = $2 and operation = $3 and key = any($4)`,
    [transaction.tenantId, call.actor, call.operation, keys],
  );
  return new Map(rows.map(({ key, outcome }) => [key, outcome]));
}
