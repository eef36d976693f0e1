import { describe, expect, test } from 'vitest';
import { stepsOf } from '../src/order/steps.ts';

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
