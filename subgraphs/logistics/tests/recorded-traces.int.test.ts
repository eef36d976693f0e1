import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { query } from '@ordergraph/tenancy';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { markStale, thinTrack } from '../src/commands/tend-positions.ts';
import { metersBetween, type Point } from '../src/domain/geo.ts';
import { aBookedParcel, openDepot, type Depot, type Parcel, type ShippableOrder } from './depot.ts';
import { senderTo, type SentFix, type WebhookSender } from './webhook-sender.ts';

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'gps');
const munich = join(folder, 'munich_car_barefoot.csv.gz');
const limerick = join(folder, 'limerick_bus304_movingpandas.csv.gz');
const why = 'recorded traces are not beside the repository (../shared/data/gps)';

function readTrace(file: string): SentFix[] {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line, index) => {
    const [time = '', lat, lng] = line.split(',');
    return { sequence: index + 1, at: new Date(time).toISOString(), lat: Number(lat), lng: Number(lng) };
  });
}

let depot: Depot;
let sender: WebhookSender;
let superuser: Client;
beforeAll(async () => {
  depot = await openDepot();
  sender = senderTo(depot);
  superuser = new Client({ connectionString: depot.house.database.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await depot[Symbol.asyncDispose]();
});

interface Kept extends Point {
  readonly flag: string | null;
}

const keptTrack = (order: ShippableOrder, parcel: Parcel): Promise<Kept[]> =>
  depot.house.command('logistics', order.tenantId, (tx) =>
    query<Kept>(
      tx.em,
      'select latitude, longitude, flag from "logistics"."track_fix" where shipment_id = $1 order by recorded_at',
      [parcel.id],
    ),
  );

interface Seen {
  readonly isStale: boolean;
  readonly location: { readonly sequence: number; readonly point: Point; readonly recordedAt: string } | null;
  readonly droppedFixes: readonly { readonly reason: string; readonly count: number }[];
}

const see = async (order: ShippableOrder, parcel: Parcel): Promise<Seen> => {
  const { shipment } = await order.ask<{ shipment: Seen }>(
    `query ($id: ID!) { shipment(id: $id) { isStale location { sequence point { latitude longitude } recordedAt } droppedFixes { reason count } } }`,
    { id: parcel.opaqueId },
  );
  return shipment;
};

/** Metres from a point to the line through others. */
function metersToLine(point: Point, line: readonly Point[]): number {
  let least = Infinity;
  for (const [index, end] of line.entries()) {
    const start = line[index - 1] ?? end;
    for (let step = 0; step <= 10; step += 1) {
      const share = step / 10;
      const between = {
        latitude: start.latitude + share * (end.latitude - start.latitude),
        longitude: start.longitude + share * (end.longitude - start.longitude),
      };
      least = Math.min(least, metersBetween(point, between));
    }
  }
  return least;
}

describe.skipIf(!existsSync(munich))(`a car whose receiver froze (skipped where ${why})`, () => {
  test('its jump of 470 metres in a second is dropped and counted, until three fixes agree', async () => {
    const { order, parcel } = await aBookedParcel(depot);
    const trace = readTrace(munich);
    const jump = trace.findIndex(({ at }) => at === '2014-09-10T05:04:27.000Z');

    await sender.fixes(order.tenantId, parcel.id, trace.slice(0, jump + 2));
    const frozen = await see(order, parcel);
    expect(frozen.location).toMatchObject({ sequence: jump, recordedAt: '2014-09-10T05:04:26.000Z' });
    expect(frozen.droppedFixes).toEqual([{ reason: 'TOO_FAST', count: 2 }]);

    await sender.fixes(order.tenantId, parcel.id, trace.slice(jump + 2));
    const end = await see(order, parcel);
    expect(end.location?.sequence).toBe(trace.length - 2);
    expect(end.droppedFixes).toEqual([{ reason: 'TOO_FAST', count: 2 }]);
    const kept = await keptTrack(order, parcel);
    expect(kept).toHaveLength(trace.length);
    expect(kept.filter(({ flag }) => flag !== null)).toEqual([]);
  });
});

describe.skipIf(!existsSync(limerick))(`a bus with gaps (skipped where ${why})`, () => {
  test('each of its gaps makes it stale, each fix after one brings it back, and no fix is lost', async () => {
    const { order, parcel } = await aBookedParcel(depot);
    const trace = readTrace(limerick);
    const gaps = trace.flatMap(({ at }, index) => {
      const seconds = (Date.parse(at) - Date.parse(trace[index - 1]?.at ?? at)) / 1_000;
      return seconds > 15 ? [{ index, seconds }] : [];
    });
    expect(Math.max(...gaps.map(({ seconds }) => seconds))).toBe(138);

    let from = 0;
    for (const { index, seconds } of gaps) {
      await sender.fixes(order.tenantId, parcel.id, trace.slice(from, index));
      from = index;
      // The bus was silent for so long.
      await superuser.query(
        `update logistics.position set heard_at = now() - make_interval(secs => $2) where shipment_id = $1`,
        [parcel.id, seconds],
      );
      await depot.house.command('logistics', order.tenantId, (tx) => markStale(tx, parcel.id));
      const { rows } = await superuser.query<{ is_stale: boolean }>(
        'select is_stale from logistics.position where shipment_id = $1',
        [parcel.id],
      );
      expect(rows).toEqual([{ is_stale: true }]);
    }
    await sender.fixes(order.tenantId, parcel.id, trace.slice(from));

    const { rows } = await superuser.query('select is_stale, sequence from logistics.position where shipment_id = $1', [
      parcel.id,
    ]);
    expect(rows).toEqual([{ is_stale: false, sequence: trace.length }]);
    expect((await see(order, parcel)).droppedFixes).toEqual([]);
  });

  test('thinned after two hours, its track stays within 50 metres of the recorded one', async () => {
    const { order, parcel } = await aBookedParcel(depot);
    const trace = readTrace(limerick).map((fix) => ({ ...fix, sequence: fix.sequence + 10_000 }));
    await sender.fixes(order.tenantId, parcel.id, trace);
    await superuser.query(
      `update logistics.track_fix set received_at = received_at - interval '3 hours' where shipment_id = $1`,
      [parcel.id],
    );
    await depot.house.command('logistics', order.tenantId, (tx) => thinTrack(tx, parcel.id));

    const kept = await keptTrack(order, parcel);
    expect(kept.length).toBeLessThan(trace.length / 2);
    expect(kept.length).toBeGreaterThan(50);
    const farthest = trace.map(({ lat: latitude, lng: longitude }) => metersToLine({ latitude, longitude }, kept));
    expect(Math.max(...farthest)).toBeLessThan(50);
  });
});
