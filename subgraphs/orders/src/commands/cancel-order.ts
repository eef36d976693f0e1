import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import type { CancelReason } from '../domain/cancel-saga.ts';
import { allows } from '../domain/order.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { move } from './advance-saga.ts';
import { orderFacts } from './order-facts.ts';
import { newSaga } from './sagas.ts';
import { addToTimeline } from './timeline.ts';

export interface CancelInput {
  readonly orderId: string;
  readonly reason: CancelReason;
  readonly note: string | null;
  readonly notifyCustomer: boolean;
  readonly expectedVersion: number | null;
}

/** Starts the CANCEL saga. Possible until goods leave. */
export async function cancelOrder(
  tx: Transaction,
  input: CancelInput,
): Promise<Outcome<{ orderId: string; sagaId: string }, OrderErrorCode>> {
  const order = await tx.em.findOne(Order, { id: input.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!order) return refuse('NOT_FOUND', 'There is no such order.', ['orderId']);
  if (input.expectedVersion !== null && input.expectedVersion !== order.version) {
    return refuse(
      'VERSION_MISMATCH',
      `The order is at version ${order.version}, not ${input.expectedVersion}. Read it again.`,
      ['expectedVersion'],
    );
  }
  const lines = await tx.em.find(OrderLine, { orderId: order.id });
  const facts = await orderFacts(tx, order, lines);
  if (facts.hasRunningSaga)
    return refuse('SAGA_IN_PROGRESS', 'Another change of this order is running. Retry when it has finished.');
  if (!allows(facts, 'CANCEL')) {
    return refuse(
      'NOT_CANCELLABLE',
      `Order ${order.number} is ${order.status}; only confirmed orders whose goods never left can be cancelled.`,
    );
  }
  addToTimeline(tx, order.id, 'CancellationRequested', input.note ?? 'A cancellation was requested.');
  const saga = newSaga(
    'CANCEL',
    {
      orderId: order.id,
      cartId: order.cartId,
      paymentId: order.paymentId ?? null,
      isCaptured: order.capturedMinor > order.refundedMinor,
      isAuthorized: order.isAuthorizationOpen,
      hasStock: lines.some((line) => line.kind === 'PRODUCT'),
      redemptionId: order.redemptionId ?? null,
      reason: input.reason,
      notifyCustomer: input.notifyCustomer,
      refundId: null,
    },
    { cartId: order.cartId, orderId: order.id },
  );
  await move(tx, saga, { type: 'Started' });
  return done({ orderId: order.id, sagaId: saga.id });
}
