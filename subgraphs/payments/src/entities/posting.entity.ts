import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { Account } from '../domain/postings.ts';

const PostingSchema = defineEntity({
  name: 'Posting',
  ...tenantTable('payments', 'posting'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    journalId: p.uuid(),
    account: p.text().$type<Account>(),
    currencyCode: p.text(),
    amountMinor: p.bigint(),
  },
  checks: [{ name: 'posting_moves_something', expression: 'amount_minor <> 0' }],
  indexes: [{ properties: ['tenantId', 'journalId'] }, { properties: ['tenantId', 'account', 'currencyCode'] }],
});

/** One side of a ledger entry: debit above zero, credit below. The sides of an entry sum to zero per currency. */
export class Posting extends PostingSchema.class {}
PostingSchema.setClass(Posting);
