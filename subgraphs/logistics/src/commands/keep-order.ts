import type { Transaction } from '@ordergraph/events';
import type { OrderCreated, StockAllocated } from '@ordergraph/schema';
import { findRow, updateRow, write } from '@ordergraph/tenancy';
import { OrderCopy } from '../entities/order-copy.entity.ts';
import { prepareWhatWaits } from './prepare-shipments.ts';

const holdOrder = (tx: Transaction, id: string): Promise<OrderCopy | null> =>
  findRow(tx.em, OrderCopy, { id }, { lock: 'wait' });

/** Keeps what of a new order is needed to ship it. */
export async function keepOrder(tx: Transaction, order: OrderCreated): Promise<void> {
  const lines = order.lines.flatMap(({ orderLineId, variantId, quantity }) =>
    variantId ? [{ orderLineId, variantId, quantity }] : [],
  );
  write(
    tx.em,
    `insert into "logistics"."order_copy" (id, tenant_id, cart_id, customer_id, number, state, hold_ids, lines,
       shipping_address, parcel_count, refund_ids)
     values ($1, $2, $3, $4, $5, 'PLACED', '[]'::jsonb, $6::jsonb, $7::jsonb, 0, '[]'::jsonb) on conflict (id) do nothing`,
    [
      order.orderId,
      tx.tenantId,
      order.cartId,
      order.customerId ?? null,
      order.number,
      JSON.stringify(lines),
      order.shippingAddress ? JSON.stringify(order.shippingAddress) : null,
    ],
  );
}

/** The order stands: its goods may leave. */
export async function confirmOrder(tx: Transaction, orderId: string): Promise<void> {
  write(tx.em, `update "logistics"."order_copy" set state = 'CONFIRMED' where id = $1 and state = 'PLACED'`, [orderId]);
}

/** Keeps where the goods of an order lie, and prepares the parcels that waited for that. */
export async function keepAllocation(tx: Transaction, { orderId, lines }: StockAllocated): Promise<void> {
  write(
    tx.em,
    `insert into "logistics"."order_allocation" (tenant_id, order_id, lines) values ($1, $2, $3::jsonb)
     on conflict (tenant_id, order_id) do update set lines = excluded.lines`,
    [tx.tenantId, orderId, JSON.stringify(lines)],
  );
  const order = await holdOrder(tx, orderId);
  if (order?.prepareKey) await prepareWhatWaits(tx, order);
}

/** Notes that staff keep the order from being shipped, or no longer do. */
export async function noteHold(tx: Transaction, orderId: string, holdId: string, isHeld: boolean): Promise<void> {
  const order = await holdOrder(tx, orderId);
  if (!order) return;
  const others = order.holdIds.filter((id) => id !== holdId);
  updateRow(tx.em, OrderCopy, order, { holdIds: isHeld ? [...others, holdId] : others });
}
