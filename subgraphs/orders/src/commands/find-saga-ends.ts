import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import type { SagaFailure, SagaStatus } from '../domain/saga-rules.ts';

/** How a saga stands that is not running any more. */
export interface SagaEnd {
  readonly id: string;
  readonly status: SagaStatus;
  readonly failure: SagaFailure | null;
}

/** Those of the sagas that have ended, or that need a person. Changes nothing. */
export function findSagaEnds(tx: Transaction, ids: readonly string[]): Promise<SagaEnd[]> {
  return query<SagaEnd>(
    tx.em,
    `select id, status, state -> 'failure' as failure from "orders"."saga"
     where id = any($1::uuid[]) and status not in ('RUNNING', 'COMPENSATING')`,
    [ids],
  );
}

/** How many of the merchant's sagas stand where. Changes nothing. */
export async function countSagas(tx: Transaction): Promise<ReadonlyMap<SagaStatus, number>> {
  const rows = await query<{ status: SagaStatus; count: number }>(
    tx.em,
    'select status, count(*)::int as count from "orders"."saga" where tenant_id = $1 group by status',
    [tx.tenantId],
  );
  return new Map(rows.map(({ status, count }) => [status, count]));
}
