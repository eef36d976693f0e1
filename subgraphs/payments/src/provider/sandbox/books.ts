import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forTenant, query } from '@ordergraph/tenancy';
import type { SandboxCallKind } from '../../entities/sandbox-call.entity.ts';
import type { SandboxChargeStatus } from '../../entities/sandbox-charge.entity.ts';
import type { ProviderRecord, ProviderResult } from '../provider.ts';

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

/** Where a customer confirms a charge that asks for it. */
export const confirmationPath = '/payments/sandbox/confirm';

export const chargeReference = (chargeId: string): string => `ch_${chargeId}`;
export const chargeIdOf = (reference: string): string => reference.replace(/^ch_/, '');

/** The sandbox commits by itself: what it did stands, whatever becomes of the caller's transaction. */
export function inBooks<Result>(
  em: SqlEntityManager,
  tenantId: string,
  work: (books: SqlEntityManager) => Promise<Result>,
): Promise<Result> {
  // A fork of a PostgreSQL EntityManager hands its own kind to transactional().
  return forTenant(em, tenantId).transactional((inner) => work(inner as SqlEntityManager));
}

/** Writes a call down; false when its key is known, and then nothing may be done for it again. */
export async function writeCall(books: SqlEntityManager, tenantId: string, call: NewCall): Promise<boolean> {
  const rows = await query(
    books,
    `insert into "payments"."sandbox_call" (id, tenant_id, key, kind, charge_id, state, amount_minor, currency_code, code,
       is_retryable, is_reversed, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, false, now()) on conflict (tenant_id, key) do nothing returning 1`,
    [
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
    ],
  );
  return rows.length > 0;
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

interface RecordRow extends Record<string, unknown> {
  id: string;
  kind: SandboxCallKind;
  state: NewCall['state'];
  code: string | null;
  is_retryable: boolean;
  is_reversed: boolean;
  charge_id: string | null;
  status: SandboxChargeStatus | null;
  captured_minor: string | null;
  refunded_minor: string | null;
  is_closed: boolean | null;
  expires_at_ms: number | null;
}

function resultOf(row: RecordRow, tenantId: string, publicUrl: string): ProviderResult {
  const reference = row.kind === 'AUTHORIZE' ? chargeReference(row.charge_id ?? '') : `tr_${row.id}`;
  const expiresAt = row.kind === 'AUTHORIZE' && row.expires_at_ms !== null ? new Date(row.expires_at_ms) : null;
  switch (row.state) {
    case 'SUCCEEDED':
      return { outcome: 'succeeded', reference, expiresAt };
    case 'DECLINED':
      return { outcome: 'declined', code: row.code ?? 'declined', isRetryable: row.is_retryable };
    case 'PENDING':
      return { outcome: 'pending', reference };
    case 'REQUIRES_ACTION': {
      const url = new URL(confirmationPath, publicUrl);
      url.searchParams.set('account', tenantId);
      url.searchParams.set('charge', row.charge_id ?? '');
      return { outcome: 'requiresAction', reference, url: url.href };
    }
  }
}

/** What the books say about a key; null when it was never seen. */
export async function readRecord(
  books: SqlEntityManager,
  tenantId: string,
  key: string,
  publicUrl: string,
): Promise<ProviderRecord | null> {
  const rows = await query<RecordRow>(
    books,
    `select c.id, c.kind, c.state, c.code, c.is_retryable, c.is_reversed, c.charge_id, h.status, h.captured_minor,
       h.refunded_minor, h.is_closed, trunc(extract(epoch from h.expires_at) * 1000)::float8 as expires_at_ms
     from "payments"."sandbox_call" c left join "payments"."sandbox_charge" h on h.id = c.charge_id where c.key = $1`,
    [key],
  );
  const row = rows[0];
  if (!row) return null;
  const isLive = row.status === 'AUTHORIZED' || row.status === 'PENDING' || row.status === 'REQUIRES_ACTION';
  return {
    result: resultOf(row, tenantId, publicUrl),
    isReversed: row.is_reversed,
    charge: row.charge_id
      ? {
          reference: chargeReference(row.charge_id),
          isOpen: isLive && row.is_closed === false,
          capturedMinor: BigInt(row.captured_minor ?? 0),
          refundedMinor: BigInt(row.refunded_minor ?? 0),
        }
      : null,
  };
}
