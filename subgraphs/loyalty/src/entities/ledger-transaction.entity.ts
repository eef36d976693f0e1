import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Actor } from '@ordergraph/events';
import { tenantTable } from '@ordergraph/tenancy';
import type { TransactionKind } from '../domain/ledger.ts';

const LedgerTransactionSchema = defineEntity({
  name: 'LedgerTransaction',
  ...tenantTable('loyalty', 'transaction'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    accountId: p.uuid(),
    sequence: p.integer(),
    kind: p.text().$type<TransactionKind>(),
    points: p.integer(),
    // The balance right after it.
    availableAfter: p.integer(),
    pendingAfter: p.integer(),
    heldAfter: p.integer(),
    issuedAfter: p.integer(),
    redeemedAfter: p.integer(),
    expiredAfter: p.integer(),
    orderId: p.uuid().strictNullable(),
    redemptionId: p.uuid().strictNullable(),
    refundId: p.uuid().strictNullable(),
    paymentTransactionId: p.uuid().strictNullable(),
    reversesId: p.uuid().strictNullable(),
    ruleId: p.uuid().strictNullable(),
    ruleVersion: p.integer().strictNullable(),
    reason: p.text().strictNullable(),
    activatesAt: p.datetime(3).strictNullable(),
    expiresAt: p.datetime(3).strictNullable(),
    actorType: p.text().$type<Actor['type']>(),
    actorId: p.uuid().strictNullable(),
    causedByEventId: p.uuid().strictNullable(),
    occurredAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'accountId', 'sequence'] }],
  indexes: [
    { properties: ['tenantId', 'orderId', 'id'] },
    { properties: ['tenantId', 'accountId', 'kind', 'occurredAt'] },
    // However often a payment is told of, it earns once.
    {
      name: 'transaction_earned_unique',
      properties: ['tenantId', 'paymentTransactionId'],
      expression:
        'create unique index "transaction_earned_unique" on "loyalty"."transaction" ("tenant_id", "payment_transaction_id") where "payment_transaction_id" is not null',
    },
  ],
});

/** A transaction of the points ledger. Only ever added; its sides are its postings. */
export class LedgerTransaction extends LedgerTransactionSchema.class {}
LedgerTransactionSchema.setClass(LedgerTransaction);
