import { money, type Money } from '@ordergraph/money';
import { discountBy } from '../domain/loyalty-discount.ts';
import { readTotals, storeTotals } from '../domain/pricing.ts';
import type { FrozenCart } from '../entities/cart.entity.ts';

/** What checkout froze, with its price lowered by points that are set aside. */
export function redeemOn(
  frozen: FrozenCart,
  redemption: { readonly id: string; readonly points: number },
  value: Money,
): FrozenCart {
  const { currencyCode } = value;
  const read = (minor: string): Money => money(BigInt(minor), currencyCode);
  const priced = frozen.lines.map((line) => ({ ...line, total: read(line.totalMinor), tax: read(line.taxMinor) }));
  const { lines, totals } = discountBy(value, priced, readTotals(frozen.totals));
  return {
    ...frozen,
    redemption,
    totals: storeTotals(totals),
    lines: frozen.lines.map((line, index) => {
      const discounted = lines[index];
      if (!discounted) return line;
      const { tax, taxLines, loyalty } = discounted;
      return { ...line, taxLines, taxMinor: tax.minor.toString(), loyaltyMinor: loyalty.minor.toString() };
    }),
  };
}
