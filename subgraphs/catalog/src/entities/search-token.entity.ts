import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/**
 * Which words a product is found by. PostgreSQL's own text search cannot use its index under row-level security, because
 * its operators are not leakproof; comparing text is. The search index sorts by bytes, so that a prefix is a range.
 */
export const SearchToken = defineEntity({
  name: 'SearchToken',
  ...tenantTable('catalog', 'search_token'),
  properties: {
    tenantId: p.uuid().primary(),
    productId: p.uuid().primary(),
    token: p.text().primary(),
    /** In how many of title, tags, SKUs and description it stands. */
    occurrences: p.integer(),
  },
  indexes: [
    {
      name: 'search_token_prefix_index',
      properties: ['tenantId', 'token', 'productId', 'occurrences'],
      expression:
        'create index "search_token_prefix_index" on "catalog"."search_token" ("tenant_id", "token" collate "C", "product_id", "occurrences")',
    },
  ],
});
