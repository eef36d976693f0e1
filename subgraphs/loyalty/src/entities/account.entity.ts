import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const AccountSchema = defineEntity({
  name: 'Account',
  ...tenantTable('loyalty', 'account', { relay: 'select' }),
  properties: {
    // The customer's: each has one account, and whoever knows the customer knows the account.
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    // What lies on each account of the ledger: the sums of its postings, kept so that reading needs no sum.
    available: p.integer(),
    pending: p.integer(),
    held: p.integer(),
    issued: p.integer(),
    redeemed: p.integer(),
    expired: p.integer(),
    adjusted: p.integer(),
    // Of the last transaction; transactions are counted without gaps.
    sequence: p.integer(),
    tierId: p.uuid().strictNullable(),
    tierSince: p.datetime(3).strictNullable(),
    tierValidUntil: p.datetime(3).strictNullable(),
    openedAt: p.datetime(3),
  },
  checks: [
    {
      name: 'account_sums_to_zero',
      expression: 'available + pending + held + issued + redeemed + expired + adjusted = 0',
    },
    { name: 'account_pending_check', expression: 'pending >= 0' },
    { name: 'account_held_check', expression: 'held >= 0' },
  ],
  indexes: [
    { properties: ['tenantId', 'id'] },
    { properties: ['tenantId', 'tierId'] },
    { properties: ['tenantId', 'available'] },
    { properties: ['tenantId', 'openedAt', 'id'] },
    {
      name: 'account_tier_due_index',
      properties: ['tierValidUntil'],
      expression:
        'create index "account_tier_due_index" on "loyalty"."account" ("tier_valid_until") where "tier_valid_until" is not null',
    },
  ],
});

/** One customer's points at one merchant. */
export class Account extends AccountSchema.class {}
AccountSchema.setClass(Account);
