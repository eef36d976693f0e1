import { LockMode } from '@mikro-orm/core';
import { renderTotals } from '../../domain/pricing.ts';
import { paymentStatusOf } from '../../domain/order.ts';
import { Cart } from '../../entities/cart.entity.ts';
import { Order } from '../../entities/order.entity.ts';
import { totalsOfOrder } from '../order-totals.ts';
import { isKind } from '../sagas.ts';
import { addToTimeline } from '../timeline.ts';
import { checkoutRanOut, problemsOfShortages } from '../cart-problems.ts';
import type { Act } from './act.ts';

/** The order stands: past this point money and stock only come back by a refund. */
export const confirmOrder: Act = async (tx, saga) => {
  if (!isKind(saga, 'PLACE')) return;
  const { facts } = saga.state;
  const order = await tx.em.findOneOrFail(Order, { id: facts.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const isCaptured = facts.paymentId !== null && facts.isCapturedOnPlacement;
  if (isCaptured) order.capturedMinor = order.grandTotalMinor;
  order.status = 'CONFIRMED';
  order.paymentStatus = paymentStatusOf({
    grandTotal: order.grandTotalMinor,
    captured: order.capturedMinor,
    refunded: order.refundedMinor,
  });
  order.updatedAt = tx.now;
  await tx.em.flush();
  await addToTimeline(tx, order.id, 'OrderConfirmed', 'The order is confirmed.');
  tx.publish('OrderConfirmed', {
    orderId: order.id,
    number: String(order.number),
    customerId: order.customerId ?? null,
    totals: renderTotals(totalsOfOrder(order)),
  });
};

/** The order came to nothing, and everything that it held is given back. Its cart opens again. */
export const failOrder: Act = async (tx, saga) => {
  if (!isKind(saga, 'PLACE')) return;
  const { facts, failure } = saga.state;
  const order = await tx.em.findOneOrFail(Order, { id: facts.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const reason = failure ?? { code: 'PAYMENT_DECLINED', message: 'The order was not placed.', step: null };
  const isExpired = reason.step === null;
  order.status = isExpired ? 'EXPIRED' : 'FAILED';
  order.paymentStatus = reason.step?.startsWith('payments.') ? 'FAILED' : 'VOIDED';
  order.failure = reason;
  order.isAuthorizationOpen = false;
  // Whatever was taken on the way went back with the payment's undoing.
  order.refundedMinor = order.capturedMinor;
  order.updatedAt = tx.now;
  const cart = await tx.em.findOne(Cart, { id: order.cartId });
  if (cart?.orderId === order.id) {
    cart.status = 'ACTIVE';
    cart.orderId = null;
    cart.frozen = null;
    cart.checkoutExpiresAt = null;
    cart.problems = isExpired ? [checkoutRanOut] : problemsOfShortages(facts.shortages);
    cart.updatedAt = tx.now;
  }
  await tx.em.flush();
  await addToTimeline(tx, order.id, 'OrderFailed', reason.message);
  tx.publish('OrderFailed', {
    orderId: order.id,
    number: String(order.number),
    customerId: order.customerId ?? null,
    isExpired,
    failedStep: reason.step,
    code: reason.code,
    message: reason.message,
  });
};
