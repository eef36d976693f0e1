import { isNegative, type Money } from '@ordergraph/money';
import type { Problem } from './problem.ts';

interface Priced {
  readonly basePrices: readonly Money[];
}

/** Prices below zero. */
export function negativePrices(variants: readonly Priced[]): Problem[] {
  return variants.flatMap(({ basePrices }, variant) =>
    basePrices.flatMap((price, index) =>
      isNegative(price) ? [{ field: pathOf(variant, index), message: 'Expected a price of 0 or more.' }] : [],
    ),
  );
}

/**
 * Prices in a currency that stands twice in its variant, or that the merchant does not sell in. `sold` is null while the
 * merchant is not known yet: then any currency may be theirs.
 */
export function currencyProblems(variants: readonly Priced[], sold: readonly string[] | null): Problem[] {
  return variants.flatMap(({ basePrices }, variant) =>
    basePrices.flatMap(({ currencyCode }, index) => {
      const field = pathOf(variant, index);
      if (basePrices.findIndex((price) => price.currencyCode === currencyCode) !== index) {
        return [{ field, message: `The variant has a price in ${currencyCode} already; give one per currency.` }];
      }
      if (sold && !sold.includes(currencyCode)) {
        return [{ field, message: `The merchant sells in ${sold.join(', ')}, not in ${currencyCode}.` }];
      }
      return [];
    }),
  );
}

const pathOf = (variant: number, price: number): string[] => ['variants', String(variant), 'basePrices', String(price)];
