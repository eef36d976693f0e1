import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const EarningRuleSchema = defineEntity({
  name: 'EarningRule',
  ...tenantTable('loyalty', 'earning_rule'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    name: p.text(),
    isActive: p.boolean(),
    points: p.integer(),
    // Null: once for an order.
    perMinor: p.bigint().strictNullable(),
    currencyCode: p.text().strictNullable(),
    categoryIds: p.json<string[]>(),
    startsAt: p.datetime(3).strictNullable(),
    endsAt: p.datetime(3).strictNullable(),
    version: p.integer(),
  },
  checks: [
    { name: 'earning_rule_points_check', expression: 'points > 0' },
    { name: 'earning_rule_per_check', expression: 'per_minor > 0' },
  ],
  indexes: [{ properties: ['tenantId', 'id'] }],
});

/** How orders earn points, as it stands now. */
export class EarningRule extends EarningRuleSchema.class {}
EarningRuleSchema.setClass(EarningRule);

const EarningRuleVersionSchema = defineEntity({
  name: 'EarningRuleVersion',
  ...tenantTable('loyalty', 'earning_rule_version'),
  properties: {
    tenantId: p.uuid().primary(),
    ruleId: p.uuid().primary(),
    version: p.integer().primary(),
    definition: p.json<unknown>(),
    actorType: p.text(),
    actorId: p.uuid().strictNullable(),
    createdAt: p.datetime(3),
  },
});

/** What a rule said at one time, and who wrote it. Only ever added. */
export class EarningRuleVersion extends EarningRuleVersionSchema.class {}
EarningRuleVersionSchema.setClass(EarningRuleVersion);
