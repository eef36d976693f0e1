import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const InboxCounterSchema = defineEntity({
  name: 'InboxCounter',
  ...tenantTable('notifications', 'inbox_counter'),
  properties: {
    tenantId: p.uuid().primary(),
    customerId: p.uuid().primary(),
    lastSequence: p.integer(),
  },
});

/** The last number of a customer's inbox. Taking the next one holds the row, so the numbers are committed in order. */
export class InboxCounter extends InboxCounterSchema.class {}
InboxCounterSchema.setClass(InboxCounter);
