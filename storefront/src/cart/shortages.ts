import type { CartPageFragment } from '../../generated/operations.ts';

type Line = Pick<CartPageFragment['lines'][number], 'id' | 'quantity'> & {
  readonly variant: Pick<NonNullable<CartPageFragment['lines'][number]['variant']>, 'availability'> | null;
};

/** What checkout would refuse for want of stock, as far as the merchant lets shoppers know numbers. */
export function shortagesOf(cart: {
  readonly status: CartPageFragment['status'];
  readonly lines: readonly Line[];
  readonly problems: readonly Pick<CartPageFragment['problems'][number], 'code' | 'cartLineId'>[];
}) {
  // In checkout its own units are held, and so are not in stock for anybody.
  if (cart.status !== 'ACTIVE') return [];
  return cart.lines.flatMap(({ id, quantity, variant }) => {
    const isTold = cart.problems.some(({ code, cartLineId }) => code === 'INSUFFICIENT_STOCK' && cartLineId === id);
    const available = unitsOf(variant?.availability ?? null);
    if (isTold || available === null || available >= quantity) return [];
    return [{ code: 'INSUFFICIENT_STOCK' as const, cartLineId: id, message: '', availableQuantity: available }];
  });
}

/** How many there are; null where that is not told, or more can be ordered. */
function unitsOf(availability: NonNullable<Line['variant']>['availability'] | null): number | null {
  if (availability?.status === 'OUT_OF_STOCK') return 0;
  return availability?.status === 'BACKORDER' ? null : (availability?.quantity ?? null);
}
