import type { Cause } from '@ordergraph/events';
import type { Runtime } from '@ordergraph/subgraph-server';
import type { OperationKind, OperationState } from '../entities/provider-operation.entity.ts';

/** An operation that this process may carry to the provider, until its lease ends. */
export interface ClaimedOperation {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: OperationKind;
  readonly state: OperationState;
  readonly paymentId: string | null;
  readonly refundId: string | null;
  readonly key: string;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  readonly isFinal: boolean;
  readonly methodToken: string | null;
  readonly returnUrl: string | null;
  readonly chargeKey: string | null;
  readonly chargeReference: string | null;
  readonly cause: Cause;
  readonly attempts: number;
  /** Grows with each claim: what a holder writes after losing its lease is refused by it. */
  readonly leaseEpoch: number;
}

const claimedColumns = [
  'id',
  'tenant_id',
  'kind',
  'state',
  'payment_id',
  'refund_id',
  'key',
  'amount_minor',
  'currency_code',
  'is_final',
  'method_token',
  'return_url',
  'charge_key',
  'charge_reference',
  'cause',
  'attempts',
  'lease_epoch',
];

/** What the relay role may touch to find and lease what is due. */
export const operationGrants: readonly string[] = [
  `grant select (${[...claimedColumns, 'next_attempt_at', 'leased_until'].join(', ')}),
     update (attempts, lease_epoch, leased_until) on "payments"."provider_operation" to "relay_payments"`,
];

// Operations of one payment go to the provider one after the other. An authorisation or a refund that waits for the
// provider's decision holds up nobody: giving up must not wait for it.
const claim = `
  update "payments"."provider_operation" o
  set attempts = o.attempts + 1, lease_epoch = o.lease_epoch + 1, leased_until = now() + $2 * interval '1 millisecond'
  from (
    select c.id from "payments"."provider_operation" c
    where c.state in ('PENDING', 'UNKNOWN', 'AWAITING') and c.next_attempt_at <= now()
      and (c.leased_until is null or c.leased_until < now())
      and not exists (
        select 1 from "payments"."provider_operation" e
        where e.tenant_id = c.tenant_id and e.payment_id = c.payment_id and e.id < c.id
          and (e.state in ('PENDING', 'UNKNOWN') or e.state = 'AWAITING' and e.kind in ('CAPTURE', 'VOID'))
      )
    order by c.next_attempt_at limit $1 for update skip locked
  ) due
  where o.id = due.id
  returning ${claimedColumns.map((column) => `o.${column}`).join(', ')}`;

interface ClaimedRow extends Record<string, unknown> {
  id: string;
  tenant_id: string;
  kind: OperationKind;
  state: OperationState;
  payment_id: string | null;
  refund_id: string | null;
  key: string;
  amount_minor: string;
  currency_code: string;
  is_final: boolean;
  method_token: string | null;
  return_url: string | null;
  charge_key: string | null;
  charge_reference: string | null;
  cause: Cause;
  attempts: number;
  lease_epoch: number;
}

/** Leases up to `limit` operations that are due, over all tenants. */
export async function claimOperations(
  runtime: Runtime<unknown>,
  limit: number,
  leaseMs: number,
): Promise<ClaimedOperation[]> {
  const rows = await runtime.crossTenant<ClaimedRow>(claim, [limit, leaseMs]);
  return rows.map((row) => ({
    id: row.id,
    tenantId: row.tenant_id,
    kind: row.kind,
    state: row.state,
    paymentId: row.payment_id,
    refundId: row.refund_id,
    key: row.key,
    amountMinor: BigInt(row.amount_minor),
    currencyCode: row.currency_code,
    isFinal: row.is_final,
    methodToken: row.method_token,
    returnUrl: row.return_url,
    chargeKey: row.charge_key,
    chargeReference: row.charge_reference,
    cause: row.cause,
    attempts: row.attempts,
    leaseEpoch: row.lease_epoch,
  }));
}
