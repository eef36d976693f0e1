import type { EventHandlers } from '@ordergraph/events';
import { keepCustomer } from '../commands/keep-customer.ts';
import { keepMerchant } from '../commands/keep-merchant.ts';
import { keepOrder } from '../commands/keep-order.ts';
import { notifyAboutOrder } from '../commands/notify-about-order.ts';

/** All that notifications listens to: facts to copy, then facts to tell. */
export const handlers: EventHandlers = {
  MerchantCreated: keepMerchant,
  MerchantUpdated: keepMerchant,

  CustomerCreated: (tx, { customerId, email, languageCode }) =>
    keepCustomer(tx, { customerId, email, emailChangedAt: null, languageCode: languageCode ?? null }),
  CustomerUpdated: (tx, { customerId, email, languageCode, changedPaths }, event) =>
    keepCustomer(tx, {
      customerId,
      email: email ?? null,
      emailChangedAt: email && changedPaths.includes('email') ? event.occurredAt : null,
      languageCode: languageCode ?? null,
    }),

  OrderCreated: (tx, order, event) =>
    keepOrder(tx, {
      orderId: order.orderId,
      number: order.number,
      customerId: order.customerId ?? null,
      email: order.email,
      lines: order.lines.map(({ title, quantity, total }) => ({ title, quantity, total })),
      totals: order.totals,
      createdAt: event.occurredAt,
    }),

  OrderConfirmed: (tx, { orderId }, event) =>
    notifyAboutOrder(tx, { topic: 'ORDER_CONFIRMED', orderId, causedByEventId: event.id }),
  OrderFailed: (tx, { orderId }, event) =>
    notifyAboutOrder(tx, { topic: 'ORDER_FAILED', orderId, causedByEventId: event.id }),
  OrderCancelled: (tx, { orderId, notifyCustomer }, event) =>
    notifyAboutOrder(tx, {
      topic: 'ORDER_CANCELLED',
      orderId,
      causedByEventId: event.id,
      isWantedByStaff: notifyCustomer,
    }),
  OrderRefunded: (tx, { orderId, amount, notifyCustomer }, event) =>
    notifyAboutOrder(tx, {
      topic: 'REFUND_ISSUED',
      orderId,
      causedByEventId: event.id,
      isWantedByStaff: notifyCustomer,
      refunded: amount,
    }),
  PaymentFailed: async (tx, { orderId, during }, event) => {
    // A hold that could not be given up is the merchant's trouble; the customer was told of the order's end already.
    if (during === 'VOID') return;
    await notifyAboutOrder(tx, { topic: 'PAYMENT_FAILED', orderId, causedByEventId: event.id });
  },
};
