import { formatMoney, money, parseMoney } from '@ordergraph/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  priceLine,
  renderTotals,
  shippingPriceOf,
  storeTotals,
  totalsOf,
  type TaxRules,
} from '../src/domain/pricing.ts';
import { aPricedOrder } from './random-order.ts';

const vat = { taxCode: 'standard', title: 'VAT', rate: '0.19' };
const included: TaxRules = { taxesIncluded: true, taxRates: [vat] };
const onTop: TaxRules = { taxesIncluded: false, taxRates: [vat] };
const eur = (amount: string) => parseMoney({ amount, currencyCode: 'EUR' });
const price = (unitPrice: string, quantity: number, rules: TaxRules, taxCode = 'standard') => {
  const { total, tax } = priceLine({ unitPrice, quantity, taxCode }, 'EUR', rules);
  return { total: formatMoney(total).amount, tax: formatMoney(tax).amount };
};

test('finds the tax within a price, or adds it on top, as the merchant sells', () => {
  expect(price('11.90', 1, included)).toEqual({ total: '11.90', tax: '1.90' });
  expect(price('10.00', 1, onTop)).toEqual({ total: '10.00', tax: '1.90' });
});

test('rounds a line once, after the quantity', () => {
  expect(price('0.125', 3, included).total).toBe('0.38');
  expect(price('0.0149', 100, included).total).toBe('1.49');
});

test('rounds halves to the even neighbour', () => {
  expect(price('0.125', 1, included).total).toBe('0.12');
  expect(price('0.135', 1, included).total).toBe('0.14');
  expect(price('0.50', 1, { ...onTop, taxRates: [{ ...vat, rate: '0.05' }] }).tax).toBe('0.02');
  expect(price('1.50', 1, { ...onTop, taxRates: [{ ...vat, rate: '0.05' }] }).tax).toBe('0.08');
});

test('finds the tax of the line, not of its units', () => {
  expect(price('0.99', 10, included).tax).toBe('1.58');
  expect(price('0.99', 1, included).tax).toBe('0.16');
});

test('charges no tax for a class that the merchant has no rate for', () => {
  expect(price('11.90', 1, included, 'books')).toEqual({ total: '11.90', tax: '0.00' });
});

test('adds shipping and its tax to what the lines come to', () => {
  const rules = {
    taxesIncluded: false,
    taxRates: [vat, { taxCode: 'shipping', title: 'VAT on shipping', rate: '0.07' }],
  };
  const lines = [priceLine({ unitPrice: '10.00', quantity: 2, taxCode: 'standard' }, 'EUR', rules)];

  const totals = totalsOf(lines, eur('5.00'), eur('0.00'), rules);

  expect(renderTotals(storeTotals(totals))).toEqual({
    subtotal: { amount: '20.00', currencyCode: 'EUR' },
    shippingTotal: { amount: '5.00', currencyCode: 'EUR' },
    taxTotal: { amount: '4.15', currencyCode: 'EUR' },
    loyaltyTotal: { amount: '0.00', currencyCode: 'EUR' },
    grandTotal: { amount: '29.15', currencyCode: 'EUR' },
    taxesIncluded: false,
  });
});

test('takes redeemed points off the total and leaves the tax', () => {
  const lines = [priceLine({ unitPrice: '11.90', quantity: 1, taxCode: 'standard' }, 'EUR', included)];

  const totals = totalsOf(lines, eur('0.00'), eur('2.00'), included);

  expect(formatMoney(totals.grandTotal).amount).toBe('9.90');
  expect(formatMoney(totals.taxTotal).amount).toBe('1.90');
});

test('a client can recompute every total from its parts', () => {
  fc.assert(
    fc.property(aPricedOrder, ({ totals, lines, shippingTotal }) => {
      const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n);
      const tax = totals.taxesIncluded ? 0n : totals.taxTotal.minor;

      expect(totals.subtotal.minor).toBe(sum(lines.map((line) => line.total.minor)));
      expect(totals.taxTotal.minor).toBe(sum(lines.map((line) => line.tax.minor)) + totals.shippingTax.minor);
      expect(totals.grandTotal.minor).toBe(totals.subtotal.minor + shippingTotal.minor + tax);
      for (const line of lines) expect(line.tax.minor <= line.total.minor).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a line is never further than half a minor unit from its exact price', () => {
  const exact = fc.record({ units: fc.nat(10_000_000), quantity: fc.integer({ min: 1, max: 1_000 }) });
  fc.assert(
    fc.property(exact, ({ units, quantity }) => {
      // Four decimals in a currency of two.
      const unitPrice = `${Math.floor(units / 10_000)}.${String(units % 10_000).padStart(4, '0')}`;

      const { total } = priceLine({ unitPrice, quantity, taxCode: '' }, 'EUR', included);

      const difference = total.minor * 100n - BigInt(units) * BigInt(quantity);
      expect(difference <= 50n && difference >= -50n).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('shipping is free from a subtotal on, and not offered elsewhere or in another currency', () => {
  const method = { price: eur('4.90'), freeFrom: eur('50.00'), countryCodes: ['DE', 'AT'] };

  expect(shippingPriceOf(method, eur('49.99'), 'DE')).toEqual(eur('4.90'));
  expect(shippingPriceOf(method, eur('50.00'), 'AT')).toEqual(eur('0.00'));
  expect(shippingPriceOf(method, eur('50.00'), 'FR')).toBeNull();
  expect(shippingPriceOf(method, money(5_000n, 'USD'), 'DE')).toBeNull();
  expect(shippingPriceOf({ ...method, freeFrom: null, countryCodes: [] }, eur('50.00'), 'FR')).toEqual(eur('4.90'));
});
