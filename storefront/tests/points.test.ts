import { describe, expect, test } from 'vitest';
import { countedUp } from '../src/points/count-up.ts';
import { toldLines } from '../src/points/effects.ts';
import { lineWords } from '../src/points/line-words.ts';

// A welcome, an order that earns and is paid with points in part, and a refund: the newest first, as the API has them.
const ledger = [
  { kind: 'RESTORE_REDEEMED', points: 500, availableAfter: 815 },
  { kind: 'REVERSE_EARN', points: -147, availableAfter: 315 },
  { kind: 'REVERSE_HOLD', points: -147, availableAfter: 315 },
  { kind: 'ACTIVATE', points: 212, availableAfter: 462 },
  { kind: 'REDEEM_CAPTURE', points: -500, availableAfter: 250 },
  { kind: 'EARN_PENDING', points: 212, availableAfter: 250 },
  { kind: 'REDEEM_HOLD', points: -500, availableAfter: 250 },
  { kind: 'EARN', points: 750, availableAfter: 750 },
];
const sum = (lines: readonly { effect: number }[]): number => lines.reduce((total, { effect }) => total + effect, 0);

describe('the ledger of points', () => {
  test('adds up to the balance: what was set aside is not taken a second time', () => {
    const lines = toldLines(ledger, false);
    expect(lines.map(({ effect }) => effect)).toEqual([500, 0, -147, 212, 0, 0, -500, 750]);
    expect(sum(lines)).toBe(815);
  });

  test('tells no line of which it does not know what was before', () => {
    const lines = toldLines(ledger.slice(0, 4), true);
    expect(lines.map(({ effect }) => effect)).toEqual([500, 0, -147]);
    expect(toldLines([], true)).toEqual([]);
  });
});

test('counting up begins where it was, also in a frame from before it began, and ends at the target', () => {
  expect(countedUp(750, 909, -16)).toBe(750);
  expect(countedUp(0, 14, -3_000)).toBe(0);
  expect(countedUp(750, 909, 300)).toBeGreaterThan(750);
  expect(countedUp(750, 909, 5_000)).toBe(909);
});

test('points that are earned and not usable yet say from when, as soon as that is known', () => {
  const line = { kind: 'EARN_PENDING', reason: null, order: { number: '1030' }, activatesAt: null };
  expect(lineWords(line)).toBe('earned, usable later, order 1030');
  expect(lineWords({ ...line, activatesAt: '2026-12-11T12:00:00.000Z' })).toMatch(
    /^earned, usable from .*11.*, order 1030$/,
  );
});
