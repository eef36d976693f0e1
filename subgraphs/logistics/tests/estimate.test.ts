import { gridCity, simulateTrip, type SimulatedTrip } from '@ordergraph/carrier-simulator';
import { describe, expect, test } from 'vitest';
import {
  bucketOf,
  changeOf,
  errorQuantile,
  estimate,
  meanSpeed,
  naiveSeconds,
  samplesPerBucket,
} from '../src/domain/estimate.ts';
import { metersBetween } from '../src/domain/geo.ts';
import { readRoute } from '../src/tracking/route-progress.ts';

const roads = gridCity();

interface Guess {
  readonly bucket: number;
  readonly naive: number;
  readonly took: number;
  readonly expected: number;
  readonly latest: number;
}

/** What the estimates of one trip were, one for each distance, and what came true. `errors` is what was learnt before. */
function guessesOf(trip: SimulatedTrip, errors: ReadonlyMap<number, readonly number[]>): Guess[] {
  const route = readRoute(trip.route);
  if (!route) throw new Error('A trip has a way.');
  const guesses: Guess[] = [];
  let speed: number | null = null;
  for (const [index, fix] of trip.fixes.entries()) {
    const point = { latitude: fix.lat, longitude: fix.lng };
    const before = trip.fixes[index - 1];
    if (before) {
      const meters = metersBetween({ latitude: before.lat, longitude: before.lng }, point);
      speed = meanSpeed(speed, meters, (fix.at - before.at) / 1_000);
    }
    const metersLeft = route.metersLeft(point);
    const bucket = bucketOf(metersLeft);
    if (guesses.some((guess) => guess.bucket === bucket)) continue;
    const progress = { metersLeft, metersPerSecond: speed, stopsLeft: fix.stopsLeft };
    const { expectedAt, latestAt } = estimate(progress, errors.get(bucket) ?? [], new Date(fix.at));
    guesses.push({
      bucket,
      naive: naiveSeconds(progress),
      took: (trip.deliveredAt - fix.at) / 1_000,
      expected: (expectedAt.getTime() - fix.at) / 1_000,
      latest: (latestAt.getTime() - fix.at) / 1_000,
    });
  }
  return guesses;
}

const trips = (from: number, count: number): SimulatedTrip[] =>
  Array.from({ length: count }, (_, index) => simulateTrip(roads, `trip ${from + index}`));

describe('over trips that the estimates have not seen', () => {
  const errors = new Map<number, number[]>();
  for (const trip of trips(0, 200)) {
    for (const { bucket, took, naive } of guessesOf(trip, errors)) {
      errors.set(bucket, [...(errors.get(bucket) ?? []), took / naive].slice(-samplesPerBucket));
    }
  }
  const guesses = trips(10_000, 300).flatMap((trip) => guessesOf(trip, errors));

  test('P90 holds in 85 to 95 of a hundred, and P50 in about half', () => {
    const held = guesses.filter(({ took, latest }) => took <= latest).length / guesses.length;
    const early = guesses.filter(({ took, expected }) => took <= expected).length / guesses.length;
    const error = guesses.reduce((sum, { took, expected }) => sum + Math.abs(took - expected), 0) / guesses.length;
    process.stdout.write(
      `Estimates: P90 held in ${(100 * held).toFixed(1)} %, P50 in ${(100 * early).toFixed(1)} %, mean absolute error ${error.toFixed(0)} s over ${guesses.length}.\n`,
    );
    expect(held).toBeGreaterThanOrEqual(0.85);
    expect(held).toBeLessThanOrEqual(0.95);
    expect(early).toBeGreaterThan(0.4);
    expect(early).toBeLessThan(0.6);
  });
});

test('the mean speed forgets with a time constant of three minutes', () => {
  const after = meanSpeed(10, 0, 180);
  expect(after).toBeCloseTo(10 * Math.exp(-1), 6);
  expect(meanSpeed(null, 0, 0)).toBeGreaterThan(5);
});

test('a vehicle that stands is taken to go at 5 km/h, so that no estimate is never', () => {
  expect(naiveSeconds({ metersLeft: 1_000, metersPerSecond: 0, stopsLeft: 0 })).toBeCloseTo(720, 0);
});

test('little experience counts beside the prior, much of it alone', () => {
  expect(errorQuantile([], 0.5)).toBeCloseTo(1.025, 3);
  expect(
    errorQuantile(
      Array.from({ length: 20 }, () => 2),
      0.9,
    ),
  ).toBe(2);
  expect(errorQuantile([2], 0.9)).toBeLessThan(2);
});

test('under a minute nothing is shown, under five nothing announced; late is later than first promised', () => {
  const at = (minutes: number): Date => new Date(minutes * 60_000);
  const next = { expectedAt: at(30), latestAt: at(40) };
  const before = { shownAt: at(30.9), announcedAt: at(34.9), promisedAt: at(31) };
  expect(changeOf(next, before)).toEqual({ isShown: false, isAnnounced: false, isDelayed: false });
  expect(changeOf(next, { shownAt: at(31), announcedAt: at(35), promisedAt: at(29) })).toEqual({
    isShown: true,
    isAnnounced: true,
    isDelayed: true,
  });
  expect(changeOf(next, { shownAt: null, announcedAt: null, promisedAt: null })).toEqual({
    isShown: true,
    isAnnounced: true,
    isDelayed: false,
  });
});
