import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGlide, type Fix } from '../src/map/glide.ts';
import { decodePolyline, distanceMeters, shorterTurn, type Place } from '../src/map/geometry.ts';
import { measureRoute, nearestOnRoute, placeAt, wayUntil } from '../src/map/route.ts';

// A street that goes 400 m east, then 400 m north: the straight line between its ends is no street.
const meterLatitude = 1 / 111_195;
const corner: Place = { latitude: 0, longitude: 400 * meterLatitude };
const start: Place = { latitude: 0, longitude: 0 };
const streets: Place[] = [start, corner, { latitude: 400 * meterLatitude, longitude: corner.longitude }];
const route = measureRoute(streets);
if (!route) throw new Error('Three places make a route.');
const on = (meters: number, receivedAtMs: number): Fix => {
  const { latitude, longitude } = placeAt(route, meters);
  return { latitude, longitude, headingDegrees: null, receivedAtMs };
};
const metersOf = (place: Place | null): number => (place ? nearestOnRoute(route, place, 0).meters : Number.NaN);
const near = (meters: number) => expect.closeTo(meters, 0);

describe('a marker that glides', () => {
  test('is drawn one interval late: it arrives at a fix when the next one is due', () => {
    const glide = createGlide({ route, steps: false });
    glide.add(on(0, 0));
    glide.add(on(100, 5_000));

    expect(metersOf(glide.at(5_000))).toEqual(near(0));
    expect(metersOf(glide.at(7_500))).toEqual(near(50));
    expect(metersOf(glide.at(10_000))).toEqual(near(100));
  });

  test('follows the street around the corner and not the straight line', () => {
    const glide = createGlide({ route, steps: false });
    glide.add(on(300, 0));
    glide.add(on(500, 5_000));

    const half = glide.at(7_500);
    expect(metersOf(half)).toEqual(near(400));
    expect(half && distanceMeters(half, corner)).toBeLessThan(1);
  });

  test('never leaves the street and never goes back, however fixes come', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ meters: fc.integer({ min: 0, max: 60 }), afterMs: fc.integer({ min: 800, max: 9_000 }) }),
          {
            minLength: 2,
            maxLength: 12,
          },
        ),
        (steps) => {
          const glide = createGlide({ route, steps: false });
          let [meters, nowMs, before] = [0, 0, 0];
          for (const step of steps) {
            meters += step.meters;
            glide.add(on(meters, nowMs));
            for (let passed = 0; passed <= step.afterMs; passed += 200) {
              const drawn = glide.at(nowMs + passed);
              const found = drawn && nearestOnRoute(route, drawn, before);
              if (!found || found.offMeters > 1) return false;
              // Going on without a fix may overshoot the next one by a little; then it waits there or drifts back.
              if (found.meters < before - 80) return false;
              before = found.meters;
            }
            nowMs += step.afterMs;
          }
          return true;
        },
      ),
    );
  });

  test('goes on at the last speed without a fix, comes to rest within ten seconds, and says when it was seen', () => {
    const glide = createGlide({ route, steps: false });
    glide.add(on(0, 0));
    glide.add(on(100, 5_000));

    const at = (seconds: number) => glide.at(5_000 + seconds * 1_000);
    expect(metersOf(at(7.4))).toEqual(near(100));
    expect(metersOf(at(9))).toBeGreaterThan(120);
    expect(at(9)).toMatchObject({ lastSeenSecondsAgo: null, isMoving: true });
    const rest = at(17.5);
    // 20 m/s that fade evenly over ten seconds are 100 m.
    expect(metersOf(rest)).toEqual(near(200));
    expect(at(25)).toMatchObject({ lastSeenSecondsAgo: 25, opacity: 0.45, isMoving: false });
    expect(metersOf(at(60))).toEqual(near(metersOf(rest)));
  });

  test('takes up where it is drawn when a late fix comes', () => {
    const glide = createGlide({ route, steps: false });
    glide.add(on(0, 0));
    glide.add(on(100, 5_000));
    const before = metersOf(glide.at(17_000));
    glide.add(on(300, 17_000));

    expect(metersOf(glide.at(17_000))).toEqual(near(before));
    expect(glide.at(18_000)).toMatchObject({ opacity: 1, lastSeenSecondsAgo: null });
    expect(metersOf(glide.at(22_100))).toEqual(near(300));
  });

  test('turns by the shorter way', () => {
    const glide = createGlide({ route: null, steps: false });
    const fix = (headingDegrees: number, receivedAtMs: number): Fix => ({ ...corner, headingDegrees, receivedAtMs });
    glide.add(fix(300, 0));
    glide.at(0);
    glide.add(fix(60, 5_000));

    const headings = Array.from({ length: 12 }, (_, frame) => glide.at(5_000 + frame * 50)?.headingDegrees ?? 180);
    // Over north, and not over south.
    expect(headings.filter((heading) => heading > 61 && heading < 299)).toEqual([]);
    expect(new Set(headings).size).toBeGreaterThan(5);
    expect(headings.at(-1)).toBeCloseTo(60, 5);
  });

  test('a jump above 500 m cross-fades in place of gliding', () => {
    const glide = createGlide({ route, steps: false });
    glide.add(on(0, 0));
    glide.add(on(700, 5_000));

    expect(distanceMeters(on(700, 0), glide.at(5_000) ?? corner)).toBeLessThan(1);
    expect(glide.at(5_350)?.crossFade).toMatchObject({ share: 0.5, from: { latitude: 0, longitude: 0 } });
    expect(glide.at(5_800)?.crossFade).toBeNull();
  });

  test('off the planned way it goes straight, where the fixes are', () => {
    const glide = createGlide({ route, steps: false });
    const aside: Place = { latitude: 200 * meterLatitude, longitude: 0 };
    glide.add({ ...start, headingDegrees: null, receivedAtMs: 0 });
    glide.add({ ...aside, headingDegrees: null, receivedAtMs: 5_000 });

    expect(glide.at(7_500)?.latitude).toBeCloseTo(100 * meterLatitude, 6);
    expect(glide.at(7_500)?.headingDegrees).toBeCloseTo(0, 0);
  });

  test('stands at the last fix after a hidden page, with no way in between', () => {
    const glide = createGlide({ route, steps: false });
    glide.add(on(0, 0));
    glide.add(on(100, 5_000));
    glide.at(6_000);
    glide.snap();

    expect(metersOf(glide.at(6_100))).toEqual(near(100));
  });

  test('steps from fix to fix where less motion is wanted', () => {
    const glide = createGlide({ route, steps: true });
    glide.add(on(0, 0));
    glide.add(on(100, 5_000));

    expect(metersOf(glide.at(5_000))).toEqual(near(100));
    expect(metersOf(glide.at(16_000))).toEqual(near(100));
    expect(glide.at(5_000)?.isMoving).toBe(false);
  });
});

describe('a route', () => {
  test('knows the place at a distance and the distance of a place', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: route.length, noNaN: true }), (meters) => {
        const found = nearestOnRoute(route, placeAt(route, meters), meters);
        return Math.abs(found.meters - meters) < 0.01 && found.offMeters < 0.01;
      }),
    );
  });

  test('that comes back along itself is read by where the vehicle was', () => {
    const thereAndBack = measureRoute([start, corner, start]);
    const half = { latitude: 0, longitude: corner.longitude / 2 };

    expect(thereAndBack && nearestOnRoute(thereAndBack, half, 150).meters).toBeCloseTo(200, 0);
    expect(thereAndBack && nearestOnRoute(thereAndBack, half, 650).meters).toBeCloseTo(600, 0);
  });

  test('ends, as a way so far, exactly where the vehicle is', () => {
    expect(wayUntil(route, 500)).toHaveLength(3);
    expect(wayUntil(route, 500).at(-1)?.latitude).toBeCloseTo(100 * meterLatitude, 6);
  });

  test('needs two different places', () => {
    expect(measureRoute([corner, corner])).toBeNull();
  });
});

test('a polyline decodes to the places of its documentation', () => {
  expect(decodePolyline('_p~iF~ps|U_ulLnnqC_mqNvxq`@')).toEqual([
    { latitude: 38.5, longitude: -120.2 },
    { latitude: 40.7, longitude: -120.95 },
    { latitude: 43.252, longitude: -126.453 },
  ]);
  expect(decodePolyline('_p~iF~ps|U_ulL')).toHaveLength(1);
});

test.each([
  [350, 10, 20],
  [10, 350, -20],
  [0, 180, -180],
  [90, 90, 0],
])('from %i° to %i° it turns by %i°', (from, to, turn) => {
  expect(shorterTurn(from, to)).toBe(turn);
});
