import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Message, Position, ScenarioKind, StatusReport } from '../src/booking.ts';
import { metersBetween } from '../src/geometry.ts';
import { gridCity, lengthOf, placeOf, readRoads, type Roads } from '../src/roads.ts';
import { findRoute } from '../src/route.ts';
import { createSimulator, type Simulator } from '../src/simulator.ts';
import { readTrace } from '../src/start-carrier.ts';

const city = gridCity();
const begin = Date.UTC(2026, 10, 26, 8);

interface World {
  readonly simulator: Simulator;
  readonly sent: Message[];
  run(seconds: number): void;
  runToEnd(): void;
}

function aWorld(
  given: {
    roads?: Roads;
    speed?: number;
    stateFile?: string;
    time?: number;
    trace?: ReturnType<typeof readTrace>;
  } = {},
): World & { time(): number } {
  let time = given.time ?? begin;
  const sent: Message[] = [];
  const simulator = createSimulator({
    roads: given.roads ?? city,
    trace: given.trace ?? null,
    pace: { speed: given.speed ?? 1, intervalMs: 5_000 },
    sender: {
      send: (_account, messages) => void sent.push(...messages),
      unsentReports: () => [],
      idle: async () => undefined,
      stop: async () => undefined,
    },
    clock: () => time,
    stateFile: given.stateFile ?? null,
  });
  const run = (seconds: number): void => {
    for (let passed = 0; passed < seconds; passed += 5) {
      time += 5_000;
      simulator.tick();
    }
  };
  return {
    simulator,
    sent,
    run,
    time: () => time,
    runToEnd() {
      for (let n = 0; n < 2_000 && statuses(sent).at(-1) !== 'delivered'; n += 1) run(5);
    },
  };
}

const reports = (sent: readonly Message[]): StatusReport[] => sent.filter((message) => message.type === 'status');
const fixes = (sent: readonly Message[]): Position[] => sent.filter((message) => message.type === 'position');
const statuses = (sent: readonly Message[]): string[] => reports(sent).map(({ status }) => status);

const book = (
  { simulator }: World,
  scenarios: { kind: ScenarioKind; seconds: number }[] = [],
  reference = 'parcel 1',
) =>
  simulator.book(
    {
      account: 'merchant',
      reference,
      pickupPlace: 'depot',
      address: 'ch|8000|town|high street 1',
      isReturn: false,
      scenarios,
    },
    reference,
  );

test('a parcel is fetched, driven along its way at speeds that vans have, and handed over', () => {
  const world = aWorld();
  const booking = book(world);
  world.runToEnd();

  expect(statuses(world.sent)).toEqual(['pre_transit', 'picked_up', 'in_transit', 'out_for_delivery', 'delivered']);
  const seen = fixes(world.sent);
  expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1));
  for (const [index, fix] of seen.entries()) {
    const before = seen[index - 1];
    if (!before) continue;
    const meters = metersBetween([before.lat, before.lng], [fix.lat, fix.lng]);
    expect(meters / 5).toBeLessThan(60 / 3.6);
    expect(Date.parse(fix.at) - Date.parse(before.at)).toBe(5_000);
  }
  const last = seen.at(-1);
  expect(
    metersBetween([last?.lat ?? 0, last?.lng ?? 0], [booking.destination.lat, booking.destination.lng]),
  ).toBeLessThan(50);
});

test('the same booking is the same parcel, and always drives the same way', () => {
  const [one, two] = [aWorld(), aWorld()];
  expect(book(one)).toEqual(book(one));
  book(two);
  one.runToEnd();
  two.runToEnd();
  expect(one.sent).toEqual(two.sent);
});

test('a carrier that restarts drives on, and is booked no second time', () => {
  const stateFile = join(mkdtempSync(join(tmpdir(), 'carrier-')), 'bookings.json');
  const before = aWorld({ stateFile });
  const booking = book(before);
  before.run(60);
  before.simulator.save();

  const after = aWorld({ stateFile, time: before.time() + 20_000 });
  expect(book(after).trackingNumber).toBe(booking.trackingNumber);
  after.runToEnd();
  expect(statuses([...before.sent, ...after.sent])).toEqual([
    'pre_transit',
    'picked_up',
    'in_transit',
    'out_for_delivery',
    'delivered',
  ]);
  const sequences = fixes([...before.sent, ...after.sent]).map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
});

test('nobody at home is tried again', () => {
  const world = aWorld();
  book(world, [{ kind: 'nobody-home', seconds: 3_600 }]);
  world.runToEnd();
  expect(statuses(world.sent).slice(-3)).toEqual(['attempt_failed', 'out_for_delivery', 'delivered']);
});

test('a booking is given up until it was fetched', () => {
  const world = aWorld();
  const { trackingNumber } = book(world);
  const other = book(world, [], 'parcel 2');
  expect(world.simulator.cancel(other.trackingNumber)).toBe('cancelled');
  world.run(60);
  expect(world.simulator.cancel(trackingNumber)).toBe('too-late');
  expect(
    reports(world.sent)
      .filter(({ reference }) => reference === 'parcel 2')
      .map(({ status }) => status),
  ).toEqual(['pre_transit']);
  expect(world.simulator.cancel('unknown')).toBeNull();
});

test('each scenario does what it says, and ends', () => {
  const driven = (kind?: ScenarioKind): Position[] => {
    const world = aWorld();
    book(world, kind ? [{ kind, seconds: 120 }] : []);
    world.run(120);
    return fixes(world.sent);
  };
  const usual = driven();
  const meters = (list: readonly Position[]): number => lengthOf(list.map(({ lat, lng }) => [lat, lng] as const));
  expect(meters(driven('traffic'))).toBeLessThan(meters(usual) / 2);
  expect(meters(driven('stop'))).toBeLessThan(300);
  expect(driven('lost-signal').length).toBeLessThanOrEqual(1);
  expect(driven('duplicates').length).toBeGreaterThan(1.8 * usual.length);
  const late = driven('late');
  expect(late.map(({ sequence }) => sequence)).toEqual(usual.map(({ sequence }) => sequence));
  const reordered = driven('reordered').map(({ sequence }) => sequence);
  expect(reordered).not.toEqual(reordered.toSorted((a, b) => a - b));
  expect(driven('absurd').some(({ lat, accuracy }) => lat === 0 || accuracy > 100)).toBe(true);
});

test('faster than life, it gets there sooner and never faster than positions are believed', () => {
  const [slow, fast] = [aWorld(), aWorld({ speed: 5 })];
  for (const world of [slow, fast]) {
    book(world);
    world.runToEnd();
  }
  expect(fixes(fast.sent).length).toBeLessThan(fixes(slow.sent).length / 2.5);
  expect(Math.max(...fixes(fast.sent).map(({ speed }) => speed))).toBeLessThanOrEqual(50);
});

test('every place of the city is reached from every other, by a way that is not absurdly long', () => {
  for (let n = 0; n < 50; n += 1) {
    const [from, to] = [placeOf(city, `from ${n}`), placeOf(city, `to ${n}`)];
    if (from === to) continue;
    const straight = metersBetween(city.nodes[from] ?? [0, 0], city.nodes[to] ?? [0, 0]);
    const { meters } = findRoute(city, from, to);
    expect(meters).toBeGreaterThanOrEqual(straight - 1);
    expect(meters).toBeLessThan(2 * straight + 500);
  }
});

const data = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
const monaco = join(data, 'roads', 'monaco.graph.json.gz');
const bus = join(data, 'gps', 'limerick_bus304_movingpandas.csv.gz');

test.skipIf(!existsSync(monaco))(
  'it drives real streets, one-way ones too (skipped where ../shared/data is not there)',
  () => {
    const roads = readRoads(monaco);
    expect(roads.places.length).toBeGreaterThan(300);
    const world = aWorld({ roads });
    book(world);
    world.runToEnd();
    expect(statuses(world.sent).at(-1)).toBe('delivered');
  },
);

test.skipIf(!existsSync(bus))(
  'it follows a recorded trace from its start to its end (skipped where ../shared/data is not there)',
  () => {
    const trace = readTrace(bus);
    const world = aWorld({ trace });
    const { destination } = book(world);
    world.runToEnd();
    expect(statuses(world.sent).at(-1)).toBe('delivered');
    const last = fixes(world.sent).at(-1);
    expect(metersBetween([last?.lat ?? 0, last?.lng ?? 0], [destination.lat, destination.lng])).toBeLessThan(30);
  },
);
