import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forTenant, newId, query, transact, write } from '@ordergraph/tenancy';
import type { SandboxCallKind } from '../../entities/sandbox-call.entity.ts';
import type { SandboxChargeStatus } from '../../entities/sandbox-charge.entity.ts';
import type { NewEvent } from './events.ts';

/** A charge as the sandbox locks it. */
export interface ChargeRow {
  readonly id: string;
  readonly methodToken: string;
  readonly status: SandboxChargeStatus;
  readonly amountMinor: bigint;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
  readonly isClosed: boolean;
  readonly isExpired: boolean;
}

/** A call as the sandbox writes it down. */
export interface NewCall {
  readonly id: string;
  readonly key: string;
  readonly kind: SandboxCallKind;
  readonly chargeId: string | null;
  readonly state: 'SUCCEEDED' | 'DECLINED' | 'PENDING' | 'REQUIRES_ACTION';
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  readonly code?: string | null;
  readonly isRetryable?: boolean;
}

export const chargeIdOf = (reference: string): string => reference.replace(/^ch_/, '');

/** The sandbox commits by itself: what it did stands, whatever becomes of the caller's transaction. */
export function inBooks<Result>(
  em: SqlEntityManager,
  tenantId: string,
  work: (books: SqlEntityManager) => Promise<Result>,
): Promise<Result> {
  const books = forTenant(em, tenantId);
  return transact(books, () => work(books));
}

const callColumns = `id, tenant_id, key, kind, charge_id, state, amount_minor, currency_code, code, is_retryable,
  is_reversed, created_at`;
const callValues = '$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, false, now()';

const callParameters = (tenantId: string, call: NewCall): unknown[] => [
  call.id,
  tenantId,
  call.key,
  call.kind,
  call.chargeId,
  call.state,
  call.amountMinor,
  call.currencyCode,
  call.code ?? null,
  call.isRetryable ?? false,
];

/** Writes down a call whose key is known to be new: its charge is locked. */
export function writeCall(books: SqlEntityManager, tenantId: string, call: NewCall): void {
  write(
    books,
    `insert into "payments"."sandbox_call" (${callColumns}) values (${callValues})`,
    callParameters(tenantId, call),
  );
}

/** Writes a call down unless its key is known; false when it is, and then nothing may be done for it again. */
export async function writeNewCall(em: SqlEntityManager, tenantId: string, call: NewCall): Promise<boolean> {
  let isNew = false;
  await inBooks(em, tenantId, async (books) =>
    write(
      books,
      `insert into "payments"."sandbox_call" (${callColumns}) values (${callValues})
       on conflict (tenant_id, key) do nothing returning 1`,
      callParameters(tenantId, call),
      (rows) => (isNew = rows.length > 0),
    ),
  );
  return isNew;
}

/** A charge as an authorisation opens it. */
export interface NewCharge {
  readonly methodToken: string;
  readonly status: SandboxChargeStatus;
  readonly returnUrl: string | null;
  readonly days: number;
}

/**
 * Writes down an authorisation, its charge and the webhooks to come, all of them or none: one statement, which travels
 * with the commit. Answers when the charge lapses; null when the call's key is known, and nothing was written.
 */
export async function openCharge(
  em: SqlEntityManager,
  tenantId: string,
  call: NewCall & { readonly chargeId: string },
  charge: NewCharge,
  events: readonly NewEvent[],
): Promise<Date | null> {
  let expiresAt: Date | null = null;
  await inBooks(em, tenantId, async (books) =>
    write(
      books,
      `with called as (
         insert into "payments"."sandbox_call" (${callColumns}) values (${callValues})
         on conflict (tenant_id, key) do nothing returning *
       ), planned as (
         insert into "payments"."sandbox_event" (id, tenant_id, event_id, type, key, decision, due_at, attempts)
         select e.id, c.tenant_id, e."eventId", e.type, e.key, e.decision, now() + e."inMs" * interval '1 millisecond', 0
         from called c, jsonb_to_recordset($15::jsonb)
           as e(id uuid, "eventId" uuid, type text, key text, decision text, "inMs" int)
       )
       insert into "payments"."sandbox_charge" (id, tenant_id, key, method_token, status, amount_minor, currency_code,
         captured_minor, refunded_minor, is_closed, return_url, expires_at, created_at)
       select c.charge_id, c.tenant_id, c.key, $11, $12, c.amount_minor, c.currency_code, 0, 0, false, $13,
         now() + $14 * interval '1 day', now()
       from called c
       returning trunc(extract(epoch from expires_at) * 1000)::float8 as expires_at_ms`,
      [
        ...callParameters(tenantId, call),
        charge.methodToken,
        charge.status,
        charge.returnUrl,
        charge.days,
        JSON.stringify(events.map((event) => ({ id: newId(), ...event }))),
      ],
      ([row]) => (expiresAt = row ? new Date(Number(row['expires_at_ms'])) : null),
    ),
  );
  return expiresAt;
}

/** Locks a charge, so that two calls about it are decided one after the other. */
export async function lockCharge(books: SqlEntityManager, chargeId: string): Promise<ChargeRow | null> {
  const rows = await query<{
    id: string;
    method_token: string;
    status: SandboxChargeStatus;
    amount_minor: string;
    captured_minor: string;
    refunded_minor: string;
    is_closed: boolean;
    is_expired: boolean;
  }>(
    books,
    `select id, method_token, status, amount_minor, captured_minor, refunded_minor, is_closed, expires_at <= now() as is_expired
     from "payments"."sandbox_charge" where id = $1 for update`,
    [chargeId],
  );
  const row = rows[0];
  return row
    ? {
        id: row.id,
        methodToken: row.method_token,
        status: row.status,
        amountMinor: BigInt(row.amount_minor),
        capturedMinor: BigInt(row.captured_minor),
        refundedMinor: BigInt(row.refunded_minor),
        isClosed: row.is_closed,
        isExpired: row.is_expired,
      }
    : null;
}
