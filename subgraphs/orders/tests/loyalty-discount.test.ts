import { add, formatMoney, money, parseMoney, sum } from '@ordergraph/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discountBy } from '../src/domain/loyalty-discount.ts';
import { priceLine, totalsOf, type TaxRules } from '../src/domain/pricing.ts';

const rates = [{ taxCode: 'standard', title: 'VAT', rate: '0.19' }];
const eur = (amount: string) => parseMoney({ amount, currencyCode: 'EUR' });

test('points lower what is taxed, and goods that they pay in full leave shipping to pay', () => {
  const rules = { taxesIncluded: false, taxRates: rates };
  const lines = [priceLine({ unitPrice: '10.00', quantity: 1, taxCode: 'standard' }, 'EUR', rules)];
  const totals = totalsOf(lines, eur('4.90'), eur('0.00'), rules);

  const half = discountBy(eur('5.00'), lines, totals);
  const full = discountBy(eur('10.00'), lines, totals);

  expect(formatMoney(half.totals.taxTotal).amount).toBe('0.95');
  expect(formatMoney(half.totals.grandTotal).amount).toBe('10.85');
  expect(formatMoney(full.totals.grandTotal).amount).toBe('4.90');
});

test('a discount is spread to the last minor unit, and totals can be recomputed', () => {
  const line = fc.record({ unitPrice: fc.integer({ min: 0, max: 99_999 }), quantity: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 1_000 }),
      fc.integer({ min: 0, max: 1_000 }),
      (drawn, taxesIncluded, part, shipping) => {
        const rules: TaxRules = { taxesIncluded, taxRates: rates };
        const lines = drawn.map(({ unitPrice, quantity }) =>
          priceLine({ unitPrice: (unitPrice / 100).toFixed(2), quantity, taxCode: 'standard' }, 'EUR', rules),
        );
        const totals = totalsOf(lines, money(BigInt(shipping), 'EUR'), eur('0.00'), rules);
        const discount = money((totals.subtotal.minor * BigInt(part)) / 1_000n, 'EUR');

        const { lines: discounted, totals: after } = discountBy(discount, lines, totals);

        expect(
          sum(
            'EUR',
            discounted.map(({ loyalty }) => loyalty),
          ),
        ).toEqual(discount);
        for (const { loyalty, total, tax, taxLines } of discounted) {
          expect(loyalty.minor >= 0n && loyalty.minor <= total.minor).toBe(true);
          expect(taxLines.reduce((all, one) => all + BigInt(one.minor), 0n)).toBe(tax.minor);
        }
        expect(after.taxTotal).toEqual(
          add(
            sum(
              'EUR',
              discounted.map(({ tax }) => tax),
            ),
            totals.shippingTax,
          ),
        );
        const due =
          after.subtotal.minor +
          after.shippingTotal.minor +
          (taxesIncluded ? 0n : after.taxTotal.minor) -
          discount.minor;
        expect(after.grandTotal.minor).toBe(due);
        expect(after.grandTotal.minor >= 0n).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
