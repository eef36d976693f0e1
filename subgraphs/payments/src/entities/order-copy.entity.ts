import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const OrderCopySchema = defineEntity({
  name: 'OrderCopy',
  ...tenantTable('payments', 'order_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    cartId: p.uuid(),
    customerId: p.uuid().strictNullable(),
    currencyCode: p.text(),
    totalMinor: p.bigint(),
  },
});

/** Copy of an order: whose it is, and what it costs. */
export class OrderCopy extends OrderCopySchema.class {}
OrderCopySchema.setClass(OrderCopy);
