import type { Transaction } from '@ordergraph/events';
import type { PrepareReturnShipment } from '@ordergraph/schema';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import { hasLeft } from '../domain/shipment-status.ts';
import { OrderAllocation, OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { prepareParcel, tellCreated } from './shipment-rows.ts';

const withoutCarrier = 'by-hand';

/**
 * Prepares the way back of goods that were bought: to the place that they came from, with the carrier that brought them.
 * Once per return; asked again, it answers with the same parcel.
 */
export async function prepareReturn(tx: Transaction, command: PrepareReturnShipment): Promise<void> {
  const { returnId, orderId } = command;
  const order = await findRow(tx.em, OrderCopy, { id: orderId }, { lock: 'wait' });
  if (!order) throw new Error(`Order ${orderId} is not known yet; expected OrderCreated before PrepareReturnShipment.`);
  const [shipments, allocation] = await Promise.all([
    findRows(tx.em, Shipment, { orderId }, { orderBy: { id: 'asc' } }),
    findRow(tx.em, OrderAllocation, { orderId }),
  ]);
  const known = shipments.find((shipment) => shipment.returnId === returnId);
  if (known) return tellCreated(tx, known);
  const brought = shipments.filter((one) => !one.isReturn && hasLeft(one));
  const ids = new Set(command.lines.map(({ orderLineId }) => orderLineId));
  const [source] = [
    ...brought.filter(({ lines }) => lines.some(({ orderLineId }) => ids.has(orderLineId))),
    ...brought,
    ...shipments,
  ];
  const locationId = source?.locationId ?? allocation?.lines[0]?.locationId;
  // Nothing of it was ever anywhere: whoever brings it back comes without a parcel of ours.
  if (locationId === undefined) return;
  const lines = command.lines.flatMap(({ orderLineId, quantity }) => {
    const line = order.lines.find((one) => one.orderLineId === orderLineId);
    return line ? [{ orderLineId, variantId: line.variantId, quantity }] : [];
  });
  const parcelCount = order.parcelCount + 1;
  const carrierCode = source?.carrierCode ?? withoutCarrier;
  prepareParcel(tx, order, { locationId, lines, carrierCode, returnId }, parcelCount);
  updateRow(tx.em, OrderCopy, order, { parcelCount });
}
