import { describe, expect, test } from 'vitest';
import { announcement, byInterest, contentsOf, settled, type Told } from '../src/shipment/parcel-words.ts';

const at = (minutes: number, seconds = 0): string => new Date(Date.UTC(2026, 0, 1, 14, minutes, seconds)).toISOString();
const clock = (instant: string): string => instant.slice(11, 16);
const told = (status: string, expectedAt: string | null): Told => ({ status, expectedAt });

describe('what is said aloud', () => {
  test.each<[string, Told, Told, string | null]>([
    ['a milestone', told('IN_TRANSIT', at(30)), told('OUT_FOR_DELIVERY', at(30)), 'The parcel is out for delivery.'],
    [
      'a milestone before an estimate',
      told('OUT_FOR_DELIVERY', at(30)),
      told('DELIVERED', null),
      'The parcel was delivered.',
    ],
    ['a first estimate', told('PICKED_UP', null), told('PICKED_UP', at(30)), 'It is expected around 14:30.'],
    [
      'five minutes more',
      told('IN_TRANSIT', at(30)),
      told('IN_TRANSIT', at(35)),
      'It is expected later now, around 14:35.',
    ],
    [
      'five minutes less',
      told('IN_TRANSIT', at(30)),
      told('IN_TRANSIT', at(25)),
      'It is expected earlier now, around 14:25.',
    ],
    ['four minutes', told('IN_TRANSIT', at(30)), told('IN_TRANSIT', at(34, 59)), null],
    ['an estimate of what has arrived', told('DELIVERED', null), told('DELIVERED', at(30)), null],
  ])('%s', (_name, before, now, expected) => {
    expect(announcement(before, now, clock)).toBe(expected);
  });
});

test('an estimate that moves by less than a minute stays as it is shown', () => {
  const shown = { expectedAt: at(30), latestAt: at(40) };

  expect(settled(shown, { expectedAt: at(30, 59), latestAt: at(39, 30) })).toBe(shown);
  expect(settled(shown, { expectedAt: at(31), latestAt: at(40) })).toEqual({ expectedAt: at(31), latestAt: at(40) });
  expect(settled(shown, null)).toBeNull();
  expect(settled(null, shown)).toBe(shown);
});

test('parcels to which something still happens stand before those that came, and what is not sent stands last', () => {
  const parcels = ['CANCELLED', 'DELIVERED', 'IN_TRANSIT', 'PENDING'].map((status) => ({ status }));
  expect(byInterest(parcels).map(({ status }) => status)).toEqual(['IN_TRANSIT', 'PENDING', 'DELIVERED', 'CANCELLED']);
});

test('what is in a parcel is told by the lines of its order, and not at all where they are not known', () => {
  const lines = [
    { quantity: 2, orderLine: { id: 'l1' } },
    { quantity: 1, orderLine: { id: 'l2' } },
  ];
  const orderLines = [
    { id: 'l1', title: 'Tent' },
    { id: 'l2', title: 'Mug' },
  ];
  expect(contentsOf({ lines }, orderLines)).toBe('2 × Tent, 1 × Mug');
  expect(contentsOf({ lines: [{ quantity: 2, orderLine: null }] }, orderLines)).toBeNull();
});
