import type { Transaction } from '@ordergraph/events';
import { findRow, write } from '@ordergraph/tenancy';
import { OrderPoints } from '../entities/order-points.entity.ts';

/**
 * Takes what loyalty knows of an order, before its customer's account. A payment may be heard of before its order: then
 * there is nothing yet but the order's id.
 */
export async function holdOrder(tx: Transaction, orderId: string): Promise<OrderPoints> {
  write(
    tx.em,
    `insert into "loyalty"."order_points" (id, tenant_id, is_known, is_over, is_shipped, lines, captured_minor,
       refunded_minor, earned, reversed, forgiven, redeemed, restored)
     values ($1, $2, false, false, false, '[]', 0, 0, 0, 0, 0, 0, 0) on conflict (id) do nothing`,
    [orderId, tx.tenantId],
  );
  const order = await findRow(tx.em, OrderPoints, { id: orderId, tenantId: tx.tenantId }, { lock: 'wait' });
  if (!order) throw new Error(`The order ${orderId} was noted and is not there.`);
  return order;
}
