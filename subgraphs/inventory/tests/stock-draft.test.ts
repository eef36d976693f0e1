import { expect, test } from 'vitest';
import { statusOf, type Level } from '../src/domain/level.ts';
import { deltasOf, quantityOf } from '../src/domain/movement.ts';
import { StockDraft } from '../src/domain/stock-draft.ts';

const level: Level = {
  id: 'l',
  variantId: 'v',
  locationId: 'p',
  onHand: 6,
  reserved: 0,
  allocated: 0,
  safetyStock: 0,
  backorderLimit: 0,
  lowStockThreshold: 5,
  overrideQuantity: null,
  isActive: true,
  priority: 1,
};

test.each([
  [{ onHand: 5 }, 'IN_STOCK'],
  [{ onHand: 4 }, 'LOW_STOCK'],
  [{ onHand: 4, reserved: 4 }, 'OUT_OF_STOCK'],
  [{ onHand: 0, backorderLimit: 1 }, 'BACKORDER'],
  [{ onHand: 0, allocated: 1, backorderLimit: 1 }, 'OUT_OF_STOCK'],
  [{ onHand: 9, isActive: false }, 'OUT_OF_STOCK'],
  [{ onHand: 0, overrideQuantity: 9 }, 'IN_STOCK'],
  [{ onHand: 9, overrideQuantity: 0 }, 'OUT_OF_STOCK'],
  [{ onHand: 6, safetyStock: 2 }, 'LOW_STOCK'],
] as const)('a level with %o is %s', (over, status) => {
  expect(statusOf([{ ...level, ...over }])).toBe(status);
});

test('a variant without a level is out of stock', () => {
  expect(statusOf([])).toBe('OUT_OF_STOCK');
});

test('a shelf that owes units on backorder takes none from another that has some', () => {
  const owing = { ...level, id: 'owing', onHand: 0, allocated: 3, backorderLimit: 5 };

  expect(statusOf([owing, { ...level, onHand: 2 }])).toBe('LOW_STOCK');
});

test('a movement tells the level before and after, and the status that it changed', () => {
  const draft = new StockDraft([level]);

  draft.move('l', 'RESERVED', 2, {});
  draft.move('l', 'ALLOCATED', 2, {});

  expect(draft.movements.map(({ before, after }) => [before.available, after.available, after.allocated])).toEqual([
    [6, 4, 0],
    [4, 4, 2],
  ]);
  expect(draft.changes()).toEqual([
    { levelId: 'l', onHand: 0, reserved: 0, allocated: 2, movements: 2, isPromise: true },
  ]);
  expect(draft.statusChanges()).toEqual([{ variantId: 'v', before: 'IN_STOCK', after: 'LOW_STOCK', available: 4 }]);
});

test.each([
  ['RESERVED', 3, 3],
  ['RESERVATION_RELEASED', 3, -3],
  ['ALLOCATED', 3, 3],
  ['ALLOCATION_RELEASED', 3, -3],
  ['SHIPPED', 3, -3],
  ['ADJUSTED', -3, -3],
  ['RECEIVED', 3, 3],
  ['OVERRIDE_SET', 0, 0],
] as const)('%s of %i units reads as %i', (kind, units, quantity) => {
  expect(quantityOf(kind, deltasOf(kind, units))).toBe(quantity);
});
