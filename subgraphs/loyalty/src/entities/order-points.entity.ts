import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { Terms } from '../domain/earning.ts';

/** A line of an order, as loyalty keeps it. */
export interface StoredOrderLine {
  readonly orderLineId: string;
  readonly productId: string | null;
  readonly quantity: number;
  readonly totalMinor: string;
  readonly refundedQuantity: number;
}

const OrderPointsSchema = defineEntity({
  name: 'OrderPoints',
  ...tenantTable('loyalty', 'order_points'),
  properties: {
    // The order's.
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    // False until OrderCreated has come: a payment may be heard of before its order.
    isKnown: p.boolean(),
    // Failed or cancelled: it earns nothing any more.
    isOver: p.boolean(),
    // Null for a guest, who has no account.
    customerId: p.uuid().strictNullable(),
    currencyCode: p.text().strictNullable(),
    isShipped: p.boolean(),
    lines: p.json<StoredOrderLine[]>(),
    terms: p.json<Terms>().strictNullable(),
    capturedMinor: p.bigint(),
    refundedMinor: p.bigint(),
    earned: p.integer(),
    reversed: p.integer(),
    forgiven: p.integer(),
    redeemed: p.integer(),
    restored: p.integer(),
    deliveredAt: p.datetime(3).strictNullable(),
  },
  checks: [
    {
      name: 'order_points_reversed_check',
      expression: 'reversed >= 0 and forgiven >= 0 and reversed + forgiven <= earned',
    },
    { name: 'order_points_restored_check', expression: 'restored >= 0 and restored <= redeemed' },
  ],
  indexes: [{ properties: ['tenantId', 'customerId'] }],
});

/** What loyalty knows of an order, and what the order did to its customer's points. */
export class OrderPoints extends OrderPointsSchema.class {}
OrderPointsSchema.setClass(OrderPoints);

const CapturedPaymentSchema = defineEntity({
  name: 'CapturedPayment',
  ...tenantTable('loyalty', 'captured_payment'),
  properties: {
    // The payment transaction's.
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    orderId: p.uuid(),
    capturedMinor: p.bigint(),
    // Its event, to be named beside what it earned.
    eventId: p.uuid(),
    paidAt: p.datetime(3),
    isSettled: p.boolean(),
  },
  indexes: [
    { properties: ['tenantId', 'id'] },
    {
      name: 'captured_payment_open_index',
      properties: ['tenantId', 'orderId'],
      expression:
        'create index "captured_payment_open_index" on "loyalty"."captured_payment" ("tenant_id", "order_id") where not "is_settled"',
    },
  ],
});

/** Money that was taken for an order, until it has earned what it earns. */
export class CapturedPayment extends CapturedPaymentSchema.class {}
CapturedPaymentSchema.setClass(CapturedPayment);
