import { query } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thinTrack } from '../src/commands/tend-positions.ts';
import { aBookedParcel, openDepot, type Depot, type Parcel, type ShippableOrder } from './depot.ts';
import { senderTo } from './webhook-sender.ts';

interface Followed {
  readonly order: ShippableOrder;
  readonly parcel: Parcel;
}

let depot: Depot;
/** Parcels with one position each, that are not thinned but by the test. */
const followed: Followed[] = [];
let dueAgain: Track;
beforeAll(async () => {
  depot = await openDepot();
  const sender = senderTo(depot);
  const fix = (sequence: number, secondsAgo: number) => ({
    sequence,
    at: new Date(Date.now() - 1_000 * secondsAgo).toISOString(),
    lat: 47,
    lng: 8.5,
    accuracy: 5,
  });
  while (followed.length < 4) {
    const booked = await aBookedParcel(depot);
    await sender.fixes(booked.order.tenantId, booked.parcel.id, [fix(1_000_000, 60)]);
    followed.push(booked);
  }
  const { order, parcel } = next();
  await run(
    order,
    `update "logistics"."position" set thin_due_at = now() + interval '30 days' where shipment_id = $1`,
    [parcel.id],
  );
  await sender.fixes(order.tenantId, parcel.id, [fix(1_000_001, 50)]);
  dueAgain = await trackOf(order, parcel);
  await depot.house.subgraph('logistics').rest();
});

function next(): Followed {
  const one = followed.pop();
  if (!one) throw new Error('Open the depot with more parcels.');
  return one;
}
afterAll(() => depot[Symbol.asyncDispose]());

const run = <Row>({ tenantId }: ShippableOrder, statement: string, parameters: readonly unknown[]): Promise<Row[]> =>
  depot.house.command('logistics', tenantId, (tx) => query<Row>(tx.em, statement, parameters));

/**
 * Adds fixes to a track, five seconds and 70 metres apart, the first of them so many hours ago; a hundred came at once.
 * `zigzag` lets each of them turn off the line.
 */
async function drives(
  order: ShippableOrder,
  parcel: Parcel,
  fixes: number,
  { hoursAgo, zigzag = 0, flag = null }: { hoursAgo: number; zigzag?: number; flag?: string | null },
): Promise<void> {
  await run(
    order,
    `insert into "logistics"."track_fix" (tenant_id, shipment_id, recorded_at, carrier_sequence, sequence, latitude,
       longitude, received_at, flag)
     select $1, $2, start + i * interval '5 seconds', $3::int * 100000 + i, i, 47 + i * 70 / 111195.0,
       8.5 + (i % 2) * $5::float8, start + (i / 100) * interval '500 seconds', $6
     from generate_series(0, $4::int - 1) i, date_trunc('milliseconds', now() - make_interval(hours => $3)) start`,
    [order.tenantId, parcel.id, hoursAgo, fixes, zigzag, flag],
  );
}

interface Track {
  readonly fixes: number;
  /** Seconds until it is thinned again; null when it never is. */
  readonly thinnedIn: number | null;
  readonly hasFix: boolean;
}
async function trackOf(order: ShippableOrder, parcel: Parcel): Promise<Track> {
  const [track] = await run<Track>(
    order,
    `select (select count(*)::int from "logistics"."track_fix" where shipment_id = $1) as fixes,
       extract(epoch from thin_due_at - now())::int as "thinnedIn", fix is not null as "hasFix"
     from "logistics"."position" where shipment_id = $1`,
    [parcel.id],
  );
  if (!track) throw new Error('The parcel has no position.');
  return track;
}

const thins = (order: ShippableOrder, parcel: Parcel): Promise<void> =>
  depot.house.command('logistics', order.tenantId, (tx) => thinTrack(tx, parcel.id));

const monthSeconds = 30 * 24 * 60 * 60;
const twoHours = 2 * 60 * 60;

test('a track of which everything is kept is worked through to its end, and then left alone', async () => {
  const { order, parcel } = next();
  await drives(order, parcel, 12_000, { hoursAgo: 100, zigzag: 0.01 });
  await drives(order, parcel, 60, { hoursAgo: 80 });

  let rounds = 0;
  do {
    await thins(order, parcel);
    rounds += 1;
  } while (((await trackOf(order, parcel)).thinnedIn ?? 0) <= 0 && rounds < 10);

  expect(rounds).toBe(3);
  // Each of the zigzag, one per 30 seconds of the straight way and its end, and the position of a minute ago.
  const { fixes, thinnedIn } = await trackOf(order, parcel);
  expect(fixes).toBe(12_000 + 11 + 1);
  expect(thinnedIn).toBeGreaterThan(twoHours - 60);
  expect(thinnedIn).toBeLessThanOrEqual(twoHours);

  await run(
    order,
    `update "logistics"."track_fix" set received_at = received_at - interval '3 hours' where carrier_sequence = 1000000`,
    [],
  );
  await thins(order, parcel);
  expect((await trackOf(order, parcel)).thinnedIn).toBeGreaterThan(monthSeconds - 60);
});

test('what comes later is thinned from where the last round ended, and what was never believed goes', async () => {
  const { order, parcel } = next();
  await drives(order, parcel, 61, { hoursAgo: 9 });
  await thins(order, parcel);
  expect((await trackOf(order, parcel)).fixes).toBe(11 + 1);

  await run(
    order,
    `update "logistics"."position" set thinned_until = now() - interval '6 hours' where shipment_id = $1`,
    [parcel.id],
  );
  await drives(order, parcel, 61, { hoursAgo: 5 });
  await drives(order, parcel, 7, { hoursAgo: 4, flag: 'TOO_FAST' });
  await thins(order, parcel);
  await thins(order, parcel);

  expect((await trackOf(order, parcel)).fixes).toBe(11 + 11 + 1);
});

test('a month after its last fix a track is gone, with the last position', async () => {
  const { order, parcel } = next();
  await drives(order, parcel, 6_000, { hoursAgo: 800 });
  const lastHeard = (days: number) =>
    run(
      order,
      `update "logistics"."position" set heard_at = now() - make_interval(days => $2) where shipment_id = $1`,
      [parcel.id, days],
    );

  await lastHeard(29);
  await thins(order, parcel);
  expect((await trackOf(order, parcel)).fixes).toBeGreaterThan(500);
  await lastHeard(31);
  await drives(order, parcel, 6_000, { hoursAgo: 700 });
  await thins(order, parcel);
  expect((await trackOf(order, parcel)).thinnedIn).toBeLessThanOrEqual(0);
  await thins(order, parcel);

  expect(await trackOf(order, parcel)).toEqual({ fixes: 0, thinnedIn: null, hasFix: false });
});

test('a fix that comes when nothing was to be thinned any more is thinned in two hours', () => {
  expect(dueAgain.thinnedIn).toBeLessThanOrEqual(twoHours);
});
