import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { read } from '@ordergraph/tenancy';
import type { SandboxCallKind } from '../../entities/sandbox-call.entity.ts';
import type { SandboxChargeStatus } from '../../entities/sandbox-charge.entity.ts';
import type { ProviderRecord, ProviderResult } from '../provider.ts';
import type { NewCall } from './books.ts';

/** Where a customer confirms a charge that asks for it. */
export const confirmationPath = '/payments/sandbox/confirm';

const chargeReference = (chargeId: string): string => `ch_${chargeId}`;

/** What a call came to, as its record and its charge say. */
export interface CallOutcome extends Pick<NewCall, 'id' | 'kind' | 'state' | 'chargeId' | 'code' | 'isRetryable'> {
  readonly expiresAt?: Date | null;
}

/** Tells what a call came to the way that a provider answers it. */
export function resultOf(call: CallOutcome, tenantId: string, publicUrl: string): ProviderResult {
  const isAuthorization = call.kind === 'AUTHORIZE';
  const reference = isAuthorization ? chargeReference(call.chargeId ?? '') : `tr_${call.id}`;
  switch (call.state) {
    case 'SUCCEEDED':
      return { outcome: 'succeeded', reference, expiresAt: isAuthorization ? (call.expiresAt ?? null) : null };
    case 'DECLINED':
      return { outcome: 'declined', code: call.code ?? 'declined', isRetryable: call.isRetryable ?? false };
    case 'PENDING':
      return { outcome: 'pending', reference };
    case 'REQUIRES_ACTION': {
      const url = new URL(confirmationPath, publicUrl);
      url.searchParams.set('account', tenantId);
      url.searchParams.set('charge', call.chargeId ?? '');
      return { outcome: 'requiresAction', reference, url: url.href };
    }
  }
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

/** What the books say about a key; null when it was never seen. */
export async function readRecord(
  books: SqlEntityManager,
  tenantId: string,
  key: string,
  publicUrl: string,
): Promise<ProviderRecord | null> {
  const [row] = await read<RecordRow>(
    books,
    `select c.id, c.kind, c.state, c.code, c.is_retryable, c.is_reversed, c.charge_id, h.status, h.captured_minor,
       h.refunded_minor, h.is_closed, trunc(extract(epoch from h.expires_at) * 1000)::float8 as expires_at_ms
     from "payments"."sandbox_call" c left join "payments"."sandbox_charge" h on h.id = c.charge_id where c.key = $1`,
    [key],
  );
  if (!row) return null;
  const isLive = row.status === 'AUTHORIZED' || row.status === 'PENDING' || row.status === 'REQUIRES_ACTION';
  const call: CallOutcome = {
    id: row.id,
    kind: row.kind,
    state: row.state,
    chargeId: row.charge_id,
    code: row.code,
    isRetryable: row.is_retryable,
    expiresAt: row.expires_at_ms === null ? null : new Date(row.expires_at_ms),
  };
  return {
    result: resultOf(call, tenantId, publicUrl),
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
