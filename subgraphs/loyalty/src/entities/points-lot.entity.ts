import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const PointsLotSchema = defineEntity({
  name: 'PointsLot',
  ...tenantTable('loyalty', 'lot', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    accountId: p.uuid(),
    orderId: p.uuid().strictNullable(),
    points: p.integer(),
    remaining: p.integer(),
    isPending: p.boolean(),
    activatesAt: p.datetime(3).strictNullable(),
    expiresAt: p.datetime(3).strictNullable(),
    // How many warnings went out before it lapses: 30 days, then 3 days.
    warnings: p.integer(),
    broughtBy: p.uuid(),
  },
  checks: [{ name: 'lot_remaining_check', expression: 'remaining >= 0 and remaining <= points' }],
  indexes: [
    {
      name: 'lot_open_index',
      properties: ['tenantId', 'accountId'],
      expression: 'create index "lot_open_index" on "loyalty"."lot" ("tenant_id", "account_id") where "remaining" > 0',
    },
    { properties: ['tenantId', 'orderId'] },
    {
      name: 'lot_activates_index',
      properties: ['activatesAt'],
      expression: 'create index "lot_activates_index" on "loyalty"."lot" ("activates_at") where "is_pending"',
    },
    {
      name: 'lot_expires_index',
      properties: ['expiresAt'],
      expression: 'create index "lot_expires_index" on "loyalty"."lot" ("expires_at") where "remaining" > 0',
    },
  ],
});

/** Points that came together and lapse together. */
export class PointsLot extends PointsLotSchema.class {}
PointsLotSchema.setClass(PointsLot);
