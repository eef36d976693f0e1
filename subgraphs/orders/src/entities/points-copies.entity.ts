import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { PointsTerms, ReversalPolicy } from '../domain/points-quote.ts';

// What a refund quote needs of loyalty, copied from its events.

const PointsOfAccountSchema = defineEntity({
  name: 'PointsOfAccount',
  ...tenantTable('orders', 'points_of_account'),
  properties: {
    // The customer's.
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    available: p.integer(),
    // Of the ledger's last line that was heard of.
    sequence: p.integer(),
  },
  indexes: [{ properties: ['tenantId', 'id'] }],
});

/** What a customer can redeem. */
export class PointsOfAccount extends PointsOfAccountSchema.class {}
PointsOfAccountSchema.setClass(PointsOfAccount);

const PointsOfOrderSchema = defineEntity({
  name: 'PointsOfOrderCopy',
  ...tenantTable('orders', 'points_of_order'),
  properties: {
    // The order's.
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    accountId: p.uuid(),
    earned: p.integer(),
    pending: p.integer(),
    reversed: p.integer(),
    forgiven: p.integer(),
    // Of the account's ledger: the line as of which all this was true.
    sequence: p.integer().default(0),
    terms: p.json<PointsTerms>().nullable(),
  },
  indexes: [{ properties: ['tenantId', 'id'] }],
});

/** What an order earned, by which terms, and what refunds took of it. */
export class PointsOfOrderCopy extends PointsOfOrderSchema.class {}
PointsOfOrderSchema.setClass(PointsOfOrderCopy);

const PointsProgramSchema = defineEntity({
  name: 'PointsProgram',
  ...tenantTable('orders', 'points_program'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    policy: p.text().$type<ReversalPolicy>(),
  },
  indexes: [{ properties: ['tenantId'] }],
});

/** By which policy refunds take points back. */
export class PointsProgram extends PointsProgramSchema.class {}
PointsProgramSchema.setClass(PointsProgram);
