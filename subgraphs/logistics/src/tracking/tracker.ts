import type { Transaction } from '@ordergraph/events';
import { query, write } from '@ordergraph/tenancy';
import type { CarrierMessage } from '../carriers/carrier.ts';
import { changeShipment, recordReport } from '../commands/shipment-rows.ts';
import { bucketOf, changeOf, estimate, meanSpeed, naiveSeconds, samplesPerBucket } from '../domain/estimate.ts';
import { isNear, judge, type DropReason, type Fix, type FilterState } from '../domain/fix-filter.ts';
import { metersBetween } from '../domain/geo.ts';
import { isAwaited, isUnderWay } from '../domain/shipment-status.ts';
import type { Position } from '../entities/position.entity.ts';
import type { Shipment } from '../entities/shipment.entity.ts';
import { hashOf, noPosition } from './positions.ts';
import { readRoute } from './route-progress.ts';

const fullRateMs = 2 * 60 * 60_000;

/** Fixes of the history that may be the same as those that came. */
export type KnownFixes = ReadonlySet<string>;

/** Past errors of estimates, by bucket of distance. */
export type Errors = Map<number, readonly number[]>;

const timeKey = (shipmentId: string, recordedAt: number): string => `${shipmentId} at ${recordedAt}`;
const sequenceKey = (shipmentId: string, sequence: number): string => `${shipmentId} no ${sequence}`;

/** Reads which of the fixes are in the history already, by one statement. */
export async function readKnownFixes(tx: Transaction, messages: readonly CarrierMessage[]): Promise<KnownFixes> {
  const fixes = messages.filter((message) => message.kind === 'fix');
  if (fixes.length === 0) return new Set();
  const rows = await query<{ shipmentId: string; at: string; no: string }>(
    tx.em,
    `select t.shipment_id as "shipmentId", (extract(epoch from t.recorded_at) * 1000)::bigint as at,
       t.carrier_sequence as no
     from unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) as f(shipment, at, no)
     join "logistics"."track_fix" t on t.tenant_id = $4 and t.shipment_id = f.shipment
       and (t.recorded_at = f.at or t.carrier_sequence = f.no)`,
    [
      fixes.map(({ reference }) => reference),
      fixes.map(({ fix }) => new Date(fix.recordedAt).toISOString()),
      fixes.map(({ fix }) => fix.carrierSequence),
      tx.tenantId,
    ],
  );
  return new Set(
    rows.flatMap(({ shipmentId, at, no }) => [timeKey(shipmentId, Number(at)), sequenceKey(shipmentId, Number(no))]),
  );
}

/** Reads how wrong the merchant's estimates were. */
export async function readErrors(tx: Transaction, carrierCode: string): Promise<Errors> {
  const rows = await query<{ bucket: number; samples: number[] }>(
    tx.em,
    `select bucket, samples from "logistics"."estimate_error" where tenant_id = $1 and carrier_code = $2`,
    [tx.tenantId, carrierCode],
  );
  return new Map(rows.map(({ bucket, samples }) => [bucket, samples]));
}

interface KeptFix {
  readonly fix: Fix;
  readonly sequence: number | null;
  readonly flag: DropReason | null;
}

/** Follows one parcel, whose rows the transaction holds, through the fixes of one webhook. */
export class Tracker {
  readonly #tx: Transaction;
  readonly #seen: Set<string>;
  readonly #errors: Errors;
  #stopsLeft: number | null;
  readonly shipment: Shipment;
  position: Position;
  readonly kept: KeptFix[] = [];
  readonly reinstated: Fix[] = [];
  readonly learnt = new Map<number, number[]>();
  hasMoved = false;
  accepted = 0;
  dropped = 0;

  constructor(tx: Transaction, shipment: Shipment, position: Position | null, known: KnownFixes, errors: Errors) {
    this.#tx = tx;
    this.#seen = new Set(known);
    this.#errors = errors;
    this.#stopsLeft = shipment.stopsLeft ?? null;
    this.shipment = shipment;
    this.position = position ?? noPosition(tx.tenantId, shipment.id);
  }

  /** Judges one fix. */
  take(fix: Fix, stopsLeft: number | null): void {
    const { id } = this.shipment;
    const state: FilterState = { last: this.position.fix ?? null, suspects: this.position.suspects };
    const verdict = judge(state, fix, {
      now: this.#tx.now.getTime(),
      isUnderWay: isUnderWay(this.shipment.status),
      isKnown: (one) =>
        this.#seen.has(timeKey(id, one.recordedAt)) || this.#seen.has(sequenceKey(id, one.carrierSequence)),
    });
    if (verdict.isKept) {
      this.#seen.add(timeKey(id, fix.recordedAt)).add(sequenceKey(id, fix.carrierSequence));
      this.#willBeOld();
    }
    const { reason, reinstated } = verdict;
    this.position = { ...this.position, suspects: verdict.state.suspects };
    if (reason !== null) {
      const { dropped } = this.position;
      this.position = { ...this.position, dropped: { ...dropped, [reason]: (dropped[reason] ?? 0) + 1 } };
      this.dropped += 1;
      const flag = reason === 'OUTDATED' ? null : reason;
      if (verdict.isKept) this.kept.push({ fix, sequence: null, flag });
      return;
    }
    // The map did not show them when they came, so they stay counted; the history believes them.
    this.reinstated.push(...reinstated);
    this.#accept(fix, stopsLeft);
  }

  /** What joins the track is thinned two hours later, together with what came before it. */
  #willBeOld(): void {
    const { position } = this;
    const thinDueAt = new Date(this.#tx.now.getTime() + fullRateMs);
    if (!position.thinDueAt || position.thinDueAt > thinDueAt) this.position = { ...position, thinDueAt };
  }

  #accept(fix: Fix, stopsLeft: number | null): void {
    const { position } = this;
    const seconds = position.fix ? (fix.recordedAt - position.fix.recordedAt) / 1_000 : 0;
    const meters = position.fix ? metersBetween(position.fix, fix) : 0;
    const sequence = position.sequence + 1;
    this.position = {
      ...position,
      fix,
      sequence,
      heardAt: this.#tx.now,
      isStale: false,
      metersPerSecond: position.fix
        ? meanSpeed(position.metersPerSecond ?? null, meters, seconds)
        : (position.metersPerSecond ?? null),
      trackHash: hashOf(position.trackHash, fix),
    };
    this.kept.push({ fix, sequence, flag: null });
    this.#stopsLeft = stopsLeft ?? this.#stopsLeft;
    this.accepted += 1;
    this.hasMoved = true;
  }

  /** What the newest position means for the parcel: near the door or not, and when it will arrive. */
  settle(): void {
    const { shipment, position } = this;
    const { fix } = position;
    if (!this.hasMoved || !fix || !isUnderWay(shipment.status) || !isAwaited(shipment)) return;
    const at = new Date(fix.recordedAt);
    this.#fence(fix, at);
    const route = shipment.plannedRoute ? readRoute(shipment.plannedRoute) : null;
    if (route) this.#estimate(route.metersLeft(fix), at);
  }

  #fence(fix: Fix, at: Date): void {
    const { shipment } = this;
    const door = shipment.destinationPoint;
    if (!door || shipment.dispatchedAt == null) return;
    const near = isNear(shipment.isNear, metersBetween(fix, door));
    if (near === shipment.isNear) return;
    const point = { latitude: fix.latitude, longitude: fix.longitude };
    if (!near) {
      const description = 'The vehicle has left the neighbourhood of the door.';
      const also = { isNear: false };
      recordReport(this.#tx, shipment, { status: null, description, occurredAt: at, source: 'GEOFENCE', point, also });
      return;
    }
    const isFirst = !shipment.hasArrivingTold;
    recordReport(this.#tx, shipment, {
      status: 'OUT_FOR_DELIVERY',
      description: 'The vehicle is near the door.',
      occurredAt: at,
      source: 'GEOFENCE',
      point,
      carrierStatus: shipment.carrierStatus,
      also: { isNear: true, hasArrivingTold: true },
    });
    const { id: shipmentId, orderId, number, isReturn } = shipment;
    if (isFirst) this.#tx.publish('ShipmentArriving', { shipmentId, orderId, number, isReturn });
  }

  #estimate(metersLeft: number, at: Date): void {
    const { shipment, position } = this;
    const stopsLeft = this.#stopsLeft ?? 0;
    const progress = { metersLeft, metersPerSecond: position.metersPerSecond ?? null, stopsLeft };
    const bucket = bucketOf(metersLeft);
    const next = estimate(progress, this.#errors.get(bucket) ?? [], at);
    if (!position.predictions.some((one) => one.bucket === bucket)) {
      const prediction = { bucket, seconds: naiveSeconds(progress), at: at.getTime() };
      this.position = { ...position, predictions: [...position.predictions, prediction] };
    }
    const { expectedAt: shownAt = null, announcedAt = null, promisedAt = null } = shipment;
    const change = changeOf(next, { shownAt, announcedAt, promisedAt });
    if (!change.isShown) return;
    const becameDelayed = change.isDelayed && !shipment.isDelayed;
    const isTold = change.isAnnounced || becameDelayed;
    changeShipment(this.#tx, shipment, {
      expectedAt: next.expectedAt,
      latestAt: next.latestAt,
      estimatedAt: at,
      metersLeft: Math.round(metersLeft),
      stopsLeft,
      announcedAt: isTold ? next.expectedAt : announcedAt,
      promisedAt: promisedAt ?? next.latestAt,
      isDelayed: shipment.isDelayed || change.isDelayed,
    });
    if (!isTold) return;
    this.#tx.publish('EtaChanged', {
      shipmentId: shipment.id,
      orderId: shipment.orderId,
      number: shipment.number,
      isReturn: shipment.isReturn,
      expectedAt: next.expectedAt.toISOString(),
      latestAt: next.latestAt.toISOString(),
      isDelayed: change.isDelayed,
      becameDelayed,
    });
  }

  /** The parcel arrived: how wrong was each estimate? */
  learn(arrivedAt: Date): void {
    for (const { bucket, seconds, at } of this.position.predictions) {
      const took = (arrivedAt.getTime() - at) / 1_000;
      if (took > 0 && seconds > 1) this.learnt.set(bucket, [...(this.learnt.get(bucket) ?? []), took / seconds]);
    }
    this.position = { ...this.position, predictions: [] };
  }
}

/** Writes what the trackers found, by as many statements for one fix as for a hundred. */
export function writePositions(tx: Transaction, trackers: readonly Tracker[]): void {
  const positions = trackers
    .filter(({ accepted, dropped, learnt }) => accepted + dropped > 0 || learnt.size > 0)
    .map(({ position }) => position);
  if (positions.length > 0) {
    write(tx.em, upsertPositions, [tx.tenantId, JSON.stringify(positions)]);
  }
  const rows = trackers.flatMap(({ shipment, kept }) =>
    kept.map(({ fix, sequence, flag }) => ({
      ...fix,
      shipmentId: shipment.id,
      recordedAt: new Date(fix.recordedAt),
      sequence,
      flag,
    })),
  );
  if (rows.length > 0) write(tx.em, insertFixes, [tx.tenantId, JSON.stringify(rows), tx.now]);
  const reinstated = trackers.flatMap(({ shipment, reinstated: fixes }) =>
    fixes.map(({ recordedAt }) => ({ shipmentId: shipment.id, recordedAt: new Date(recordedAt) })),
  );
  if (reinstated.length > 0) write(tx.em, reinstateFixes, [tx.tenantId, JSON.stringify(reinstated)]);
  const learnt = trackers.flatMap(({ shipment, learnt: ratios }) =>
    [...ratios].map(([bucket, samples]) => ({ carrierCode: shipment.carrierCode, bucket, samples })),
  );
  // One statement each: two parcels of one webhook may teach about the same distance.
  for (const { carrierCode, bucket, samples } of learnt) {
    write(tx.em, learnErrors, [tx.tenantId, carrierCode, bucket, JSON.stringify(samples), samplesPerBucket]);
  }
}

const upsertPositions = `
  insert into "logistics"."position" as p (tenant_id, shipment_id, fix, sequence, heard_at, is_stale, suspects,
    meters_per_second, predictions, dropped, track_hash, thin_due_at)
  select $1, n."shipmentId", n.fix, n.sequence, n."heardAt", n."isStale", n.suspects, n."metersPerSecond",
    n.predictions, n.dropped, n."trackHash", n."thinDueAt"
  from jsonb_to_recordset($2::jsonb) as n("shipmentId" uuid, fix jsonb, sequence int, "heardAt" timestamptz,
    "isStale" boolean, suspects jsonb, "metersPerSecond" float8, predictions jsonb, dropped jsonb, "trackHash" text,
    "thinDueAt" timestamptz)
  on conflict (tenant_id, shipment_id) do update set fix = excluded.fix, sequence = excluded.sequence,
    heard_at = coalesce(excluded.heard_at, p.heard_at), is_stale = excluded.is_stale, suspects = excluded.suspects,
    meters_per_second = excluded.meters_per_second, predictions = excluded.predictions, dropped = excluded.dropped,
    track_hash = excluded.track_hash, thin_due_at = excluded.thin_due_at`;

const insertFixes = `
  insert into "logistics"."track_fix" (tenant_id, shipment_id, recorded_at, carrier_sequence, sequence, latitude,
    longitude, heading_degrees, speed_meters_per_second, accuracy_meters, received_at, flag)
  select $1, f."shipmentId", f."recordedAt", f."carrierSequence", f.sequence, f.latitude, f.longitude,
    f."headingDegrees", f."speedMetersPerSecond", f."accuracyMeters", $3, f.flag
  from jsonb_to_recordset($2::jsonb) as f("shipmentId" uuid, "recordedAt" timestamptz, "carrierSequence" bigint,
    sequence int, latitude float8, longitude float8, "headingDegrees" float8, "speedMetersPerSecond" float8,
    "accuracyMeters" float8, flag text)
  on conflict (tenant_id, shipment_id, recorded_at) do nothing`;

const reinstateFixes = `
  update "logistics"."track_fix" t set flag = null
  from jsonb_to_recordset($2::jsonb) as f("shipmentId" uuid, "recordedAt" timestamptz)
  where t.tenant_id = $1 and t.shipment_id = f."shipmentId" and t.recorded_at = f."recordedAt"`;

const learnErrors = `
  insert into "logistics"."estimate_error" as e (tenant_id, carrier_code, bucket, samples)
  values ($1, $2, $3, $4::jsonb)
  on conflict (tenant_id, carrier_code, bucket) do update set samples = (
    select jsonb_agg(s.value order by s.place) from (
      select value, ordinality as place from jsonb_array_elements(e.samples || excluded.samples) with ordinality
      order by ordinality desc limit $5::int) s)`;
