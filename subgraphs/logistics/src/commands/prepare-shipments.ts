import type { Transaction } from '@ordergraph/events';
import type { PrepareShipment } from '@ordergraph/schema';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import { Unshipped } from '../domain/parcels.ts';
import { LogisticsSettings } from '../entities/logistics-settings.entity.ts';
import { OrderAllocation, OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { prepareParcel, tellCreated } from './shipment-rows.ts';

/**
 * Prepares parcels for everything that was allocated to an order, one for each place that goods leave from. Where
 * inventory's news is still on its way, the answer waits for it. Also takes back a stop: the goods may leave after all.
 */
export async function prepareShipments(tx: Transaction, { orderId, carrierCode }: PrepareShipment): Promise<void> {
  const order = await findRow(tx.em, OrderCopy, { id: orderId }, { lock: 'wait' });
  if (!order) throw new Error(`Order ${orderId} is not known; expected OrderCreated before PrepareShipment.`);
  updateRow(tx.em, OrderCopy, order, {
    state: 'CONFIRMED',
    prepareKey: tx.commandKey,
    prepareCarrierCode: carrierCode,
  });
  await prepareWhatWaits(tx, order);
}

/** Prepares what a command asked for, if it is known by now where the goods lie. The transaction holds the order. */
export async function prepareWhatWaits(tx: Transaction, order: OrderCopy): Promise<void> {
  const { prepareKey, prepareCarrierCode } = order;
  if (!prepareCarrierCode) return;
  const [allocation, shipments, settings] = await Promise.all([
    findRow(tx.em, OrderAllocation, { orderId: order.id }),
    findRows(tx.em, Shipment, { orderId: order.id, isReturn: false }, { orderBy: { id: 'asc' } }),
    findRow(tx.em, LogisticsSettings, {}),
  ]);
  if (!allocation) return;
  const standing = shipments.filter(({ status }) => status !== 'CANCELLED');
  const parcels = new Unshipped(order.lines, allocation.lines, standing).packAll();
  const dispatchDueAt = settings?.isDispatchAutomatic
    ? new Date(tx.now.getTime() + 1_000 * settings.dispatchDelaySeconds)
    : null;
  for (const [index, parcel] of parcels.entries()) {
    const preparation = { ...parcel, carrierCode: prepareCarrierCode, dispatchDueAt, commandKey: prepareKey };
    prepareParcel(tx, order, preparation, order.parcelCount + index + 1);
  }
  // Nothing is left to prepare when the command is repeated, or staff was faster: what there is answers it.
  const known = standing.length > 0 ? standing : shipments;
  if (parcels.length === 0) for (const shipment of known) tellCreated(tx, shipment, prepareKey);
  updateRow(tx.em, OrderCopy, order, {
    parcelCount: order.parcelCount + parcels.length,
    prepareKey: null,
    prepareCarrierCode: null,
  });
  if (parcels.length > 0 && dispatchDueAt) tx.wake('task:dispatches');
}
