import type { Shortage } from '../domain/shortage.ts';
import type { StoredCartProblem } from '../entities/cart.entity.ts';

const nothing = { variantId: null, availableQuantity: null, newUnitPrice: null };

/** Time was up. */
export const checkoutRanOut: StoredCartProblem = {
  ...nothing,
  code: 'CHECKOUT_EXPIRED',
  message: 'Checkout took too long; stock was given back. Begin it again.',
};

/** The card said no, or the customer did on the bank's page. */
export const paymentDeclined: StoredCartProblem = {
  ...nothing,
  code: 'PAYMENT_DECLINED',
  message: 'The payment was declined. Nothing was charged.',
};

/** What the customer is told of each variant that inventory was short of. */
export const problemsOfShortages = (shortages: readonly Shortage[]): StoredCartProblem[] =>
  shortages.map(({ variantId, available }) => ({
    ...nothing,
    code: 'INSUFFICIENT_STOCK',
    message: available > 0 ? `Only ${available} left.` : 'Sold out.',
    variantId,
    availableQuantity: Math.max(available, 0),
  }));
