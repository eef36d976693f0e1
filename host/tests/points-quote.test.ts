import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pointsToRestore, pointsToReverse, takeUnder } from '../../subgraphs/loyalty/src/domain/reversal.ts';
import { quoteRestored, quoteReversal } from '../../subgraphs/orders/src/domain/points-quote.ts';

// Orders quotes points from a copy, by rules of its own. Were the two to drift apart, refunds would be refused as stale.

const digits = (max: number) => fc.integer({ min: 0, max });
const rule = fc.record({
  points: fc.integer({ min: 1, max: 50 }),
  perMinor: fc.option(fc.integer({ min: 1, max: 500 }).map(String)),
  eligible: digits(900).map(String),
  goods: fc.integer({ min: 0, max: 900 }).map(String),
});
const terms = fc.record({
  rules: fc.array(rule, { maxLength: 3 }),
  multiplier: fc.constantFrom('1', '1.5', '0.75', '2.125'),
});
const order = fc.record({
  terms: fc.option(terms),
  captured: digits(20_000),
  refunded: digits(10_000),
  amount: digits(10_000),
  earned: digits(5_000),
  reversed: digits(2_000),
  forgiven: digits(500),
  pending: digits(3_000),
  available: fc.integer({ min: -2_000, max: 5_000 }),
  policy: fc.constantFrom('ONLY_PENDING' as const, 'WITHIN_BALANCE' as const, 'ALLOW_NEGATIVE' as const),
});

test('orders quotes the points that loyalty takes back', () => {
  fc.assert(
    fc.property(order, (given) => {
      const { policy, captured, refunded, amount } = given;
      const known = {
        ...given,
        terms: given.terms && {
          ...given.terms,
          rules: given.terms.rules.map((one) => ({ ...one, ruleId: 'r', version: 1 })),
        },
        capturedMinor: BigInt(captured),
        refundedMinor: BigInt(refunded),
        redeemed: 0,
        restored: 0,
        lines: [],
      };
      const wanted = pointsToReverse(known, BigInt(amount));
      const take = takeUnder(policy, wanted, { pendingOfOrder: given.pending, available: given.available });

      expect(quoteReversal(given, BigInt(captured - refunded - amount))).toEqual({
        pointsReversed: take.fromPending + take.fromAvailable,
        pointsShortfall: take.shortfall,
      });
    }),
    { numRuns: 2_000 },
  );
});

const line = fc
  .record({ quantity: fc.integer({ min: 1, max: 9 }), total: digits(5_000), refunded: digits(9), asked: digits(9) })
  .map(({ quantity, total, refunded, asked }) => {
    const refundedQuantity = Math.min(refunded, quantity);
    return { quantity, total, refundedQuantity, asked: Math.min(asked, quantity - refundedQuantity) };
  });

test('orders quotes the points that loyalty restores, and all units together bring back all of them', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), digits(3_000), (lines, redeemed) => {
      const ofOrders = lines.map(({ total, ...rest }, index) => ({
        ...rest,
        id: `${index}`,
        totalMinor: BigInt(total),
      }));
      const ofLoyalty = lines.map(({ total, ...rest }, index) => ({
        ...rest,
        orderLineId: `${index}`,
        totalMinor: String(total),
      }));
      const units = lines.map(({ asked }, index) => ({ orderLineId: `${index}`, quantity: asked }));
      expect(quoteRestored(redeemed, ofOrders, units)).toBe(pointsToRestore({ redeemed, lines: ofLoyalty }, units));

      const fresh = ofOrders.map((one) => ({ ...one, refundedQuantity: 0 }));
      const all = lines.map(({ quantity }, index) => ({ orderLineId: `${index}`, quantity }));
      expect(quoteRestored(redeemed, fresh, all)).toBe(redeemed);
    }),
    { numRuns: 2_000 },
  );
});
