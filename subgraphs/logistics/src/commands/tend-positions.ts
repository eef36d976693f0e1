import type { Transaction } from '@ordergraph/events';
import { findRow, query, updateRow, write } from '@ordergraph/tenancy';
import { isStaleAt, thin } from '../domain/fix-filter.ts';
import { expectsPositions } from '../domain/shipment-status.ts';
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
const keptMs = 30 * 24 * 60 * 60_000;
const thinnedAtOnce = 5_000;

interface OldFix {
  readonly at: string;
  readonly receivedAt: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly flag: string | null;
}

const fixFields = `(extract(epoch from recorded_at) * 1000)::bigint as at,
  (extract(epoch from received_at) * 1000)::bigint as "receivedAt", latitude, longitude, flag`;

// With all that came together, so that the next round can begin behind it.
const readOld = `
  select ${fixFields} from "logistics"."track_fix"
  where tenant_id = $1 and shipment_id = $2 and received_at > $3 and received_at <= $4
  order by received_at fetch first ${thinnedAtOnce} rows with ties`;

// The end of what was thinned before it.
const readBefore = `
  select ${fixFields} from "logistics"."track_fix"
  where tenant_id = $1 and shipment_id = $2 and received_at <= $3 and recorded_at < $4 and flag is null
  order by recorded_at desc limit 1`;

/**
 * Thins what of a parcel's track is older than two hours, once, and empties it of what was never believed. A month after
 * the last fix all of it goes, with the last position: where somebody lives and when is nobody's business for ever.
 */
export async function thinTrack(tx: Transaction, shipmentId: string): Promise<void> {
  const [shipment, position] = await Promise.all([
    findRow(tx.em, Shipment, { id: shipmentId }),
    findRow(tx.em, Position, { shipmentId }, { lock: 'wait' }),
  ]);
  if (!shipment || !position?.thinDueAt) return;
  const goneAt = new Date((position.heardAt ?? shipment.createdAt).getTime() + keptMs);
  if (goneAt <= tx.now) return forgetTrack(tx, position);

  const oldUntil = new Date(tx.now.getTime() - fullRateMs);
  const thinnedUntil = position.thinnedUntil ?? new Date(0);
  const old = await query<OldFix>(tx.em, readOld, [tx.tenantId, shipmentId, thinnedUntil, oldUntil]);
  const believed = old
    .filter(({ flag }) => flag === null)
    .map(pointOf)
    .toSorted((one, other) => one.recordedAt - other.recordedAt);
  const [first] = believed;
  const before = first
    ? await query<OldFix>(tx.em, readBefore, [tx.tenantId, shipmentId, thinnedUntil, new Date(first.recordedAt)])
    : [];
  const kept = new Set(thin([...before.map(pointOf), ...believed]).map(({ recordedAt }) => recordedAt));
  const dropped = old.map(({ at }) => Number(at)).filter((at) => !kept.has(at));
  if (dropped.length > 0) {
    write(
      tx.em,
      `delete from "logistics"."track_fix" where tenant_id = $1 and shipment_id = $2 and recorded_at = any($3::timestamptz[])`,
      [tx.tenantId, shipmentId, dropped.map((at) => new Date(at).toISOString())],
    );
  }
  const isMoreOld = old.length >= thinnedAtOnce;
  const until = isMoreOld ? new Date(Number(old.at(-1)?.receivedAt)) : oldUntil;
  const [young] = await query(
    tx.em,
    'select 1 from "logistics"."track_fix" where tenant_id = $1 and shipment_id = $2 and received_at > $3 limit 1',
    [tx.tenantId, shipmentId, until],
  );
  // With the next fix it is due again.
  const thinDueAt = isMoreOld ? tx.now : young ? new Date(tx.now.getTime() + fullRateMs) : goneAt;
  updateRow(tx.em, Position, position, { thinnedUntil: until, thinDueAt });
}

async function forgetTrack(tx: Transaction, position: Position): Promise<void> {
  const gone = await query(
    tx.em,
    `delete from "logistics"."track_fix" where ctid = any(array(
       select ctid from "logistics"."track_fix" where tenant_id = $1 and shipment_id = $2 limit ${thinnedAtOnce}))
     returning 1`,
    [tx.tenantId, position.shipmentId],
  );
  const isMore = gone.length === thinnedAtOnce;
  updateRow(tx.em, Position, position, { fix: null, suspects: [], thinDueAt: isMore ? tx.now : null });
}

const pointOf = ({ at, latitude, longitude }: OldFix) => ({ recordedAt: Number(at), latitude, longitude });
