import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Actor } from '@ordergraph/events';
import { tenantTable } from '@ordergraph/tenancy';
import type { PaymentTransactionKind } from '../../generated/graphql.ts';

/** An unreferenced refund is a kind of its own: it belongs to no payment and stays outside "refunds within captures". */
export type JournalKind = PaymentTransactionKind | 'UNREFERENCED_REFUND';

const JournalSchema = defineEntity({
  name: 'Journal',
  ...tenantTable('payments', 'journal'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    kind: p.text().$type<JournalKind>(),
    status: p.text().$type<'SUCCEEDED' | 'FAILED'>(),
    // One entry per thing that the provider did, however often we hear of it.
    key: p.text(),
    paymentId: p.uuid().strictNullable(),
    refundId: p.uuid().strictNullable(),
    orderId: p.uuid().strictNullable(),
    amountMinor: p.bigint(),
    currencyCode: p.text(),
    gatewayReference: p.text().strictNullable(),
    errorCode: p.text().strictNullable(),
    actor: p.json<Actor>(),
    occurredAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'key'] }],
  indexes: [{ properties: ['tenantId', 'paymentId', 'id'] }, { properties: ['tenantId', 'refundId', 'id'] }],
});

/** An entry of the ledger. Rows are only ever added; what moved money has postings. */
export class Journal extends JournalSchema.class {}
JournalSchema.setClass(Journal);
