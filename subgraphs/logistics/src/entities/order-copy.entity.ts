import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Sealed } from '@ordergraph/sealing';
import { tenantTable } from '@ordergraph/tenancy';
import type { Allocation, OrderedLine } from '../domain/parcels.ts';

/** Whether an order's goods may leave. */
export type OrderState = 'PLACED' | 'CONFIRMED' | 'STOPPED' | 'CANCELLED';

const OrderCopySchema = defineEntity({
  name: 'OrderCopy',
  ...tenantTable('logistics', 'order_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    cartId: p.uuid(),
    customerId: p.uuid().nullable(),
    number: p.text(),
    state: p.text().$type<OrderState>(),
    holdIds: p.json<readonly string[]>(),
    lines: p.json<readonly OrderedLine[]>(),
    shippingAddress: p.json<Sealed>().nullable(),
    // How many parcels were prepared: numbers them.
    parcelCount: p.integer(),
    // Commands that wait to be answered: for the allocation, and for what carriers say.
    prepareKey: p.text().nullable(),
    prepareCarrierCode: p.text().nullable(),
    stopKey: p.text().nullable(),
    // With whom the parcels went that a stop took back; null when there were none.
    stoppedCarrierCode: p.text().nullable(),
    // Refunds whose units are no longer to be shipped, so that one told twice counts once.
    refundIds: p.json<readonly string[]>(),
  },
});

/** What logistics needs to know of an order, as orders' events tell it. */
export class OrderCopy extends OrderCopySchema.class {}
OrderCopySchema.setClass(OrderCopy);

const OrderAllocationSchema = defineEntity({
  name: 'OrderAllocation',
  ...tenantTable('logistics', 'order_allocation'),
  properties: {
    tenantId: p.uuid().primary(),
    orderId: p.uuid().primary(),
    lines: p.json<readonly Allocation[]>(),
  },
});

/** Where an order's goods lie, as inventory's events tell it. May come before the order itself. */
export class OrderAllocation extends OrderAllocationSchema.class {}
OrderAllocationSchema.setClass(OrderAllocation);
