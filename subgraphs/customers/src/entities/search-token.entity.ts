import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/**
 * Which words a customer is found by. PostgreSQL's own text search cannot use its index under row-level security, because
 * its operators are not leakproof; comparing text is. The search index sorts by bytes, so that a prefix is a range.
 */
export const SearchToken = defineEntity({
  name: 'SearchToken',
  ...tenantTable('customers', 'search_token'),
  properties: {
    tenantId: p.uuid().primary(),
    customerId: p.uuid().primary(),
    token: p.text().primary(),
  },
  indexes: [
    {
      name: 'search_token_prefix_index',
      properties: ['tenantId', 'token', 'customerId'],
      expression:
        'create index "search_token_prefix_index" on "customers"."search_token" ("tenant_id", "token" collate "C", "customer_id")',
    },
  ],
});
