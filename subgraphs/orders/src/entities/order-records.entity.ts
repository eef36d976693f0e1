import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { StoredActor } from './stored.ts';

const TimelineEventSchema = defineEntity({
  name: 'TimelineEvent',
  ...tenantTable('orders', 'timeline_event'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    orderId: p.uuid(),
    sequence: p.integer(),
    type: p.text(),
    message: p.text(),
    isForStaff: p.boolean(),
    // The order's version when the line was written, and whether the line before it was written at another.
    orderVersion: p.integer().default(0),
    changesOrder: p.boolean().default(false),
    actor: p.json<StoredActor>(),
    occurredAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'orderId', 'sequence'] }],
});

/** A line of an order's history. */
export class TimelineEvent extends TimelineEventSchema.class {}
TimelineEventSchema.setClass(TimelineEvent);

const OrderHoldSchema = defineEntity({
  name: 'OrderHold',
  ...tenantTable('orders', 'order_hold'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    orderId: p.uuid(),
    reason: p.text(),
    placedBy: p.json<StoredActor>(),
    placedAt: p.datetime(3),
    releasedAt: p.datetime(3).nullable(),
  },
  indexes: [{ properties: ['tenantId', 'orderId'] }],
});

/** A reason not to ship yet. */
export class OrderHold extends OrderHoldSchema.class {}
OrderHoldSchema.setClass(OrderHold);

const OrderCounterSchema = defineEntity({
  name: 'OrderCounter',
  ...tenantTable('orders', 'order_counter'),
  properties: { tenantId: p.uuid().primary(), lastNumber: p.integer() },
});

/** The last order number of a merchant. */
export class OrderCounter extends OrderCounterSchema.class {}
OrderCounterSchema.setClass(OrderCounter);
