import type { Transaction } from '@ordergraph/events';
import { formatMoney } from '@ordergraph/money';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { updateRow } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Cart } from '../entities/cart.entity.ts';
import { move } from './advance-saga.ts';
import { freeze, priceBy, type CartNow } from './cart-pricing.ts';
import type { CartToPrice } from './hold-cart.ts';
import { newSaga } from './sagas.ts';

const defaultHoldSeconds = 600;

function incompleteness(cart: Cart, now: CartNow): string | null {
  if (cart.lines.length === 0) return 'The cart has no line.';
  if (!cart.email) return 'The cart has no email.';
  if (!now.lines.some(({ variant }) => variant?.requiresShipping)) return null;
  if (!cart.shippingAddress) return 'The cart has no shipping address.';
  return now.selected ? null : 'The cart has no shipping option that reaches its address.';
}

/** Starts the CHECKOUT saga of a cart: holds stock, then points, then freezes prices, until one deadline. */
export async function beginCheckout(
  tx: Transaction,
  { held, basis }: CartToPrice,
  input: { redeemPoints: number },
): Promise<Outcome<{ cart: Cart; sagaId: string }, OrderErrorCode>> {
  if (held.refusals) return held;
  const cart = held.value;
  if (input.redeemPoints < 0) return refuse('INVALID', 'Points are 0 or more.', ['redeemPoints']);
  if (input.redeemPoints > 0 && (!tx.isRunning('loyalty') || !cart.customerId)) {
    return refuse('INSUFFICIENT_POINTS', 'There is no account here whose points could be redeemed.', ['redeemPoints']);
  }
  const now = priceBy(basis, cart);
  if (now.problems.length > 0) {
    // Noted on the cart, so that the customer sees what changed; seen once, the new price is the one agreed to.
    updateRow(tx.em, Cart, cart, {
      problems: [...now.problems],
      lines: now.lines.map(({ line, unitPrice }) => ({ ...line, seenPrice: unitPrice })),
      // A new version: nobody agreed to these prices yet.
      version: cart.version + 1,
      updatedAt: tx.now,
    });
    const isPrice = now.problems.some((problem) => problem.code === 'PRICE_CHANGED');
    return refuse(
      isPrice ? 'PRICE_CHANGED' : 'CART_INCOMPLETE',
      now.problems.map((problem) => problem.message).join(' '),
    );
  }
  const missing = incompleteness(cart, now);
  if (missing) return refuse('CART_INCOMPLETE', missing);

  const holdMs = (basis.settings?.checkoutHoldSeconds ?? defaultHoldSeconds) * 1_000;
  const saga = newSaga(
    'CHECKOUT',
    {
      cartId: cart.id,
      customerId: cart.customerId ?? null,
      lines: cart.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      redeemPoints: input.redeemPoints,
      subtotal: formatMoney(now.totals.subtotal),
      expiresAt: new Date(tx.now.getTime() + holdMs).toISOString(),
      redemptionId: null,
      shortages: [],
    },
    { cartId: cart.id, orderId: null, cart },
  );
  updateRow(tx.em, Cart, cart, {
    status: 'CHECKOUT_STARTING',
    frozen: freeze(now),
    checkoutSagaId: saga.id,
    problems: [],
    updatedAt: tx.now,
  });
  await move(tx, saga, { type: 'Started' });
  return done({ cart, sagaId: saga.id });
}
