import { LockMode } from '@mikro-orm/core';
import { renderTotals, storeTotals } from '../../domain/pricing.ts';
import { Cart, type FrozenCart, type StoredCartProblem } from '../../entities/cart.entity.ts';
import { priceCart, titleOf, type CartNow } from '../cart-pricing.ts';
import { isKind } from '../sagas.ts';
import type { Act } from './act.ts';

function freeze(now: CartNow): FrozenCart {
  return {
    lines: now.lines.flatMap(({ line, variant, unitPrice, priced }) =>
      variant && unitPrice !== null
        ? [
            {
              lineId: line.id,
              variantId: variant.id,
              productId: variant.productId,
              sku: variant.sku,
              title: titleOf(variant),
              quantity: line.quantity,
              unitPrice,
              totalMinor: priced.total.minor.toString(),
              taxMinor: priced.tax.minor.toString(),
              taxLines: priced.taxLines,
            },
          ]
        : [],
    ),
    totals: storeTotals(now.totals),
    shippingHandle: now.selected?.method.handle ?? null,
    carrierCode: now.selected?.method.carrierCode ?? null,
  };
}

/** Everything is held: prices and totals stand from now until the deadline. */
export const freezeCart: Act = async (tx, saga) => {
  if (!isKind(saga, 'CHECKOUT')) return;
  const cart = await tx.em.findOneOrFail(Cart, { id: saga.cartId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const now = await priceCart(tx.em, cart);
  cart.frozen = freeze(now);
  cart.status = 'IN_CHECKOUT';
  cart.checkoutExpiresAt = new Date(saga.state.facts.expiresAt);
  cart.problems = [];
  cart.updatedAt = tx.now;
  await tx.em.flush();
  tx.publish('CartCheckoutStarted', {
    cartId: cart.id,
    cartVersion: cart.version,
    customerId: cart.customerId ?? null,
    lines: cart.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
    totals: renderTotals(cart.frozen.totals),
    redemptionId: saga.state.facts.redemptionId,
    expiresAt: saga.state.facts.expiresAt,
  });
};

/** Nothing is held any more: the customer may change the cart again, and is told what was wrong. */
export const reopenCart: Act = async (tx, saga) => {
  if (!isKind(saga, 'CHECKOUT')) return;
  const cart = await tx.em.findOneOrFail(Cart, { id: saga.cartId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (cart.checkoutSagaId !== saga.id || cart.status === 'COMPLETED') return;
  const wasFrozen = cart.frozen !== null && cart.frozen !== undefined;
  const isExpired = saga.state.failure?.code === 'CHECKOUT_EXPIRED';
  cart.status = 'ACTIVE';
  cart.frozen = null;
  cart.checkoutExpiresAt = null;
  cart.problems = isExpired ? [expired] : saga.state.facts.shortages.map(shortage);
  cart.updatedAt = tx.now;
  await tx.em.flush();
  if (wasFrozen) tx.publish('CartCheckoutEnded', { cartId: cart.id, reason: isExpired ? 'EXPIRED' : 'CANCELLED' });
};

const expired: StoredCartProblem = {
  code: 'CHECKOUT_EXPIRED',
  message: 'Checkout took too long; stock was given back. Begin it again.',
  variantId: null,
  availableQuantity: null,
  newUnitPrice: null,
};

const shortage = ({ variantId, available }: { variantId: string; available: number }): StoredCartProblem => ({
  code: 'INSUFFICIENT_STOCK',
  message: `${available} are left.`,
  variantId,
  availableQuantity: available,
  newUnitPrice: null,
});
