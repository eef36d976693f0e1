import type { Money } from './money.ts';
import { MoneyError } from './money-error.ts';

/**
 * Splits a total by weights so that the parts sum to it exactly: each part gets its share rounded towards zero, and the
 * units left over go one each to the largest remainders, the earlier part first when they are equal. When all weights are
 * zero, the split is equal.
 */
export function allocate(total: Money, weights: readonly bigint[]): Money[] {
  const negative = weights.find((weight) => weight < 0n);
  if (negative !== undefined) throw new MoneyError(`Expected weights of at least 0; got ${negative}.`);
  if (weights.length === 0 && total.minor !== 0n) {
    throw new MoneyError(
      `Expected at least one weight to split ${total.minor} minor units of ${total.currencyCode}; got none.`,
    );
  }

  const isEqualSplit = weights.every((weight) => weight === 0n);
  const shares = isEqualSplit ? weights.map(() => 1n) : weights;
  const allShares = shares.reduce((sum, share) => sum + share, 0n);
  const amount = total.minor < 0n ? -total.minor : total.minor;

  const parts = shares.map((share, index) => ({
    index,
    units: (amount * share) / allShares,
    remainder: (amount * share) % allShares,
  }));
  const leftOver = amount - parts.reduce((sum, part) => sum + part.units, 0n);
  const byRemainder = parts.toSorted(
    (a, b) => Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder) || a.index - b.index,
  );
  for (const part of byRemainder.slice(0, Number(leftOver))) part.units += 1n;

  return parts.map(({ units }) => ({ minor: total.minor < 0n ? -units : units, currencyCode: total.currencyCode }));
}
