import { parseMoney } from '@ordergraph/money';
import { updateRow } from '@ordergraph/tenancy';
import { renderTotals } from '../../domain/pricing.ts';
import { Cart } from '../../entities/cart.entity.ts';
import { checkoutRanOut, problemsOfShortages } from '../cart-problems.ts';
import { redeemOn } from '../redeem-points.ts';
import { isKind } from '../sagas.ts';
import type { Act } from './act.ts';
import { holdCartOf } from './hold-rows.ts';

/** Everything is held: the prices that the customer agreed to stand until the deadline. */
export const freezeCart: Act = async (tx, saga) => {
  if (!isKind(saga, 'CHECKOUT')) return;
  const cart = await holdCartOf(tx, saga);
  if (!cart.frozen) throw new Error('A cart goes into checkout with its prices settled; this one has none.');
  const { expiresAt, redemptionId, redemptionValue, redeemPoints } = saga.state.facts;
  const frozen =
    redemptionId && redemptionValue
      ? redeemOn(cart.frozen, { id: redemptionId, points: redeemPoints }, parseMoney(redemptionValue))
      : cart.frozen;
  updateRow(tx.em, Cart, cart, {
    status: 'IN_CHECKOUT',
    frozen,
    checkoutExpiresAt: new Date(expiresAt),
    problems: [],
    updatedAt: tx.now,
  });
  tx.publish('CartCheckoutStarted', {
    cartId: cart.id,
    cartVersion: cart.version,
    customerId: cart.customerId ?? null,
    lines: cart.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
    totals: renderTotals(frozen.totals),
    redemptionId,
    expiresAt,
  });
};

/** Nothing is held any more: the customer may change the cart again, and is told what was wrong. */
export const reopenCart: Act = async (tx, saga) => {
  if (!isKind(saga, 'CHECKOUT')) return;
  const cart = await holdCartOf(tx, saga);
  if (cart.checkoutSagaId !== saga.id || cart.status === 'COMPLETED') return;
  const wasInCheckout = cart.status === 'IN_CHECKOUT';
  const isExpired = saga.state.failure?.code === 'CHECKOUT_EXPIRED';
  updateRow(tx.em, Cart, cart, {
    status: 'ACTIVE',
    frozen: null,
    checkoutExpiresAt: null,
    problems: isExpired ? [checkoutRanOut] : problemsOfShortages(saga.state.facts.shortages),
    updatedAt: tx.now,
  });
  if (wasInCheckout) tx.publish('CartCheckoutEnded', { cartId: cart.id, reason: isExpired ? 'EXPIRED' : 'CANCELLED' });
};
