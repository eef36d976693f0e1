import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const DataRequestSchema = defineEntity({
  name: 'DataRequest',
  ...tenantTable('customers', 'data_request'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    customerId: p.uuid(),
    kind: p.text().$type<'ACCESS' | 'ERASURE'>(),
    status: p.text().$type<'RECEIVED' | 'IN_PROGRESS' | 'COMPLETED' | 'REJECTED'>(),
    reason: p.text().nullable(),
    createdAt: p.datetime(3),
    dueAt: p.datetime(3),
    completedAt: p.datetime(3).nullable(),
  },
  indexes: [
    { properties: ['tenantId', 'status', 'dueAt'] },
    {
      // One open request of a kind per customer, also when two arrive at once.
      name: 'data_request_open_unique',
      properties: ['tenantId', 'customerId', 'kind'],
      expression: `create unique index "data_request_open_unique" on "customers"."data_request" ("tenant_id", "customer_id", "kind") where "completed_at" is null`,
    },
  ],
});

/** A customer's request about their own data. */
export class DataRequest extends DataRequestSchema.class {}
DataRequestSchema.setClass(DataRequest);
