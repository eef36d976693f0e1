import { money, sum } from '@ordergraph/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capturable, refundable, type PaymentAmounts } from '../src/domain/payment-amounts.ts';
import { postingsOf, type Movement } from '../src/domain/postings.ts';

const movement = fc.constantFrom<Movement>('CAPTURE', 'REFUND', 'REFUND_REVERSAL', 'UNREFERENCED_REFUND');
const minor = fc.bigInt({ min: 1n, max: 10n ** 12n });

test('the sides of every entry sum to zero', () => {
  fc.assert(
    fc.property(movement, minor, (kind, amount) => {
      const sides = postingsOf(kind, money(amount, 'EUR')).map((side) => side.amount);
      expect(sum('EUR', sides)).toEqual(money(0n, 'EUR'));
      expect(sides.every((side) => side.minor !== 0n)).toBe(true);
    }),
  );
});

test('a reversal puts every account back where it was before the refund', () => {
  fc.assert(
    fc.property(minor, (amount) => {
      const sides = [
        ...postingsOf('REFUND', money(amount, 'EUR')),
        ...postingsOf('REFUND_REVERSAL', money(amount, 'EUR')),
      ];
      for (const account of ['psp_clearing', 'receivable'] as const) {
        const own = sides.filter((side) => side.account === account).map((side) => side.amount);
        expect(sum('EUR', own)).toEqual(money(0n, 'EUR'));
      }
    }),
  );
});

test('whatever is captured and refunded within what is allowed stays within what was authorised and captured', () => {
  fc.assert(
    fc.property(minor, fc.array(fc.tuple(fc.boolean(), minor), { maxLength: 30 }), (authorized, steps) => {
      const amounts: PaymentAmounts = {
        authorizedMinor: authorized,
        capturedMinor: 0n,
        refundedMinor: 0n,
        capturingMinor: 0n,
        refundingMinor: 0n,
      };
      for (const [isCapture, amount] of steps) {
        if (isCapture && amount <= capturable(amounts)) amounts.capturedMinor += amount;
        if (!isCapture && amount <= refundable(amounts)) amounts.refundedMinor += amount;
      }
      expect(amounts.refundedMinor <= amounts.capturedMinor && amounts.capturedMinor <= authorized).toBe(true);
    }),
  );
});
