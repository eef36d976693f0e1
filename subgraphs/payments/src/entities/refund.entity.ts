import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Actor } from '@ordergraph/events';
import { tenantTable } from '@ordergraph/tenancy';
import type { RefundKind, RefundStatus } from '../../generated/graphql.ts';

const RefundSchema = defineEntity({
  name: 'Refund',
  ...tenantTable('payments', 'refund'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    kind: p.text().$type<RefundKind>(),
    paymentId: p.uuid().strictNullable(),
    orderId: p.uuid().strictNullable(),
    customerId: p.uuid().strictNullable(),
    status: p.text().$type<RefundStatus>(),
    amountMinor: p.bigint(),
    currencyCode: p.text(),
    reason: p.text(),
    errorCode: p.text().strictNullable(),
    requestedBy: p.json<Actor>(),
    createdAt: p.datetime(3),
    settledAt: p.datetime(3).strictNullable(),
    version: p.integer().version(),
  },
  indexes: [
    { properties: ['tenantId', 'createdAt', 'id'] },
    { properties: ['tenantId', 'orderId'] },
    { properties: ['tenantId', 'status', 'createdAt', 'id'] },
  ],
});

/** Money on its way back. */
export class Refund extends RefundSchema.class {}
RefundSchema.setClass(Refund);
