import type { Transaction } from '@ordergraph/events';
import { newId, write } from '@ordergraph/tenancy';

/**
 * Adds a line to an order's history, behind what it tells of is written to the order. The caller holds the order's row,
 * so the numbers have no gaps. Whoever watches the order is told: of the line when they may read it, and else of the
 * order when it has changed since the line before.
 */
export function addToTimeline(
  tx: Transaction,
  orderId: string,
  type: string,
  message: string,
  options: { isForStaff?: boolean; at?: Date } = {},
): void {
  write(
    tx.em,
    `insert into "orders"."timeline_event" (id, tenant_id, order_id, sequence, type, message, is_for_staff, actor, occurred_at,
       order_version, changes_order)
     select $1, $2, $3, coalesce(l.sequence, 0) + 1, $4, $5, $6, $7::jsonb, $8, o.version, o.version is distinct from l.order_version
     from "orders"."order" o left join lateral (select sequence, order_version from "orders"."timeline_event"
       where tenant_id = $2 and order_id = $3 order by sequence desc limit 1) l on true
     where o.tenant_id = $2 and o.id = $3`,
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
