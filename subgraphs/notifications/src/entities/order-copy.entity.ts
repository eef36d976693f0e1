import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Sealed } from '@ordergraph/sealing';
import { tenantTable } from '@ordergraph/tenancy';
import type { OrderFacts, OrderFactsLine } from '../domain/order-values.ts';

const OrderCopySchema = defineEntity({
  name: 'OrderCopy',
  ...tenantTable('notifications', 'order_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    number: p.text(),
    customerId: p.uuid().nullable(),
    email: p.json<Sealed>(),
    lines: p.json<readonly OrderFactsLine[]>(),
    totals: p.json<OrderFacts['totals']>(),
    createdAt: p.datetime(3),
  },
});

/** The facts of an order that its mails speak of, as orders' events tell them. */
export class OrderCopy extends OrderCopySchema.class {}
OrderCopySchema.setClass(OrderCopy);
