import type { Transaction } from '@ordergraph/events';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import type { Booking, DeliveryAddress, Label } from '../carriers/carrier.ts';
import { hasLeft } from '../domain/shipment-status.ts';
import { OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { refuseStop, tellWhetherStopped } from './cancel-shipment.ts';
import { changeShipment, recordReport } from './shipment-rows.ts';

/** A wish to a carrier that this process is to speak out. */
export type ClaimedOperation = { readonly shipmentId: string; readonly carrierCode: string } & (
  | { readonly kind: 'BOOK'; readonly booking: Booking }
  | { readonly kind: 'CANCEL'; readonly trackingNumber: string }
);

const leaseMs = 30_000;
const slowestRetryMs = 5 * 60_000;

/** Takes a parcel's wish to its carrier under a lease. A cancellation without a tracking number books first. */
export async function claimOperation(tx: Transaction, id: string): Promise<ClaimedOperation | null> {
  const [shipment] = await findRows(tx.em, Shipment, { id }, { lock: 'skip' });
  if (!shipment?.operation || !shipment.operationDueAt || shipment.operationDueAt > tx.now) return null;
  updateRow(tx.em, Shipment, shipment, {
    operationDueAt: new Date(tx.now.getTime() + leaseMs),
    operationAttempts: shipment.operationAttempts + 1,
  });
  const { carrierCode, trackingNumber, operation } = shipment;
  if (operation === 'CANCEL' && trackingNumber != null) {
    return { kind: 'CANCEL', shipmentId: id, carrierCode, trackingNumber };
  }
  const address = shipment.destination
    ? await tx.sealing.unseal<DeliveryAddress>(tx.em, tx.tenantId, shipment.destination)
    : null;
  return {
    kind: 'BOOK',
    shipmentId: id,
    carrierCode,
    booking: {
      account: tx.tenantId,
      reference: id,
      pickupPlace: shipment.locationId,
      address,
      isReturn: shipment.isReturn,
    },
  };
}

async function hold(
  tx: Transaction,
  id: string,
): Promise<{ order: OrderCopy; shipments: Shipment[]; shipment: Shipment }> {
  const found = await findRow(tx.em, Shipment, { id });
  const order = found && (await findRow(tx.em, OrderCopy, { id: found.orderId }, { lock: 'wait' }));
  if (!order) throw new Error(`The parcel ${id} or its order is gone; rows are never deleted.`);
  const shipments = await findRows(
    tx.em,
    Shipment,
    { orderId: order.id, isReturn: false },
    { orderBy: { id: 'asc' }, lock: 'wait' },
  );
  const shipment = shipments.find((one) => one.id === id);
  if (!shipment) throw new Error(`The parcel ${id} is gone; rows are never deleted.`);
  return { order, shipments, shipment };
}

/** The carrier took the booking. Where the parcel was cancelled meanwhile, the carrier is told next. */
export async function settleBooking(tx: Transaction, id: string, label: Label): Promise<void> {
  const { shipment } = await hold(tx, id);
  const { trackingNumber, trackingUrl, destination: destinationPoint, plannedRoute } = label;
  const isToBeCancelled = shipment.operation === 'CANCEL' && shipment.trackingNumber == null;
  // Settled before: the answer came twice.
  if (shipment.operation !== 'BOOK' && !isToBeCancelled) return;
  const also = {
    trackingNumber,
    trackingUrl,
    destinationPoint,
    plannedRoute,
    carrierProblem: null,
    operationAttempts: 0,
    operation: isToBeCancelled ? ('CANCEL' as const) : null,
    operationDueAt: isToBeCancelled ? tx.now : null,
  };
  const description = 'Booked with the carrier.';
  // Its own report may have been faster.
  if (shipment.status !== 'PENDING') return changeShipment(tx, shipment, also);
  recordReport(tx, shipment, { status: 'LABEL_CREATED', description, occurredAt: tx.now, source: 'CARRIER', also });
}

/** The carrier answered a cancellation. */
export async function settleCancellation(
  tx: Transaction,
  id: string,
  outcome: 'cancelled' | 'too-late',
): Promise<void> {
  const { order, shipments, shipment } = await hold(tx, id);
  if (shipment.operation !== 'CANCEL') return;
  const also = { operation: null, operationDueAt: null, operationAttempts: 0, carrierProblem: null };
  if (outcome === 'cancelled' && !hasLeft(shipment)) {
    const description = 'The carrier gave the booking up.';
    recordReport(tx, shipment, { status: 'CANCELLED', description, occurredAt: tx.now, source: 'STAFF', also });
    tellWhetherStopped(tx, order, shipments);
    return;
  }
  changeShipment(tx, shipment, also);
  if (order.stopKey != null) await refuseStop(tx, order, shipment, order.stopKey);
}

/** The carrier did not answer: it is asked again, ever later, under the same key. */
export async function postponeOperation(tx: Transaction, id: string, problem: string): Promise<void> {
  const { shipment } = await hold(tx, id);
  if (shipment.operation == null) return;
  const pauseMs = Math.min(slowestRetryMs, 500 * 2 ** Math.min(10, shipment.operationAttempts - 1));
  const wish = { operationDueAt: new Date(tx.now.getTime() + pauseMs), carrierProblem: problem.slice(0, 500) };
  if (shipment.carrierProblem === wish.carrierProblem) updateRow(tx.em, Shipment, shipment, wish);
  else changeShipment(tx, shipment, wish);
  tx.wake(`shipment:${id}`);
}
