import type { Transaction } from '@ordergraph/events';
import type { StockRestocked } from '@ordergraph/schema';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import { Unshipped, type Parcel } from '../domain/parcels.ts';
import { hasLeft } from '../domain/shipment-status.ts';
import { OrderAllocation, OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { withdraw } from './cancel-shipment.ts';
import { changeShipment, prepareParcel } from './shipment-rows.ts';

/**
 * Takes refunded units that never left out of what is to be shipped: out of parcels that are still here, each of which is
 * withdrawn when nothing is left in it. What a parcel held for another line because the units are the same is packed anew.
 */
export async function withdrawUnits(tx: Transaction, news: StockRestocked): Promise<void> {
  const { orderId, refundId } = news;
  const released = news.released ?? [];
  if (released.length === 0) return;
  const order = await findRow(tx.em, OrderCopy, { id: orderId }, { lock: 'wait' });
  if (!order || order.refundIds.includes(refundId)) return;
  const [allocation, shipments] = await Promise.all([
    findRow(tx.em, OrderAllocation, { orderId }),
    findRows(tx.em, Shipment, { orderId, isReturn: false }, { orderBy: { id: 'asc' }, lock: 'wait' }),
  ]);
  const without = (quantity: number, units: typeof released): number =>
    Math.max(
      0,
      units.reduce((left, one) => left - one.quantity, quantity),
    );
  const lines = order.lines.map((line) => ({
    ...line,
    quantity: without(
      line.quantity,
      released.filter(({ orderLineId }) => orderLineId === line.orderLineId),
    ),
  }));
  const allocations = (allocation?.lines ?? []).map((place) => ({
    ...place,
    quantity: without(
      place.quantity,
      released.filter((one) => one.variantId === place.variantId && one.locationId === place.locationId),
    ),
  }));
  updateRow(tx.em, OrderCopy, order, { lines, refundIds: [...order.refundIds, refundId] });
  if (allocation) updateRow(tx.em, OrderAllocation, allocation, { lines: allocations });

  const standing = shipments.filter((shipment) => shipment.status !== 'CANCELLED');
  const gone = standing.filter(hasLeft);
  const waiting = standing.filter((shipment) => !hasLeft(shipment) && shipment.operation !== 'CANCEL');
  const unshipped = new Unshipped(lines, allocations, gone);
  const unitsIn = (parcels: readonly Pick<Parcel, 'lines'>[]): number =>
    parcels.flatMap((parcel) => parcel.lines).reduce((sum, { quantity }) => sum + quantity, 0);
  let takenOut = 0;
  for (const shipment of waiting) {
    const rest = unshipped.packAgain(shipment);
    const taken = unitsIn([shipment]) - unitsIn([{ lines: rest }]);
    if (taken === 0) continue;
    takenOut += taken;
    if (rest.length > 0) changeShipment(tx, shipment, { lines: rest });
    // Its lines stay: should its carrier have taken it already, they tell what is gone.
    else withdraw(tx, shipment, 'All that was in it was refunded.', 'All that was in it was refunded.');
  }
  const [first] = waiting;
  if (!first || takenOut <= unitsIn([{ lines: released.map((one) => ({ ...one })) }])) return;
  const displaced = new Set(waiting.flatMap((shipment) => shipment.lines.map(({ orderLineId }) => orderLineId)));
  const parcels = unshipped
    .packAll()
    .map((parcel) => ({ ...parcel, lines: parcel.lines.filter(({ orderLineId }) => displaced.has(orderLineId)) }))
    .filter((parcel) => parcel.lines.length > 0);
  const { carrierCode, dispatchDueAt = null } = first;
  for (const [index, parcel] of parcels.entries()) {
    prepareParcel(tx, order, { ...parcel, carrierCode, dispatchDueAt }, order.parcelCount + index + 1);
  }
  updateRow(tx.em, OrderCopy, order, { parcelCount: order.parcelCount + parcels.length });
}
