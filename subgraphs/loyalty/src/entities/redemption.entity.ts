import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { LotPart } from '../domain/lots.ts';

const RedemptionSchema = defineEntity({
  name: 'Redemption',
  ...tenantTable('loyalty', 'redemption', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    accountId: p.uuid(),
    cartId: p.uuid(),
    orderId: p.uuid().strictNullable(),
    status: p.text().$type<'HELD' | 'CAPTURED' | 'RELEASED' | 'EXPIRED'>(),
    points: p.integer(),
    valueMinor: p.bigint(),
    currencyCode: p.text(),
    // Out of which lots the points came.
    parts: p.json<LotPart[]>(),
    // Of spent points, how many came back.
    restored: p.integer(),
    expiresAt: p.datetime(3),
    createdAt: p.datetime(3),
  },
  checks: [{ name: 'redemption_restored_check', expression: 'restored >= 0 and restored <= points' }],
  indexes: [
    { properties: ['tenantId', 'accountId', 'status'] },
    { properties: ['tenantId', 'cartId'] },
    { properties: ['tenantId', 'orderId'] },
    {
      name: 'redemption_due_index',
      properties: ['expiresAt'],
      expression:
        'create index "redemption_due_index" on "loyalty"."redemption" ("expires_at") where "status" = \'HELD\'',
    },
  ],
});

/** Points set aside during checkout. */
export class Redemption extends RedemptionSchema.class {}
RedemptionSchema.setClass(Redemption);
