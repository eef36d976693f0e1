import type { Transaction } from '@ordergraph/events';
import { findRow, insertRows, newId, updateRow, write } from '@ordergraph/tenancy';
import { isConnected } from '../carriers/carrier.ts';
import type { Point } from '../domain/geo.ts';
import type { Parcel } from '../domain/parcels.ts';
import { moves, saysLeft, type ShipmentStatus, type TrackingSource } from '../domain/shipment-status.ts';
import type { OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { TrackingEvent } from '../entities/tracking-event.entity.ts';
import { shipmentSubject } from '../tracking/live-position.ts';
import { awaitPositions } from '../tracking/positions.ts';

/** Takes a parcel's row for this transaction. */
export const holdShipment = (tx: Transaction, id: string): Promise<Shipment | null> =>
  findRow(tx.em, Shipment, { id }, { lock: 'wait' });

/** What a new parcel is prepared with. */
export interface Preparation extends Parcel {
  readonly carrierCode: string;
  readonly trackingNumber?: string | null;
  readonly dispatchDueAt?: Date | null;
  /** The goods come back with it. */
  readonly returnId?: string | null;
  /** The command that it answers, when that is not the transaction's own. */
  readonly commandKey?: string | null;
}

/** Writes a parcel of an order whose row this transaction holds, and tells of it. */
export function prepareParcel(tx: Transaction, order: OrderCopy, preparation: Preparation, count: number): Shipment {
  const { carrierCode, locationId, lines, commandKey } = preparation;
  const shipment: Shipment = {
    id: newId(),
    tenantId: tx.tenantId,
    orderId: order.id,
    cartId: order.cartId,
    customerId: order.customerId,
    number: `${order.number}-${count}`,
    returnId: preparation.returnId ?? null,
    isReturn: preparation.returnId != null,
    locationId,
    lines,
    status: 'PENDING',
    statusSince: tx.now,
    carrierStatus: null,
    carrierCode,
    trackingNumber: preparation.trackingNumber ?? null,
    trackingUrl: null,
    destination: order.shippingAddress,
    destinationPoint: null,
    plannedRoute: null,
    operation: null,
    operationDueAt: null,
    operationAttempts: 0,
    carrierProblem: null,
    dispatchDueAt: preparation.dispatchDueAt ?? null,
    dispatchedAt: null,
    pickedUpAt: null,
    deliveredAt: null,
    signedBy: null,
    handoverPoint: null,
    isNear: false,
    hasArrivingTold: false,
    expectedAt: null,
    latestAt: null,
    estimatedAt: null,
    metersLeft: null,
    stopsLeft: null,
    announcedAt: null,
    promisedAt: null,
    isDelayed: false,
    eventCount: 0,
    createdAt: tx.now,
    version: 1,
  };
  insertRows(tx.em, Shipment, [shipment]);
  noteVersion(tx, shipment, null);
  tellCreated(tx, shipment, commandKey);
  return shipment;
}

/** Tells of a prepared parcel, once more when the command that it answers was repeated. */
export function tellCreated(tx: Transaction, shipment: Shipment, commandKey?: string | null): void {
  const { id: shipmentId, orderId, number, returnId, isReturn, carrierCode, locationId } = shipment;
  const lines = shipment.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity }));
  tx.publish(
    'ShipmentCreated',
    { shipmentId, orderId, number, returnId, isReturn, carrierCode, locationId, lines },
    commandKey ? { commandKey } : {},
  );
}

function noteVersion(tx: Transaction, shipment: Shipment, eventSequence: number | null): void {
  write(
    tx.em,
    `insert into "logistics"."shipment_change" (tenant_id, shipment_id, version, event_sequence)
     values ($1, $2, $3, $4)`,
    [tx.tenantId, shipment.id, shipment.version, eventSequence],
  );
}

/** Changes what callers see of a parcel that this transaction holds: its next version. */
export function changeShipment(
  tx: Transaction,
  shipment: Shipment,
  changes: Partial<Shipment>,
  eventSequence: number | null = null,
): void {
  updateRow(tx.em, Shipment, shipment, { ...changes, version: shipment.version + 1 });
  noteVersion(tx, shipment, eventSequence);
  tx.wake(`shipment:${shipment.id}`);
  tx.publishLive(shipmentSubject(shipment.id), { version: shipment.version });
}

/** A report about a parcel, in our words. */
export interface Report {
  /** Null lists the report and moves nothing. */
  readonly status: ShipmentStatus | null;
  readonly description: string;
  readonly occurredAt: Date;
  /** The same by the clock that the carrier's positions carry, where that is another. */
  readonly clockAt?: Date;
  readonly source: TrackingSource;
  readonly point?: Point | null;
  /** The carrier's own word. */
  readonly carrierStatus?: string | null;
  /** What the carrier calls this report. */
  readonly carrierReference?: string | null;
  /** Why somebody wanted it, for those who look into it later; customers do not see it. */
  readonly reason?: string | null;
  readonly also?: Partial<Shipment>;
}

/**
 * Lists a report about a parcel that this transaction holds, and moves the status if it may. Goods leave with the first
 * status that says so, and are handed over with the first DELIVERED; each is told once.
 */
export function recordReport(tx: Transaction, shipment: Shipment, report: Report): { hasMoved: boolean } {
  const { status, occurredAt, source, point = null, carrierStatus = null } = report;
  const before = shipment.status;
  const since = occurredAt;
  const isMove = status !== null && moves({ status: before, since: shipment.statusSince }, { status, since }, source);
  const sequence = shipment.eventCount + 1;
  const event: TrackingEvent = {
    id: newId(),
    tenantId: tx.tenantId,
    shipmentId: shipment.id,
    sequence,
    status: status ?? before,
    description: report.description.slice(0, 500),
    latitude: point?.latitude ?? null,
    longitude: point?.longitude ?? null,
    occurredAt,
    receivedAt: tx.now,
    source,
    carrierReference: report.carrierReference ?? null,
  };
  insertRows(tx.em, TrackingEvent, [event]);
  const hasJustLeft = isMove && saysLeft(status) && shipment.dispatchedAt == null;
  const pickedUpAt = pickUpTime(shipment, report, hasJustLeft);
  const isHandedOver = isMove && status === 'DELIVERED' && shipment.deliveredAt == null;
  changeShipment(
    tx,
    shipment,
    {
      ...report.also,
      eventCount: sequence,
      ...(isMove ? { status, statusSince: occurredAt, carrierStatus } : {}),
      // A wish to the carrier stays: its answer is still to be heard.
      ...(hasJustLeft ? { dispatchedAt: tx.now, dispatchDueAt: null } : {}),
      pickedUpAt,
      ...(isHandedOver ? { deliveredAt: occurredAt, handoverPoint: point } : {}),
    },
    sequence,
  );
  tx.publish('TrackingEventRecorded', {
    shipmentId: shipment.id,
    sequence,
    status: event.status,
    description: event.description,
    occurredAt: occurredAt.toISOString(),
    source,
  });
  if (isMove) tellMove(tx, shipment, before, report);
  if (hasJustLeft) {
    tellDispatched(tx, shipment);
    if (isConnected(shipment.carrierCode)) awaitPositions(tx, shipment);
  }
  if (isHandedOver) tellDelivered(tx, shipment);
  return { hasMoved: isMove };
}

/** When the carrier took the parcel: its first report of having it, also one that was overtaken on its way here. */
function pickUpTime(
  shipment: Shipment,
  { status, occurredAt, clockAt = occurredAt }: Report,
  hasJustLeft: boolean,
): Date | null {
  const known = shipment.pickedUpAt ?? null;
  if (known === null) return hasJustLeft ? clockAt : null;
  return status !== null && saysLeft(status) && clockAt < known ? clockAt : known;
}

function tellMove(
  tx: Transaction,
  shipment: Shipment,
  before: ShipmentStatus,
  { occurredAt, reason = null }: Report,
): void {
  const { id: shipmentId, orderId, status: after, carrierStatus } = shipment;
  tx.publish('ShipmentStatusChanged', {
    shipmentId,
    orderId,
    before,
    after,
    carrierStatus,
    reason,
    occurredAt: occurredAt.toISOString(),
  });
}

function tellDispatched(tx: Transaction, shipment: Shipment): void {
  const {
    id: shipmentId,
    orderId,
    cartId,
    number,
    returnId,
    isReturn,
    locationId,
    lines,
    carrierCode,
    trackingNumber,
    trackingUrl,
  } = shipment;
  tx.publish('ShipmentDispatched', {
    shipmentId,
    orderId,
    cartId,
    number,
    returnId,
    isReturn,
    locationId,
    lines: lines.map(({ orderLineId, variantId, quantity }) => ({ orderLineId, variantId, quantity })),
    carrierCode,
    trackingNumber,
    trackingUrl,
  });
}

function tellDelivered(tx: Transaction, shipment: Shipment): void {
  const { id: shipmentId, orderId, number, isReturn, lines, signedBy } = shipment;
  tx.publish('ShipmentDelivered', {
    shipmentId,
    orderId,
    number,
    isReturn,
    lines: lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
    deliveredAt: (shipment.deliveredAt ?? tx.now).toISOString(),
    signedBy,
  });
}
