import { LockMode } from '@mikro-orm/core';
import { renderTotals } from '../../domain/pricing.ts';
import { Cart } from '../../entities/cart.entity.ts';
import { checkoutRanOut, problemsOfShortages } from '../cart-problems.ts';
import { isKind } from '../sagas.ts';
import type { Act } from './act.ts';

/** Everything is held: the prices that the customer agreed to stand until the deadline. */
export const freezeCart: Act = async (tx, saga) => {
  if (!isKind(saga, 'CHECKOUT')) return;
  const cart = await tx.em.findOneOrFail(Cart, { id: saga.cartId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!cart.frozen) throw new Error('A cart goes into checkout with its prices settled; this one has none.');
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
  const wasInCheckout = cart.status === 'IN_CHECKOUT';
  const isExpired = saga.state.failure?.code === 'CHECKOUT_EXPIRED';
  cart.status = 'ACTIVE';
  cart.frozen = null;
  cart.checkoutExpiresAt = null;
  cart.problems = isExpired ? [checkoutRanOut] : problemsOfShortages(saga.state.facts.shortages);
  cart.updatedAt = tx.now;
  await tx.em.flush();
  if (wasInCheckout) tx.publish('CartCheckoutEnded', { cartId: cart.id, reason: isExpired ? 'EXPIRED' : 'CANCELLED' });
};
