import { exponentOf, money, zero } from '@ordergraph/money';
import fc from 'fast-check';
import { priceLine, totalsOf } from '../src/domain/pricing.ts';

const rate = fc.constantFrom('0', '0.05', '0.07', '0.19', '0.255', '0.0825');

/** A price with up to two digits more than the currency has, as logs of other systems have them. */
const unitPriceIn = (currencyCode: string) =>
  fc.record({ units: fc.nat(500_000), more: fc.integer({ min: 0, max: 2 }) }).map(({ units, more }) => {
    const digits = exponentOf(currencyCode) + more;
    const text = String(units).padStart(digits + 1, '0');
    return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  });

/** An order at random: in a currency of 0, 2 or 3 digits, with taxes within or on top, and with shipping. */
export const aPricedOrder = fc.constantFrom('JPY', 'EUR', 'BHD').chain((currencyCode) =>
  fc
    .record({
      lines: fc.array(
        fc.record({
          unitPrice: unitPriceIn(currencyCode),
          quantity: fc.integer({ min: 1, max: 7 }),
          taxCode: fc.constantFrom('standard', 'reduced', 'none'),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      shipping: fc.nat(2_000),
      taxesIncluded: fc.boolean(),
      standard: rate,
      reduced: rate,
      onShipping: rate,
    })
    .map(({ lines, shipping, taxesIncluded, standard, reduced, onShipping }) => {
      const taxRates = [
        { taxCode: 'standard', title: 'VAT', rate: standard },
        { taxCode: 'reduced', title: 'Reduced VAT', rate: reduced },
        { taxCode: 'shipping', title: 'VAT on shipping', rate: onShipping },
      ];
      const rules = { taxesIncluded, taxRates };
      const priced = lines.map((line) => ({ quantity: line.quantity, ...priceLine(line, currencyCode, rules) }));
      const shippingTotal = money(BigInt(shipping), currencyCode);
      return {
        currencyCode,
        lines: priced,
        shippingTotal,
        totals: totalsOf(priced, shippingTotal, zero(currencyCode), rules),
      };
    }),
);
