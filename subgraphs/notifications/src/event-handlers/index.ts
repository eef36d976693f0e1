import type { EventHandlers, Transaction } from '@ordergraph/events';
import { keepCustomer } from '../commands/keep-customer.ts';
import { keepMerchant } from '../commands/keep-merchant.ts';
import { keepOrder } from '../commands/keep-order.ts';
import { notifyAboutOrder } from '../commands/notify-about-order.ts';
import { notifyAboutPoints } from '../commands/notify-about-points.ts';
import type { Topic } from '../domain/topics.ts';

interface ParcelNews {
  readonly orderId: string;
  readonly number: string;
  readonly isReturn: boolean;
  readonly trackingUrl?: string | null | undefined;
}

/** What comes to the customer is told; what they send back they know of. */
async function tellOfParcel(tx: Transaction, topic: Topic, parcel: ParcelNews, causedByEventId: string): Promise<void> {
  const { orderId, number: shipmentNumber, isReturn, trackingUrl } = parcel;
  if (!isReturn) await notifyAboutOrder(tx, { topic, orderId, causedByEventId, shipmentNumber, trackingUrl });
}

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
  ShipmentDispatched: (tx, parcel, event) => tellOfParcel(tx, 'SHIPMENT_DISPATCHED', parcel, event.id),
  ShipmentArriving: (tx, parcel, event) => tellOfParcel(tx, 'SHIPMENT_ARRIVING', parcel, event.id),
  ShipmentDelivered: (tx, parcel, event) => tellOfParcel(tx, 'SHIPMENT_DELIVERED', parcel, event.id),
  EtaChanged: async (tx, parcel, event) => {
    if (parcel.becameDelayed) await tellOfParcel(tx, 'SHIPMENT_DELAYED', parcel, event.id);
  },
  PaymentFailed: async (tx, { orderId, during }, event) => {
    // A hold that could not be given up is the merchant's trouble; the customer was told of the order's end already.
    if (during === 'VOID') return;
    await notifyAboutOrder(tx, { topic: 'PAYMENT_FAILED', orderId, causedByEventId: event.id });
  },

  PointsEarned: (tx, { customerId, order, points, balance }, event) =>
    notifyAboutPoints(
      tx,
      { topic: 'POINTS_EARNED', points, available: balance.available },
      { customerId, orderId: order.orderId, causedByEventId: event.id },
    ),
  PointsReversed: async (tx, { customerId, order, pointsReversed, pointsRestored, balance, isRepeated }, event) => {
    const points = pointsRestored - pointsReversed;
    // A refund that took nothing, or that took and gave the same, leaves nothing to tell; nor does an answer that was
    // asked for again: it is another event of the same fact.
    if (points === 0 || isRepeated) return;
    await notifyAboutPoints(
      tx,
      { topic: 'POINTS_CORRECTED', points, available: balance.available, reason: null },
      { customerId, orderId: order.orderId, causedByEventId: event.id },
    );
  },
  PointsAdjusted: (tx, { customerId, points, reason, balance }, event) =>
    notifyAboutPoints(
      tx,
      { topic: 'POINTS_CORRECTED', points, available: balance.available, reason },
      { customerId, causedByEventId: event.id },
    ),
  PointsExpiring: (tx, { customerId, points, expiresAt }, event) =>
    notifyAboutPoints(
      tx,
      { topic: 'POINTS_EXPIRING', points, expiresAt: new Date(expiresAt) },
      { customerId, causedByEventId: event.id },
    ),
  TierChanged: (tx, { customerId, afterTierName }, event) =>
    notifyAboutPoints(
      tx,
      { topic: 'TIER_CHANGED', tierName: afterTierName },
      { customerId, causedByEventId: event.id },
    ),
};
