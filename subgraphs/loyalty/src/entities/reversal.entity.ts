import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { TakenParts } from '../domain/points-draft.ts';

const ReversalSchema = defineEntity({
  name: 'Reversal',
  ...tenantTable('loyalty', 'reversal'),
  properties: {
    // The refund's.
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    accountId: p.uuid(),
    orderId: p.uuid(),
    status: p.text().$type<'PREPARED' | 'COMMITTED' | 'CANCELLED'>(),
    amountMinor: p.bigint(),
    lines: p.json<{ orderLineId: string; quantity: number }[]>(),
    pointsReversed: p.integer(),
    pointsRestored: p.integer(),
    shortfall: p.integer(),
    forgiven: p.integer(),
    taken: p.json<TakenParts>(),
    createdAt: p.datetime(3),
  },
  indexes: [{ properties: ['tenantId', 'orderId'] }, { properties: ['tenantId', 'accountId', 'status'] }],
});

/** What a refund does to points: set aside, then final or forgotten. */
export class Reversal extends ReversalSchema.class {}
ReversalSchema.setClass(Reversal);
