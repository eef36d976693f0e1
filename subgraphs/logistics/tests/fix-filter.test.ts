import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  evenly,
  isNear,
  isStaleAt,
  judge,
  thin,
  type DropReason,
  type Fix,
  type FilterState,
} from '../src/domain/fix-filter.ts';
import { metersToStretch } from '../src/domain/geo.ts';

const now = Date.UTC(2026, 10, 26, 12);
const fix = (given: Partial<Fix> & { seconds?: number } = {}): Fix => ({
  carrierSequence: given.seconds ?? 1,
  recordedAt: now + 1_000 * (given.seconds ?? 0),
  latitude: 47.37,
  longitude: 8.5,
  headingDegrees: null,
  speedMetersPerSecond: null,
  accuracyMeters: 5,
  ...given,
});

/** Judges fixes one after the other, as a parcel's own filter does. */
function sift(fixes: readonly Fix[], isUnderWay = true) {
  const known = new Set<string>();
  let state: FilterState = { last: null, suspects: [] };
  const reasons: (DropReason | null)[] = [];
  const accepted: Fix[] = [];
  for (const one of fixes) {
    const keys = [`t${one.recordedAt}`, `s${one.carrierSequence}`];
    const verdict = judge(state, one, { now, isUnderWay, isKnown: () => keys.some((key) => known.has(key)) });
    state = verdict.state;
    reasons.push(verdict.reason);
    if (verdict.isKept) for (const key of keys) known.add(key);
    if (verdict.reason === null) accepted.push(one);
  }
  return { reasons, accepted };
}

test.each<[DropReason, readonly Fix[]]>([
  ['DUPLICATE', [fix(), fix()]],
  ['DUPLICATE', [fix({ seconds: -9, carrierSequence: 7 }), fix({ seconds: -4, carrierSequence: 7 })]],
  ['IN_FUTURE', [fix({ seconds: 61 })]],
  ['OUT_OF_RANGE', [fix({ latitude: 0, longitude: 0 })]],
  ['OUT_OF_RANGE', [fix({ latitude: 91 })]],
  ['INACCURATE', [fix({ accuracyMeters: 101 })]],
  ['TOO_FAST', [fix({ seconds: -5 }), fix({ seconds: -4, latitude: 47.3742 })]],
  ['OUTDATED', [fix({ seconds: -5 }), fix({ seconds: -10 })]],
])('%s is dropped, by the first filter that fits', (reason, fixes) => {
  expect(sift(fixes).reasons.at(-1)).toBe(reason);
  expect(sift(fixes, false).reasons.at(-1)).toBe('NOT_UNDER_WAY');
});

test('three in a row that are far away and agree are where the vehicle is', () => {
  const far = (seconds: number) => fix({ seconds, latitude: 47.5, longitude: 8.5 + seconds / 1e5 });
  expect(sift([fix({ seconds: -60 }), far(-20), far(-15), far(-10), far(-5)]).reasons).toEqual([
    null,
    'TOO_FAST',
    'TOO_FAST',
    null,
    null,
  ]);
  // Three that do not agree are three errors.
  const wild = [
    fix({ seconds: -20, latitude: 48 }),
    fix({ seconds: -15, latitude: 46 }),
    fix({ seconds: -10, latitude: 49 }),
  ];
  expect(sift([fix({ seconds: -60 }), ...wild]).reasons).toEqual([null, 'TOO_FAST', 'TOO_FAST', 'TOO_FAST']);
});

const drives = fc
  .array(fc.record({ seconds: fc.integer({ min: 1, max: 20 }), meters: fc.integer({ min: 0, max: 300 }) }), {
    minLength: 2,
    maxLength: 40,
  })
  .map((steps) => {
    let [seconds, north] = [-3_600, 0];
    return steps.map((step, index) => {
      seconds += step.seconds;
      north += Math.min(step.meters, 50 * step.seconds);
      return fix({ seconds, carrierSequence: index + 1, latitude: 47 + north / 111_195 });
    });
  });

test('whatever is repeated and shuffled, positions only go forward and end at the newest', () => {
  fc.assert(
    fc.property(drives, fc.infiniteStream(fc.nat()), (drive, dice) => {
      const roll = () => dice.next().value;
      const sent = [...drive, ...drive.filter(() => roll() % 3 === 0)]
        .map((one) => ({ one, place: roll() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ one }) => one);
      const { accepted } = sift(sent);
      const times = accepted.map(({ recordedAt }) => recordedAt);
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
      expect(times.at(-1)).toBe(drive.at(-1)?.recordedAt);
    }),
  );
});

test('in their own order all of a drive are accepted, and each repetition is not', () => {
  fc.assert(
    fc.property(drives, (drive) => {
      const { reasons } = sift(drive.flatMap((one) => [one, one]));
      expect(reasons).toEqual(drive.flatMap(() => [null, 'DUPLICATE']));
    }),
  );
});

/** A drive that turns as it likes, a fix every five seconds. */
const turningDrives = fc
  .array(fc.record({ meters: fc.nat(250), degrees: fc.nat(359) }), { minLength: 1, maxLength: 80 })
  .map((legs) => {
    let [north, east] = [0, 0];
    return legs.map(({ meters, degrees }, index) => {
      north += meters * Math.cos((degrees * Math.PI) / 180);
      east += meters * Math.sin((degrees * Math.PI) / 180);
      const [latitude, longitude] = [47 + north / 111_195, 8.5 + east / (111_195 * Math.cos((47 * Math.PI) / 180))];
      return fix({ seconds: 5 * index, carrierSequence: index + 1, latitude, longitude });
    });
  });

test('a thinned track keeps its ends, and nothing that is left out is far from the line through what is kept', () => {
  fc.assert(
    fc.property(fc.oneof(drives, turningDrives), (drive) => {
      const kept = thin(drive);
      expect([kept[0], kept.at(-1)]).toEqual([drive[0], drive.at(-1)]);
      for (const one of drive) {
        const after = kept.findIndex((other) => other.recordedAt >= one.recordedAt);
        const [start, end] = [kept[Math.max(0, after - 1)] ?? one, kept[after] ?? one];
        expect(metersToStretch(one, start, end)).toBeLessThanOrEqual(20);
      }
    }),
  );
});

test('a straight way is thinned to a fix every 30 seconds, however fast it is driven', () => {
  const drive = Array.from({ length: 73 }, (_, index) =>
    fix({ seconds: 5 * index, latitude: 47 + (index * 70) / 111_195, carrierSequence: index + 1 }),
  );
  expect(thin(drive).map(({ recordedAt }) => (recordedAt - now) / 1_000)).toEqual(
    Array.from({ length: 13 }, (_, index) => 30 * index),
  );
});

test('a track is thinned evenly, its ends among it', () => {
  expect(evenly([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([1, 5, 9]);
  expect(evenly([1, 2], 200)).toEqual([1, 2]);
  expect(evenly([1, 2, 3], 1)).toEqual([3]);
});

test('near is in at 400 metres and out at 600; stale is more than three intervals', () => {
  expect([isNear(false, 400), isNear(false, 401), isNear(true, 599), isNear(true, 600)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([isStaleAt(new Date(now), new Date(now + 15_000)), isStaleAt(new Date(now), new Date(now + 15_001))]).toEqual([
    false,
    true,
  ]);
});
