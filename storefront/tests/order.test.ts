import { describe, expect, test } from 'vitest';
import { stepsOf } from '../src/order/steps.ts';
import { returnableLines } from '../src/order/returnable.ts';

const line = {
  id: 'l1',
  kind: 'PRODUCT' as const,
  title: 'Tent',
  quantity: 3,
  returnedQuantity: 0,
  refundedQuantity: 0,
};
const aReturn = (status: 'REQUESTED' | 'DECLINED' | 'CLOSED', quantity: number) => ({
  id: status,
  status,
  lines: [{ id: 'r1', quantity, reason: 'UNWANTED' as const, orderLine: { id: 'l1' } }],
});

describe('what may still come back', () => {
  test('is less by what is announced, and not by what was declined or has arrived', () => {
    const returns = [aReturn('REQUESTED', 1), aReturn('DECLINED', 1), aReturn('CLOSED', 1)];
    expect(returnableLines({ lines: [line], returns })).toEqual([{ id: 'l1', title: 'Tent', left: 2 }]);
  });

  test('is less by what came back or was refunded, whichever is more', () => {
    const lines = [{ ...line, returnedQuantity: 1, refundedQuantity: 2 }];
    expect(returnableLines({ lines, returns: [] })).toMatchObject([{ left: 1 }]);
  });

  test('is nothing once all of it is announced, and never a fee', () => {
    expect(returnableLines({ lines: [line], returns: [aReturn('REQUESTED', 3)] })).toEqual([]);
    expect(returnableLines({ lines: [{ ...line, kind: 'SERVICE' }], returns: [] })).toEqual([]);
  });
});

describe('the way of an order', () => {
  const now = (fulfillmentStatus: 'UNFULFILLED' | 'SHIPPED' | 'DELIVERED') =>
    stepsOf({ status: 'CONFIRMED', paymentStatus: 'PAID', fulfillmentStatus }).find(({ state }) => state === 'now')
      ?.name;

  test('says what is being done, and not what comes after it', () => {
    expect(now('UNFULFILLED')).toBe('Being packed');
    expect(now('SHIPPED')).toBe('On its way');
    expect(now('DELIVERED')).toBeUndefined();
  });

  test('ends where it was cancelled', () => {
    const steps = stepsOf({ status: 'CANCELLED', paymentStatus: 'VOIDED', fulfillmentStatus: 'UNFULFILLED' });
    expect(steps.filter(({ state }) => state === 'failed')).toMatchObject([{ name: 'Cancelled' }]);
    expect(steps.some(({ state }) => state === 'now')).toBe(false);
  });
});
