import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import type { CustomerErrorCode } from '../../generated/graphql.ts';
import { oneMonthAfter } from '../domain/due-date.ts';
import { Customer } from '../entities/customer.entity.ts';

/** What a customer asks about their own data. */
export interface NewDataRequest {
  readonly customerId: string;
  readonly kind: 'ACCESS' | 'ERASURE';
  readonly reason: string | null;
}

/** Records a request for a copy of a customer's data, or for its erasure. */
export async function createDataRequest(
  tx: Transaction,
  { customerId, kind, reason }: NewDataRequest,
): Promise<Outcome<{ dataRequestId: string }, CustomerErrorCode>> {
  if (reason !== null && reason.length > 2000) {
    return refuse('INVALID', 'Expected at most 2000 characters.', ['reason']);
  }
  if (!(await tx.em.findOne(Customer, customerId, { fields: ['id'] }))) {
    return refuse('NOT_FOUND', 'There is no customer with this id.', ['customerId']);
  }
  const dataRequestId = newId();
  const dueAt = oneMonthAfter(tx.now);
  const inserted = await query(
    tx.em,
    `insert into "customers"."data_request" (id, tenant_id, customer_id, kind, status, reason, created_at, due_at)
     values ($1, $2, $3, $4, 'RECEIVED', $5, $6, $7)
     on conflict (tenant_id, customer_id, kind) where completed_at is null do nothing returning id`,
    [dataRequestId, tx.tenantId, customerId, kind, reason, tx.now, dueAt],
  );
  if (inserted.length === 0) {
    return refuse('REQUEST_OPEN', 'A request of this kind is open for the customer already.', ['kind']);
  }
  tx.publish('DataRequestCreated', { dataRequestId, customerId, kind, dueAt: dueAt.toISOString() });
  return done({ dataRequestId });
}
