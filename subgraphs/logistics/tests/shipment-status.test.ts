import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meaningOf } from '../src/domain/carrier-states.ts';
import {
  hasLeft,
  isAwaited,
  isTerminal,
  mayReport,
  moves,
  saysLeft,
  shownSince,
  type ShipmentStatus,
  type Standing,
  type TrackingSource,
} from '../src/domain/shipment-status.ts';

const at = (seconds: number): Date => new Date(seconds * 1_000);
const standing = (status: ShipmentStatus, seconds: number): Standing => ({ status, since: at(seconds) });

/** What a parcel becomes when reports come in this order. */
function follow(reports: readonly Standing[], source: TrackingSource = 'CARRIER'): Standing {
  return reports.reduce((now, report) => (moves(now, report, source) ? report : now), standing('PENDING', 0));
}

const trip: readonly Standing[] = [
  standing('LABEL_CREATED', 1),
  standing('PICKED_UP', 2),
  standing('IN_TRANSIT', 3),
  standing('OUT_FOR_DELIVERY', 4),
  standing('ATTEMPT_FAILED', 5),
  standing('OUT_FOR_DELIVERY', 6),
  standing('DELIVERED', 7),
];

test('however reports are shuffled and repeated, a trip ends where it ended', () => {
  const anyOrder = fc
    .array(fc.constantFrom(...trip), { maxLength: 10 })
    .chain((repeats) => fc.shuffledSubarray([...trip, ...repeats], { minLength: trip.length + repeats.length }));
  fc.assert(
    fc.property(anyOrder, (reports) => {
      expect(follow(reports).status).toBe('DELIVERED');
    }),
  );
});

test('a trip that goes wrong ends where it ended in its own order, whatever comes late', () => {
  const lost = [...trip.slice(0, 3), standing('EXCEPTION', 8), standing('RETURNING', 9), standing('RETURNED', 10)];
  expect(follow([...lost, ...trip.slice(0, 4)]).status).toBe('RETURNED');
});

test('the usual way is never gone back, whatever the clocks say', () => {
  expect(moves(standing('OUT_FOR_DELIVERY', 4), standing('IN_TRANSIT', 9), 'CARRIER')).toBe(false);
  expect(moves(standing('PENDING', 100), standing('PICKED_UP', 1), 'CARRIER')).toBe(true);
  expect(moves(standing('IN_TRANSIT', 9), standing('DELIVERED', 8), 'CARRIER')).toBe(true);
});

test('an end is left only by what comes later and makes sense, or by staff', () => {
  expect(moves(standing('DELIVERED', 7), standing('OUT_FOR_DELIVERY', 9), 'CARRIER')).toBe(false);
  expect(moves(standing('DELIVERED', 7), standing('RETURNING', 6), 'CARRIER')).toBe(false);
  expect(moves(standing('DELIVERED', 7), standing('RETURNING', 8), 'CARRIER')).toBe(true);
  expect(moves(standing('DELIVERED', 7), standing('RETURNING', 8), 'GEOFENCE')).toBe(false);
  expect(moves(standing('DELIVERED', 7), standing('LOST', 1), 'STAFF')).toBe(true);
});

test('positions are shown from PICKED_UP until DELIVERED', () => {
  const shown = (
    [
      'PENDING',
      'LABEL_CREATED',
      'PICKED_UP',
      'IN_TRANSIT',
      'OUT_FOR_DELIVERY',
      'DELIVERED',
      'CANCELLED',
      'RETURNED',
      'LOST',
    ] as const
  ).filter((status) => shownSince({ status, dispatchedAt: at(1), pickedUpAt: at(0) }) !== null);
  expect(shown).toEqual(['PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY']);
  expect(isTerminal('EXCEPTION')).toBe(false);
  expect(mayReport({ status: 'IN_TRANSIT' }, 'LABEL_CREATED')).toBe(false);
});

test('a problem says nothing about having left, and what left once has left', () => {
  expect(saysLeft('EXCEPTION')).toBe(false);
  expect(hasLeft({ status: 'LABEL_CREATED' })).toBe(false);
  expect(hasLeft({ status: 'EXCEPTION', dispatchedAt: null })).toBe(false);
  expect(hasLeft({ status: 'EXCEPTION', dispatchedAt: at(1) })).toBe(true);
  expect(hasLeft({ status: 'PICKED_UP' })).toBe(true);
});

test('no report after the delivery shows positions again, nor any of a parcel that never left', () => {
  const left = { status: 'EXCEPTION', dispatchedAt: at(1), pickedUpAt: at(0) } as const;
  expect(shownSince(left)).toEqual(at(0));
  expect(shownSince({ ...left, deliveredAt: at(5) })).toBeNull();
  expect(shownSince({ status: 'EXCEPTION' })).toBeNull();
});

test('a parcel is awaited until it was first handed over, unless it waits to be fetched or goes back', () => {
  const awaited = (['LABEL_CREATED', 'IN_TRANSIT', 'ATTEMPT_FAILED', 'EXCEPTION', 'LOST', 'RETURNING'] as const).filter(
    (status) => isAwaited({ status, dispatchedAt: at(1) }),
  );
  expect(awaited).toEqual(['LABEL_CREATED', 'IN_TRANSIT', 'ATTEMPT_FAILED', 'EXCEPTION']);
  expect(isAwaited({ status: 'AVAILABLE_FOR_PICKUP' })).toBe(false);
  expect(isAwaited({ status: 'EXCEPTION', deliveredAt: at(5) })).toBe(false);
});

test('carriers’ words are ours, and a word that nobody knows needs a person', () => {
  expect(meaningOf('easypost', 'return_to_sender')).toEqual({ status: 'RETURNING', isKnown: true });
  expect(meaningOf('easypost', 'unknown')).toEqual({ status: null, isKnown: true });
  expect(meaningOf('aftership', 'AttemptFail')).toEqual({ status: 'ATTEMPT_FAILED', isKnown: true });
  expect(meaningOf('easypost', 'teleported')).toEqual({ status: 'EXCEPTION', isKnown: false });
  expect(meaningOf('easypost', 'constructor')).toEqual({ status: 'EXCEPTION', isKnown: false });
});
