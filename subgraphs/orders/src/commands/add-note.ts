import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Order } from '../entities/order.entity.ts';
import { addToTimeline } from './timeline.ts';

/** Adds a remark to the timeline. Customers never see it. */
export async function addNote(
  tx: Transaction,
  input: { orderId: string; message: string },
): Promise<Outcome<{ orderId: string }, OrderErrorCode>> {
  const message = input.message.trim();
  if (message.length === 0 || message.length > 2_000)
    return refuse('INVALID', 'A note has 1 to 2000 characters.', ['message']);
  const order = await tx.em.findOne(Order, { id: input.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!order) return refuse('NOT_FOUND', 'There is no such order.', ['orderId']);
  addToTimeline(tx, order.id, 'Note', message, { isForStaff: true });
  return done({ orderId: order.id });
}
