import type { Transaction } from '@ordergraph/events';
import { findRow, query, updateRow, write } from '@ordergraph/tenancy';
import { isStaleAt, thin } from '../domain/fix-filter.ts';
import { expectsPositions, isTerminal } from '../domain/shipment-status.ts';
import { Position } from '../entities/position.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { locationSubject, noticeOf } from '../tracking/live-position.ts';

/** Notes that no fix came for three intervals, and tells who watches. */
export async function markStale(tx: Transaction, shipmentId: string): Promise<void> {
  const [shipment, position] = await Promise.all([
    findRow(tx.em, Shipment, { id: shipmentId }),
    findRow(tx.em, Position, { shipmentId }, { lock: 'wait' }),
  ]);
  if (!shipment || !position?.heardAt || position.isStale || !isStaleAt(position.heardAt, tx.now)) return;
  updateRow(tx.em, Position, position, { isStale: true });
  if (expectsPositions(shipment)) tx.publishLive(locationSubject(shipmentId), noticeOf(shipment, position));
}

const fullRateMs = 2 * 60 * 60_000;
const thinnedAtOnce = 5_000;

/** Thins what of a parcel's track is older than two hours, and empties it of what was never believed. */
export async function thinTrack(tx: Transaction, shipmentId: string): Promise<void> {
  const [shipment, position] = await Promise.all([
    findRow(tx.em, Shipment, { id: shipmentId }),
    findRow(tx.em, Position, { shipmentId }, { lock: 'wait' }),
  ]);
  if (!shipment || !position?.thinDueAt) return;
  const old = await query<{ at: string; latitude: number; longitude: number; flag: string | null }>(
    tx.em,
    `select (extract(epoch from recorded_at) * 1000)::bigint as at, latitude, longitude, flag
     from "logistics"."track_fix" where tenant_id = $1 and shipment_id = $2 and received_at < $3
     order by recorded_at limit $4`,
    [tx.tenantId, shipmentId, new Date(tx.now.getTime() - fullRateMs), thinnedAtOnce],
  );
  const believed = old
    .filter(({ flag }) => flag === null)
    .map(({ at, latitude, longitude }) => ({ recordedAt: Number(at), latitude, longitude }));
  const kept = new Set(thin(believed).map(({ recordedAt }) => recordedAt));
  const dropped = old.map(({ at }) => Number(at)).filter((at) => !kept.has(at));
  if (dropped.length > 0) {
    write(
      tx.em,
      `delete from "logistics"."track_fix" where tenant_id = $1 and shipment_id = $2 and recorded_at = any($3::timestamptz[])`,
      [tx.tenantId, shipmentId, dropped.map((at) => new Date(at).toISOString())],
    );
  }
  // More may come while it is under way; afterwards once more, for what is not old yet.
  const isOver = isTerminal(shipment.status) && old.length === 0;
  const soonMs = old.length === thinnedAtOnce ? 1_000 : fullRateMs;
  updateRow(tx.em, Position, position, { thinDueAt: isOver ? null : new Date(tx.now.getTime() + soonMs) });
}
