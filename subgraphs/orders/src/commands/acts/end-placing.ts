import { findRow, updateRow } from '@ordergraph/tenancy';
import { renderTotals } from '../../domain/pricing.ts';
import { paymentStatusOf } from '../../domain/order.ts';
import { Cart } from '../../entities/cart.entity.ts';
import { Order } from '../../entities/order.entity.ts';
import { totalsOfOrder } from '../order-totals.ts';
import { isKind } from '../sagas.ts';
import { addToTimeline } from '../timeline.ts';
import { checkoutRanOut, paymentDeclined, problemsOfShortages } from '../cart-problems.ts';
import type { Act } from './act.ts';
import { holdOrderOf } from './hold-rows.ts';

/** The order stands: past this point money and stock only come back by a refund. */
export const confirmOrder: Act = async (tx, saga) => {
  if (!isKind(saga, 'PLACE')) return;
  const { facts } = saga.state;
  const order = await holdOrderOf(tx, saga);
  const isCaptured = facts.paymentId !== null && facts.isCapturedOnPlacement;
  const captured = isCaptured ? order.grandTotalMinor : order.capturedMinor;
  updateRow(tx.em, Order, order, {
    capturedMinor: captured,
    status: 'CONFIRMED',
    paymentStatus: paymentStatusOf({ grandTotal: order.grandTotalMinor, captured, refunded: order.refundedMinor }),
    updatedAt: tx.now,
  });
  addToTimeline(tx, order.id, 'OrderConfirmed', 'The order is confirmed.');
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
  const order = await holdOrderOf(tx, saga);
  const reason = failure ?? { code: 'PAYMENT_DECLINED', message: 'The order was not placed.', step: null };
  const isExpired = reason.step === null;
  updateRow(tx.em, Order, order, {
    status: isExpired ? 'EXPIRED' : 'FAILED',
    paymentStatus: reason.step?.startsWith('payments.') ? 'FAILED' : 'VOIDED',
    failure: reason,
    isAuthorizationOpen: false,
    // Whatever was taken on the way went back with the payment's undoing.
    refundedMinor: order.capturedMinor,
    updatedAt: tx.now,
  });
  // Nobody changes a cart that became an order, so it is not locked before.
  const cart = await findRow(tx.em, Cart, { id: order.cartId });
  if (cart?.orderId === order.id) {
    updateRow(tx.em, Cart, cart, {
      status: 'ACTIVE',
      orderId: null,
      frozen: null,
      checkoutExpiresAt: null,
      problems: isExpired
        ? [checkoutRanOut]
        : [...(reason.code === 'PAYMENT_DECLINED' ? [paymentDeclined] : []), ...problemsOfShortages(facts.shortages)],
      updatedAt: tx.now,
    });
  }
  addToTimeline(tx, order.id, 'OrderFailed', reason.message);
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
