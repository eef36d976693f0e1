import type { EventHandlers } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import { authorizePayment } from '../commands/authorize-payment.ts';
import { capturePayment } from '../commands/capture-payment.ts';
import { endCheckout, noteCheckout } from '../commands/note-checkout.ts';
import { noteOrder } from '../commands/note-order.ts';
import { refundPayment } from '../commands/refund-payment.ts';
import { voidPayment } from '../commands/void-payment.ts';

/** What payments listens to: the commands of the sagas, and what it copies of carts and orders. */
export const handlers: EventHandlers = {
  CartCheckoutStarted: (tx, { cartId, cartVersion, customerId, totals, expiresAt }) =>
    noteCheckout(tx, {
      cartId,
      cartVersion,
      customerId: customerId ?? null,
      total: parseMoney(totals.grandTotal),
      expiresAt: new Date(expiresAt),
    }),
  CartCheckoutEnded: (tx, { cartId, reason }) => endCheckout(tx, cartId, reason === 'EXPIRED'),
  OrderCreated: (tx, { orderId, cartId, customerId, totals }) =>
    noteOrder(tx, { orderId, cartId, customerId: customerId ?? null, total: parseMoney(totals.grandTotal) }),

  AuthorizePayment: (tx, { amount, deadlineAt, ...ids }) =>
    authorizePayment(tx, { ...ids, amount: parseMoney(amount), deadlineAt: new Date(deadlineAt) }),
  CapturePayment: (tx, { amount, ...ids }) => capturePayment(tx, { ...ids, amount: parseMoney(amount) }),
  VoidPayment: (tx, command) => voidPayment(tx, command),
  RefundPayment: (tx, { amount, ...command }) => refundPayment(tx, { ...command, amount: parseMoney(amount) }),
};
