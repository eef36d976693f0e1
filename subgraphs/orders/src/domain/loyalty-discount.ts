import { add, allocate, money, subtract, sum, taxOn, taxWithin, zero, type Money } from '@ordergraph/money';
import type { PricedLine, StoredTaxLine, Totals } from './pricing.ts';

/** A line whose price redeemed points have lowered. */
export interface DiscountedLine extends PricedLine {
  /** Its part of the discount. */
  readonly loyalty: Money;
}

/**
 * Spreads the worth of redeemed points over the lines, by largest remainder over their totals. It lowers what is taxed:
 * each line's tax is that of what is left of its total, rounded once. Shipping is never discounted, so goods that points
 * pay in full leave nothing to pay but shipping.
 */
export function discountBy(
  discount: Money,
  lines: readonly PricedLine[],
  totals: Totals,
): { lines: DiscountedLine[]; totals: Totals } {
  const { currencyCode } = discount;
  const parts = allocate(
    discount,
    lines.map(({ total }) => total.minor),
  );
  const discounted = lines.map((line, index): DiscountedLine => {
    const loyalty = parts[index] ?? zero(currencyCode);
    const taxLines = line.taxLines.map((tax) => taxAgain(tax, subtract(line.total, loyalty), totals.taxesIncluded));
    const tax = taxLines.reduce(
      (total, { minor }) => add(total, money(BigInt(minor), currencyCode)),
      zero(currencyCode),
    );
    return { total: line.total, loyalty, taxLines, tax };
  });
  const taxTotal = add(
    sum(
      currencyCode,
      discounted.map(({ tax }) => tax),
    ),
    totals.shippingTax,
  );
  const gross = add(totals.subtotal, totals.shippingTotal);
  const due = totals.taxesIncluded ? gross : add(gross, taxTotal);
  return {
    lines: discounted,
    totals: { ...totals, taxTotal, loyaltyTotal: discount, grandTotal: subtract(due, discount) },
  };
}

function taxAgain(tax: StoredTaxLine, base: Money, isIncluded: boolean): StoredTaxLine {
  const amount = isIncluded ? taxWithin(base, tax.rate) : taxOn(base, tax.rate);
  return { ...tax, minor: amount.minor.toString() };
}
