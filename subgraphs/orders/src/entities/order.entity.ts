import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { FulfillmentStatus, OrderStatus, PaymentStatus, ReturnProgress } from '../domain/order.ts';
import type { SagaFailure } from '../domain/saga-rules.ts';
import type { StoredActor, StoredAddress } from './stored.ts';

const OrderSchema = defineEntity({
  name: 'Order',
  ...tenantTable('orders', 'order'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    // Digits: sorted as a number, shown as text.
    number: p.integer(),
    version: p.integer().version(),
    status: p.text().$type<OrderStatus>(),
    paymentStatus: p.text().$type<PaymentStatus>(),
    fulfillmentStatus: p.text().$type<FulfillmentStatus>(),
    returnStatus: p.text().$type<ReturnProgress>(),
    cartId: p.uuid(),
    paymentId: p.uuid().nullable(),
    customerId: p.uuid().nullable(),
    email: p.text().nullable(),
    placedBy: p.json<StoredActor>(),
    currencyCode: p.text(),
    taxesIncluded: p.boolean(),
    subtotalMinor: p.bigint(),
    shippingMinor: p.bigint(),
    shippingTaxMinor: p.bigint(),
    taxMinor: p.bigint(),
    loyaltyMinor: p.bigint(),
    // Null when no points were redeemed.
    redemptionId: p.uuid().nullable(),
    redeemedPoints: p.integer().default(0),
    grandTotalMinor: p.bigint(),
    capturedMinor: p.bigint(),
    // What refunds took, running ones included: locked when a refund is accepted, given back when it fails.
    refundedMinor: p.bigint(),
    isShippingRefunded: p.boolean(),
    // More may be captured: money is reserved that was neither taken nor given up.
    isAuthorizationOpen: p.boolean(),
    shippingAddress: p.json<StoredAddress>().nullable(),
    billingAddress: p.json<StoredAddress>().nullable(),
    shippingHandle: p.text().nullable(),
    externalReference: p.text().nullable(),
    failure: p.json<SagaFailure>().nullable(),
    cancelReason: p.text().nullable(),
    placedAt: p.datetime(3),
    updatedAt: p.datetime(3),
    cancelledAt: p.datetime(3).nullable(),
  },
  uniques: [{ properties: ['tenantId', 'number'] }],
  indexes: [
    { properties: ['tenantId', 'placedAt', 'id'] },
    { properties: ['tenantId', 'updatedAt', 'id'] },
    { properties: ['tenantId', 'grandTotalMinor', 'id'] },
    { properties: ['tenantId', 'customerId', 'placedAt'] },
    { properties: ['tenantId', 'email'] },
    { properties: ['tenantId', 'status', 'placedAt'] },
    { properties: ['tenantId', 'cartId'] },
    { properties: ['tenantId', 'externalReference'] },
  ],
});

/** A purchase. */
export class Order extends OrderSchema.class {}
OrderSchema.setClass(Order);
