import type { Transaction } from '@ordergraph/events';
import { newId, write } from '@ordergraph/tenancy';

/** Adds a line to an order's history. The caller holds the order's row, so the numbers have no gaps. Whoever watches the order is told. */
export function addToTimeline(
  tx: Transaction,
  orderId: string,
  type: string,
  message: string,
  options: { isForStaff?: boolean; at?: Date } = {},
): void {
  write(
    tx.em,
    `insert into "orders"."timeline_event" (id, tenant_id, order_id, sequence, type, message, is_for_staff, actor, occurred_at)
     select $1, $2, $3, coalesce(max(sequence), 0) + 1, $4, $5, $6, $7::jsonb, $8
     from "orders"."timeline_event" where tenant_id = $2 and order_id = $3`,
    [
      newId(),
      tx.tenantId,
      orderId,
      type,
      message,
      options.isForStaff ?? false,
      JSON.stringify(tx.actor),
      options.at ?? tx.now,
    ],
  );
  tx.publishLive(['order', orderId], {});
}
