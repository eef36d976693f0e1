import { expect, test } from 'vitest';
import {
  availableActions,
  fulfillmentStatusOf,
  paymentStatusOf,
  returnProgressOf,
  type OrderAction,
  type OrderFacts,
} from '../src/domain/order.ts';
import type { Disposition } from '../src/domain/refund-quote.ts';
import { unitsNotLeft, unitsToReturn, unitsToShip } from '../src/domain/units-of-line.ts';

const anOrder = (facts: Partial<OrderFacts> = {}): OrderFacts => ({
  status: 'CONFIRMED',
  paymentStatus: 'PAID',
  fulfillmentStatus: 'UNFULFILLED',
  grandTotal: 2_000n,
  captured: 2_000n,
  refunded: 0n,
  isAuthorizationOpen: false,
  hasHold: false,
  isReturnWindowOpen: true,
  hasUnitsToShip: true,
  hasUnitsToReturn: false,
  hasRestockedUnits: false,
  hasRunningSaga: false,
  hasPointsToRestore: false,
  hasSagaThatNeedsAttention: false,
  ...facts,
});
const forStaff = (facts: Partial<OrderFacts> = {}): OrderAction[] => availableActions(anOrder(facts), true);

const allLeft = { fulfillmentStatus: 'SHIPPED', hasUnitsToShip: false, hasUnitsToReturn: true } as const;

test('a paid order may be cancelled, held and refunded until it leaves, and then refunded and returned', () => {
  expect(forStaff()).toEqual(['CANCEL', 'PLACE_HOLD', 'REFUND']);
  expect(forStaff({ ...allLeft, hasUnitsToShip: true })).toEqual(['PLACE_HOLD', 'REFUND', 'REQUEST_RETURN']);
  expect(forStaff(allLeft)).toEqual(['REFUND', 'REQUEST_RETURN']);
});

test('a customer may cancel or return, and nothing that is for staff', () => {
  const ofStaff = { hasHold: true, isAuthorizationOpen: true, hasSagaThatNeedsAttention: true };
  expect(availableActions(anOrder(ofStaff), false)).toEqual(['CANCEL']);
  expect(availableActions(anOrder({ ...ofStaff, ...allLeft }), false)).toEqual(['REQUEST_RETURN']);
});

test.each(['PENDING', 'FAILED', 'EXPIRED'] as const)('nothing may be done with an order that is %s', (status) => {
  expect(forStaff({ status, captured: 0n, isAuthorizationOpen: true })).toEqual([]);
});

test('an order that is over may be refunded when the provider took a refund back', () => {
  expect(forStaff({ status: 'CANCELLED', refunded: 2_000n })).toEqual([]);
  expect(forStaff({ status: 'CANCELLED', refunded: 0n })).toEqual(['REFUND']);
});

test('while a saga runs, nothing starts that would meet it', () => {
  expect(forStaff({ hasRunningSaga: true })).toEqual(['PLACE_HOLD']);
});

test('a saga that needs attention can be retried', () => {
  expect(forStaff({ hasRunningSaga: true, hasSagaThatNeedsAttention: true })).toEqual(['PLACE_HOLD', 'RETRY_SAGA']);
});

test('an order cannot be cancelled once goods have left or are back on the shelf', () => {
  expect(forStaff({ fulfillmentStatus: 'PARTIALLY_SHIPPED' })).not.toContain('CANCEL');
  expect(forStaff({ hasRestockedUnits: true })).not.toContain('CANCEL');
});

test('a hold is released while there is one', () => {
  expect(forStaff({ hasHold: true, status: 'ON_HOLD' })).toContain('RELEASE_HOLD');
  expect(forStaff({ hasHold: true, status: 'CANCELLED' })).toContain('RELEASE_HOLD');
});

test('captures while an authorisation is open', () => {
  expect(forStaff({ isAuthorizationOpen: true, captured: 0n })).toContain('CAPTURE');
  expect(forStaff({ isAuthorizationOpen: false, captured: 500n })).not.toContain('CAPTURE');
});

test('returns only within the window', () => {
  expect(forStaff({ ...allLeft, isReturnWindowOpen: false })).not.toContain('REQUEST_RETURN');
});

test('what may come back has left, and is not back, refunded or announced already', () => {
  const line = {
    kind: 'PRODUCT' as const,
    quantity: 5,
    shippedQuantity: 3,
    returnedQuantity: 0,
    refundedQuantity: 0,
    withdrawnQuantity: 0,
  };
  const units = (given: Partial<typeof line>, announced = 0, isLeavingTold = true): number =>
    unitsToReturn({ ...line, ...given }, { announced, isLeavingTold });
  expect(units({})).toBe(3);
  expect(units({ shippedQuantity: 0 })).toBe(0);
  expect(units({}, 2)).toBe(1);
  expect(units({ returnedQuantity: 1, refundedQuantity: 1 })).toBe(2);
  expect(units({ refundedQuantity: 2, withdrawnQuantity: 2 })).toBe(3);
  expect(units({ refundedQuantity: 4, withdrawnQuantity: 2 })).toBe(1);
  expect(units({ shippedQuantity: 0, refundedQuantity: 1 })).toBe(0);
  expect(unitsToReturn({ ...line, kind: 'SERVICE' }, { announced: 0, isLeavingTold: true })).toBe(0);
  // Where nobody tells what leaves, all of it may have.
  expect(units({ shippedQuantity: 0, returnedQuantity: 1, refundedQuantity: 2, withdrawnQuantity: 2 }, 1, false)).toBe(
    2,
  );
  expect(unitsToShip({ ...line, withdrawnQuantity: 1 })).toBe(1);
  expect(unitsToShip({ ...line, shippedQuantity: 5 })).toBe(0);
  expect(unitsToShip({ ...line, kind: 'SERVICE' })).toBe(0);
});

test.each([
  [{ grandTotal: 0n, captured: 0n, refunded: 0n }, 'PAID'],
  [{ grandTotal: 10n, captured: 0n, refunded: 0n }, 'AUTHORIZED'],
  [{ grandTotal: 10n, captured: 4n, refunded: 0n }, 'PARTIALLY_PAID'],
  [{ grandTotal: 10n, captured: 10n, refunded: 0n }, 'PAID'],
  [{ grandTotal: 10n, captured: 10n, refunded: 1n }, 'PARTIALLY_REFUNDED'],
  [{ grandTotal: 10n, captured: 10n, refunded: 10n }, 'REFUNDED'],
] as const)('money %o makes an order %s', (money, status) => {
  expect(paymentStatusOf(money)).toBe(status);
});

test('what was refunded before it left is not waited for, and what left counts', () => {
  const line = {
    kind: 'PRODUCT' as const,
    quantity: 3,
    shippedQuantity: 0,
    deliveredQuantity: 0,
    withdrawnQuantity: 0,
  };
  expect(fulfillmentStatusOf([{ ...line, withdrawnQuantity: 1, shippedQuantity: 2 }])).toBe('SHIPPED');
  expect(fulfillmentStatusOf([{ ...line, withdrawnQuantity: 3 }])).toBe('UNFULFILLED');
  expect(fulfillmentStatusOf([{ ...line, withdrawnQuantity: 3, shippedQuantity: 3 }])).toBe('SHIPPED');
  expect(fulfillmentStatusOf([{ ...line, withdrawnQuantity: 1, shippedQuantity: 2, deliveredQuantity: 2 }])).toBe(
    'DELIVERED',
  );
});

test('a refund takes what has not left first, a return what has, and what is kept leaves all the same', () => {
  const line = { kind: 'PRODUCT' as const, quantity: 5, shippedQuantity: 3, refundedQuantity: 0, withdrawnQuantity: 0 };
  const units = (
    given: Partial<typeof line>,
    quantity: number,
    isOfReturn = false,
    disposition: Disposition = 'RESTOCK',
  ) => unitsNotLeft({ ...line, ...given }, { quantity, disposition, isOfReturn });
  expect(units({}, 1)).toBe(1);
  expect(units({}, 4)).toBe(2);
  expect(units({}, 3, true)).toBe(0);
  expect(units({}, 4, true)).toBe(1);
  expect(units({ refundedQuantity: 2, withdrawnQuantity: 2 }, 1)).toBe(0);
  expect(units({ refundedQuantity: 3 }, 1, true)).toBe(1);
  expect(units({}, 1, false, 'WRITE_OFF')).toBe(1);
  expect(units({}, 1, false, 'KEEP')).toBe(0);
});

test('returns are told from the units that are back and those on their way', () => {
  const goods = (returnedQuantity: number) => ({ kind: 'PRODUCT' as const, quantity: 2, returnedQuantity });
  const service = { kind: 'SERVICE' as const, quantity: 1, returnedQuantity: 0 };

  expect(returnProgressOf([goods(0), service], false)).toBe('NONE');
  expect(returnProgressOf([goods(0)], true)).toBe('REQUESTED');
  expect(returnProgressOf([goods(1)], false)).toBe('PARTIALLY_RETURNED');
  expect(returnProgressOf([goods(2), service], true)).toBe('RETURNED');
  expect(returnProgressOf([service], false)).toBe('NONE');
});
