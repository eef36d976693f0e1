import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { CancelFacts } from '../domain/cancel-saga.ts';
import type { CheckoutFacts } from '../domain/checkout-saga.ts';
import type { PlaceFacts } from '../domain/place-saga.ts';
import type { RefundFacts } from '../domain/refund-saga.ts';
import type { SagaState, SagaStatus } from '../domain/saga-rules.ts';

/** The facts of each kind of saga. */
export interface FactsOfKind {
  CHECKOUT: CheckoutFacts;
  PLACE: PlaceFacts;
  REFUND: RefundFacts;
  CANCEL: CancelFacts;
}

export type SagaKind = keyof FactsOfKind;

const SagaSchema = defineEntity({
  name: 'Saga',
  ...tenantTable('orders', 'saga', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    kind: p.text().$type<SagaKind>(),
    cartId: p.uuid(),
    orderId: p.uuid().nullable(),
    // Copies of what stands in `state`, for indices.
    status: p.text().$type<SagaStatus>(),
    deadlineAt: p.datetime(3).nullable(),
    state: p.json<SagaState<FactsOfKind[SagaKind]>>(),
    correlationId: p.uuid(),
    startedAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
  },
  indexes: [
    { properties: ['tenantId', 'orderId'] },
    { properties: ['tenantId', 'cartId'] },
    { properties: ['tenantId', 'status', 'startedAt'] },
    {
      name: 'saga_deadline_index',
      properties: ['deadlineAt'],
      expression:
        'create index "saga_deadline_index" on "orders"."saga" ("deadline_at") where "deadline_at" is not null',
    },
  ],
});

/** Where one business transaction across subgraphs stands. */
export class Saga extends SagaSchema.class {}
SagaSchema.setClass(Saga);
