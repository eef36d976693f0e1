import fc from 'fast-check';
import { expect, test } from 'vitest';
import { believedTime } from '../src/domain/carrier-clock.ts';

const createdAt = new Date('2026-11-26T12:00:00.000Z');
const dayMs = 24 * 60 * 60_000;
const later = (ms: number): Date => new Date(createdAt.getTime() + ms);

test('a time between the parcel and the report is believed, and one that is off by a time zone', () => {
  const receivedAt = later(5 * dayMs);
  fc.assert(
    fc.property(fc.integer({ min: -dayMs, max: 5 * dayMs }), (ms) => {
      expect(believedTime(later(ms), { createdAt, receivedAt })).toEqual(later(ms));
    }),
  );
});

test('whatever the clock says, it was not after the report came and not a day before the parcel', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), fc.nat(30 * dayMs), (claimed, ms) => {
      const receivedAt = later(ms);
      const believed = believedTime(claimed, { createdAt, receivedAt }).getTime();
      expect(believed).toBeLessThanOrEqual(receivedAt.getTime());
      expect(believed).toBeGreaterThanOrEqual(createdAt.getTime() - dayMs);
    }),
  );
});
