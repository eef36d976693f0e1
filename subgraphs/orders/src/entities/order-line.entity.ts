import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { StoredTaxLine } from '../domain/pricing.ts';

const OrderLineSchema = defineEntity({
  name: 'OrderLine',
  ...tenantTable('orders', 'order_line'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    orderId: p.uuid(),
    position: p.integer(),
    kind: p.text().$type<'PRODUCT' | 'SERVICE'>(),
    variantId: p.uuid().nullable(),
    productId: p.uuid().nullable(),
    sku: p.text(),
    title: p.text(),
    quantity: p.integer(),
    // An exact decimal in major units: logs of other systems have prices with more digits than the currency.
    unitPrice: p.text(),
    currencyCode: p.text(),
    totalMinor: p.bigint(),
    // Of what is left of the total without the discount.
    taxMinor: p.bigint(),
    // Its part of what redeemed points are worth.
    loyaltyMinor: p.bigint().default(0),
    taxLines: p.json<StoredTaxLine[]>(),
    shippedQuantity: p.integer(),
    deliveredQuantity: p.integer().default(0),
    returnedQuantity: p.integer(),
    refundedQuantity: p.integer(),
    // Units refunded before they left, which therefore never leave.
    withdrawnQuantity: p.integer().default(0),
  },
  indexes: [{ properties: ['tenantId', 'orderId', 'position'] }, { properties: ['tenantId', 'sku'] }],
});

/** A line as it was bought. */
export class OrderLine extends OrderLineSchema.class {}
OrderLineSchema.setClass(OrderLine);
