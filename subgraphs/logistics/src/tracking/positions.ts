import { createHash } from 'node:crypto';
import type { Transaction } from '@ordergraph/events';
import { write } from '@ordergraph/tenancy';
import type { Fix } from '../domain/fix-filter.ts';
import type { Position } from '../entities/position.entity.ts';
import type { Shipment } from '../entities/shipment.entity.ts';

/** What is known of a parcel's position before its first fix. */
export const noPosition = (tenantId: string, shipmentId: string): Position => ({
  shipmentId,
  tenantId,
  fix: null,
  sequence: 0,
  heardAt: null,
  isStale: false,
  suspects: [],
  metersPerSecond: null,
  predictions: [],
  dropped: {},
  trackHash: '',
  thinDueAt: null,
  thinnedUntil: null,
});

/** From now on fixes are waited for, so that it can be said when none comes. */
export function awaitPositions(tx: Transaction, { id }: Shipment): void {
  write(
    tx.em,
    `insert into "logistics"."position" as p
       (tenant_id, shipment_id, sequence, heard_at, is_stale, suspects, predictions, dropped, track_hash)
     values ($1, $2, 0, $3, false, '[]', '[]', '{}', '')
     on conflict (tenant_id, shipment_id) do update set heard_at = coalesce(p.heard_at, excluded.heard_at)`,
    [tx.tenantId, id, tx.now],
  );
}

/** The next link of the chain that stands for all accepted fixes. */
export function hashOf(chain: string, { recordedAt, latitude, longitude }: Fix): string {
  return createHash('sha256').update(`${chain} ${recordedAt} ${latitude} ${longitude}`).digest('hex');
}

/** Tells what stands for all positions of a parcel whose way is over. */
export function summarise(tx: Transaction, shipment: Shipment, position: Position): void {
  tx.publish('ShipmentTrackSummarised', {
    shipmentId: shipment.id,
    acceptedFixes: position.sequence,
    droppedFixes: position.dropped,
    trackHash: position.trackHash,
  });
}
