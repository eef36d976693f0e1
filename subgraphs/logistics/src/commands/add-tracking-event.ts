import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { ShipmentErrorCode } from '../../generated/graphql.ts';
import { mayReport, type ShipmentStatus } from '../domain/shipment-status.ts';
import { Position } from '../entities/position.entity.ts';
import { locationSubject, noticeOf } from '../tracking/live-position.ts';
import { noPosition, summarise } from '../tracking/positions.ts';
import { holdShipment, recordReport } from './shipment-rows.ts';

/** What staff were told by a carrier. */
export interface StaffReport {
  readonly shipmentId: string | null;
  readonly status: ShipmentStatus;
  readonly description: string;
  readonly occurredAt: Date;
}

const clockToleranceMs = 60_000;

/** Records what a carrier without a webhook said, or puts right what one with a webhook got wrong. */
export async function addTrackingEvent(
  tx: Transaction,
  { shipmentId, status, description, occurredAt }: StaffReport,
): Promise<Outcome<{ shipmentId: string }, ShipmentErrorCode>> {
  const wrongDescription = textProblem('A description', description, 500);
  if (wrongDescription) return refuse('INVALID', wrongDescription, ['description']);
  if (Number.isNaN(occurredAt.getTime()) || occurredAt.getTime() > tx.now.getTime() + clockToleranceMs) {
    return refuse('INVALID', 'Expected an instant that is not ahead of now.', ['occurredAt']);
  }
  const shipment = shipmentId === null ? null : await holdShipment(tx, shipmentId);
  if (!shipment) return refuse('NOT_FOUND', 'There is no parcel with this id.', ['shipmentId']);
  if (occurredAt < shipment.createdAt) {
    return refuse('INVALID', 'Nothing happens to a parcel before it was prepared.', ['occurredAt']);
  }
  if (shipment.operation === 'CANCEL' || !mayReport(shipment, status)) {
    return refuse('INVALID_TRANSITION', `A parcel that is ${shipment.status} cannot become ${status} by hand.`, [
      'status',
    ]);
  }
  recordReport(tx, shipment, { status, description, occurredAt, source: 'STAFF' });
  const position = await findRow(tx.em, Position, { shipmentId: shipment.id });
  tx.publishLive(locationSubject(shipment.id), noticeOf(shipment, position));
  if (status === 'DELIVERED') summarise(tx, shipment, position ?? noPosition(tx.tenantId, shipment.id));
  return done({ shipmentId: shipment.id });
}
