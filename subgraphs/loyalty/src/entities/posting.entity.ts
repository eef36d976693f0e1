import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { LedgerAccount } from '../domain/ledger.ts';

const PostingSchema = defineEntity({
  name: 'Posting',
  ...tenantTable('loyalty', 'posting'),
  properties: {
    tenantId: p.uuid().primary(),
    transactionId: p.uuid().primary(),
    account: p.text().$type<LedgerAccount>().primary(),
    points: p.integer(),
  },
  checks: [{ name: 'posting_moves_something', expression: 'points <> 0' }],
});

/** One side of a transaction: what one account gains, or loses where it is below zero. The sides sum to zero. */
export class Posting extends PostingSchema.class {}
PostingSchema.setClass(Posting);
