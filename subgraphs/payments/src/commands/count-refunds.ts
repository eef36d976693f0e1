import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import type { RefundStatus } from '../../generated/graphql.ts';

/** How many of the merchant's refunds stand where. Changes nothing. */
export async function countRefunds(tx: Transaction): Promise<ReadonlyMap<RefundStatus, number>> {
  const rows = await query<{ status: RefundStatus; count: number }>(
    tx.em,
    'select status, count(*)::int as count from "payments"."refund" where tenant_id = $1 group by status',
    [tx.tenantId],
  );
  return new Map(rows.map(({ status, count }) => [status, count]));
}
