import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { allows } from '../domain/order.ts';
import { quoteRefund, type RefundRequest } from '../domain/refund-quote.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { move } from './advance-saga.ts';
import { hashOfQuote, lockRefund } from './lock-refund.ts';
import { orderFacts } from './order-facts.ts';
import { quotePoints } from './points-copy.ts';
import { refundable } from './order-totals.ts';

export interface RefundInput {
  readonly orderId: string;
  readonly request: RefundRequest;
  /** Of the quote that the person saw. */
  readonly quoteHash: string;
  readonly reason: string;
  readonly notifyCustomer: boolean;
}

/** Accepts a refund: locks its quantities and its amount, and starts the saga that sends exactly this back. */
export async function refundOrder(
  tx: Transaction,
  input: RefundInput,
): Promise<Outcome<{ orderId: string; refundId: string; sagaId: string }, OrderErrorCode>> {
  const order = await tx.em.findOne(Order, { id: input.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!order) return refuse('NOT_FOUND', 'There is no such order.', ['orderId']);
  const lines = await tx.em.find(OrderLine, { orderId: order.id }, { orderBy: { position: 'asc' } });
  const facts = await orderFacts(tx, order, lines);
  if (facts.hasRunningSaga)
    return refuse('SAGA_IN_PROGRESS', 'Another change of this order is running. Retry when it has finished.');
  if (!allows(facts, 'REFUND')) return refuse('NOT_REFUNDABLE', 'Nothing is left that could go back.', ['orderId']);
  const quote = quoteRefund(refundable(order, lines), input.request);
  if ('code' in quote) return refuse(quote.code, quote.message, ['quote', ...quote.field]);
  const points = await quotePoints(tx.em, order, lines, quote);
  if (hashOfQuote(order.id, quote, points, order.refundedMinor) !== input.quoteHash) {
    return refuse('QUOTE_STALE', 'The order changed since the quote. Ask for a new one.', ['quoteHash']);
  }
  const saga = await lockRefund(tx, order, lines, quote, points, { ...input, parentSagaId: null });
  await move(tx, saga, { type: 'Started' });
  return done({ orderId: order.id, refundId: saga.state.facts.refundId, sagaId: saga.id });
}
