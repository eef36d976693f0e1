import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Order } from '../entities/order.entity.ts';
import { move } from './advance-saga.ts';
import { holdSaga } from './sagas.ts';
import { addToTimeline } from './timeline.ts';

/** Lets a saga that needs attention try again, from the step that it is stuck at. */
export async function retrySaga(
  tx: Transaction,
  input: { sagaId: string; note: string },
): Promise<Outcome<{ sagaId: string; orderId: string | null }, OrderErrorCode>> {
  const saga = await holdSaga(tx, input.sagaId);
  if (!saga) return refuse('NOT_FOUND', 'There is no such saga.', ['sagaId']);
  if (saga.state.status !== 'NEEDS_ATTENTION') {
    return refuse(
      'SAGA_NOT_RETRYABLE',
      `The saga is ${saga.state.status}; only one that needs attention can be retried.`,
      ['sagaId'],
    );
  }
  await move(tx, saga, { type: 'Retried' });
  if (saga.orderId) {
    // Locked for the timeline, whose numbers have no gaps.
    await tx.em.findOneOrFail(Order, { id: saga.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    addToTimeline(tx, saga.orderId, 'SagaRetried', input.note, { isForStaff: true });
  }
  return done({ sagaId: saga.id, orderId: saga.orderId });
}
