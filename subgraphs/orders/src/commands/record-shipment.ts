import type { Transaction } from '@ordergraph/events';
import type { ShipmentDelivered, ShipmentDispatched } from '@ordergraph/schema';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import { fulfillmentStatusOf } from '../domain/order.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { noteReturnOnItsWay } from './returns.ts';
import { addToTimeline } from './timeline.ts';

type Units = readonly { readonly orderLineId: string; readonly quantity: number }[];

async function countUnits(
  tx: Transaction,
  orderId: string,
  units: Units,
  of: 'shippedQuantity' | 'deliveredQuantity',
): Promise<Order | null> {
  const order = await findRow(tx.em, Order, { id: orderId }, { lock: 'wait' });
  if (!order) return null;
  const lines = await findRows(tx.em, OrderLine, { orderId });
  for (const { orderLineId, quantity } of units) {
    const line = lines.find(({ id }) => id === orderLineId);
    if (line) updateRow(tx.em, OrderLine, line, { [of]: line[of] + quantity });
  }
  updateRow(tx.em, Order, order, { fulfillmentStatus: fulfillmentStatusOf(lines), updatedAt: tx.now });
  return order;
}

/** Goods of an order have left: from here on it can be returned, and no longer cancelled. */
export async function recordDispatch(tx: Transaction, parcel: ShipmentDispatched): Promise<void> {
  if (parcel.returnId) return noteReturnOnItsWay(tx, parcel.returnId);
  const order = await countUnits(tx, parcel.orderId, parcel.lines, 'shippedQuantity');
  if (order) addToTimeline(tx, order.id, 'ShipmentDispatched', `The parcel ${parcel.number} is on its way.`);
}

/** Goods of an order were handed over. */
export async function recordDelivery(tx: Transaction, parcel: ShipmentDelivered): Promise<void> {
  if (parcel.isReturn) return;
  const order = await countUnits(tx, parcel.orderId, parcel.lines, 'deliveredQuantity');
  if (!order) return;
  const at = new Date(parcel.deliveredAt);
  addToTimeline(tx, order.id, 'ShipmentDelivered', `The parcel ${parcel.number} was delivered.`, { at });
}
