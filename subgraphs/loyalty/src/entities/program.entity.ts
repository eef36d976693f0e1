import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { ReversalPolicy } from '../domain/reversal.ts';

const ProgramSchema = defineEntity({
  name: 'Program',
  ...tenantTable('loyalty', 'program'),
  properties: {
    // The merchant's: there is one programme for each.
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    name: p.text(),
    pointsName: p.text(),
    isActive: p.boolean(),
    pendingDays: p.integer(),
    expiryMonths: p.integer().strictNullable(),
    pointValueMinor: p.bigint(),
    currencyCode: p.text(),
    redemptionUnit: p.integer(),
    reversalPolicy: p.text().$type<ReversalPolicy>(),
    // What the merchant sells in, from accounts; null while nobody has said.
    soldCurrencyCodes: p.array().strictNullable(),
    version: p.integer(),
  },
  checks: [
    { name: 'program_point_value_check', expression: 'point_value_minor > 0' },
    { name: 'program_redemption_unit_check', expression: 'redemption_unit > 0' },
  ],
  indexes: [{ properties: ['tenantId'] }],
});

/** The rules of the game of one merchant. */
export class Program extends ProgramSchema.class {}
ProgramSchema.setClass(Program);
