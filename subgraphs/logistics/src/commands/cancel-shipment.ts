import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import type { ShipmentErrorCode } from '../../generated/graphql.ts';
import { isConnected } from '../carriers/carrier.ts';
import { hasLeft } from '../domain/shipment-status.ts';
import { OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { carrierTask } from './dispatch-shipment.ts';
import { prepareWhatWaits } from './prepare-shipments.ts';
import { holdShipment, recordReport } from './shipment-rows.ts';

/** Cancels a parcel: at once while no carrier knows of it, else as soon as its carrier agrees. */
export async function cancelShipment(
  tx: Transaction,
  { id, reason }: { readonly id: string | null; readonly reason: string },
): Promise<Outcome<{ shipmentId: string }, ShipmentErrorCode>> {
  const wrongReason = textProblem('A reason', reason, 500);
  if (wrongReason) return refuse('INVALID', wrongReason, ['reason']);
  const shipment = id === null ? null : await holdShipment(tx, id);
  if (!shipment) return refuse('NOT_FOUND', 'There is no parcel with this id.', ['shipmentId']);
  if (shipment.status === 'CANCELLED') return done({ shipmentId: shipment.id });
  if (hasLeft(shipment)) {
    return refuse('ALREADY_DISPATCHED', `The parcel is ${shipment.status}: the carrier has it.`);
  }
  withdraw(tx, shipment, 'Cancelled by the merchant.', reason);
  return done({ shipmentId: shipment.id });
}

/** Ends a held parcel that has not left, or asks its carrier to. */
export function withdraw(tx: Transaction, shipment: Shipment, description: string, reason: string): void {
  const isUnknownToCarrier =
    !isConnected(shipment.carrierCode) ||
    (shipment.status === 'PENDING' && (shipment.operation == null || shipment.operationAttempts === 0));
  if (isUnknownToCarrier) {
    const also = { dispatchDueAt: null, operation: null, operationDueAt: null };
    recordReport(tx, shipment, { status: 'CANCELLED', description, reason, occurredAt: tx.now, source: 'STAFF', also });
    return;
  }
  if (shipment.operation === 'CANCEL') return;
  // A booking that is under way is finished first: only what has a tracking number can be cancelled.
  updateRow(tx.em, Shipment, shipment, {
    operation: 'CANCEL',
    operationDueAt: shipment.operation === 'BOOK' ? (shipment.operationDueAt ?? tx.now) : tx.now,
    carrierProblem: null,
    dispatchDueAt: null,
  });
  tx.wake(`task:${carrierTask}`);
}

/**
 * Keeps an order's goods from leaving, for the saga that ends the order. Refused once a parcel has left; otherwise
 * answered when no carrier has anything of it any more.
 */
export async function stopShipments(tx: Transaction, orderId: string, reason: string): Promise<void> {
  const order = await findRow(tx.em, OrderCopy, { id: orderId }, { lock: 'wait' });
  if (!order) throw new Error(`Order ${orderId} is not known; expected OrderCreated before StopShipment.`);
  const shipments = await findRows(
    tx.em,
    Shipment,
    { orderId, isReturn: false },
    { orderBy: { id: 'asc' }, lock: 'wait' },
  );
  const gone = shipments.find(hasLeft);
  if (gone) return refuseStop(tx, order, gone, tx.commandKey);
  updateRow(tx.em, OrderCopy, order, {
    state: 'STOPPED',
    stopKey: tx.commandKey,
    stoppedCarrierCode:
      shipments.find(({ status }) => status !== 'CANCELLED')?.carrierCode ?? order.stoppedCarrierCode ?? null,
    prepareKey: null,
    prepareCarrierCode: null,
  });
  for (const shipment of shipments) {
    if (shipment.status !== 'CANCELLED') withdraw(tx, shipment, 'The order is being cancelled.', reason);
  }
  tellWhetherStopped(tx, order, shipments);
}

/** Answers a stop that waits, once all parcels of the order are cancelled. The transaction holds them. */
export function tellWhetherStopped(tx: Transaction, order: OrderCopy, shipments: readonly Shipment[]): void {
  const { stopKey } = order;
  if (stopKey == null || shipments.some(({ status }) => status !== 'CANCELLED')) return;
  updateRow(tx.em, OrderCopy, order, { stopKey: null });
  tx.publish(
    'ShipmentStopped',
    { orderId: order.id, shipmentIds: shipments.map(({ id }) => id) },
    { commandKey: stopKey },
  );
}

/** Answers that goods have left. */
export async function refuseStop(
  tx: Transaction,
  order: OrderCopy,
  shipment: Shipment,
  stopKey: string | null,
): Promise<void> {
  tx.publish(
    'ShipmentStopRefused',
    { orderId: order.id, shipmentId: shipment.id, reason: `The parcel ${shipment.number} is ${shipment.status}.` },
    stopKey ? { commandKey: stopKey } : {},
  );
  if (order.state !== 'STOPPED') return;
  // The order goes on as it was: parcels that were stopped already are prepared again.
  const prepareCarrierCode = shipment.carrierCode;
  updateRow(tx.em, OrderCopy, order, { state: 'CONFIRMED', stopKey: null, prepareKey: null, prepareCarrierCode });
  await prepareWhatWaits(tx, order);
}

/** Takes a stop back: the goods may leave after all, in parcels of the carrier that they were with. Answered at once. */
export async function resumeShipments(tx: Transaction, orderId: string): Promise<void> {
  const order = await findRow(tx.em, OrderCopy, { id: orderId }, { lock: 'wait' });
  if (!order) throw new Error(`Order ${orderId} is not known; expected OrderCreated before ResumeShipment.`);
  const { stoppedCarrierCode: prepareCarrierCode = null } = order;
  if (order.state === 'STOPPED') {
    const changes = { state: 'CONFIRMED', stopKey: null, stoppedCarrierCode: null, prepareKey: null } as const;
    updateRow(tx.em, OrderCopy, order, { ...changes, prepareCarrierCode });
    await prepareWhatWaits(tx, order);
  }
  tx.publish('ShipmentResumed', { orderId });
}

/** The order is over: what has not left stays, also of an order whose end asked nobody. */
export async function endOrder(tx: Transaction, orderId: string): Promise<void> {
  const order = await findRow(tx.em, OrderCopy, { id: orderId }, { lock: 'wait' });
  if (!order) return;
  updateRow(tx.em, OrderCopy, order, { state: 'CANCELLED', prepareKey: null, prepareCarrierCode: null });
  const shipments = await findRows(
    tx.em,
    Shipment,
    { orderId, isReturn: false },
    { orderBy: { id: 'asc' }, lock: 'wait' },
  );
  for (const shipment of shipments) {
    if (!hasLeft(shipment) && shipment.status !== 'CANCELLED')
      withdraw(tx, shipment, 'The order was cancelled.', 'The order was cancelled.');
  }
}
