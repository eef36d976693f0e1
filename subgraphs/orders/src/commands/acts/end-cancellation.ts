import { LockMode } from '@mikro-orm/core';
import { OrderLine } from '../../entities/order-line.entity.ts';
import { Order } from '../../entities/order.entity.ts';
import { isKind } from '../sagas.ts';
import { addToTimeline } from '../timeline.ts';
import type { Act } from './act.ts';

/** Money and stock are back: the order is over. */
export const cancelOrder: Act = async (tx, saga) => {
  if (!isKind(saga, 'CANCEL')) return;
  const { facts } = saga.state;
  const order = await tx.em.findOneOrFail(Order, { id: facts.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const lines = await tx.em.find(OrderLine, { orderId: order.id });
  order.status = 'CANCELLED';
  order.isAuthorizationOpen = false;
  // Also what staff captured while the cancellation ran: payments gave that back in its place.
  order.refundedMinor = order.capturedMinor;
  order.paymentStatus = order.capturedMinor > 0n ? 'REFUNDED' : 'VOIDED';
  order.cancelReason = facts.reason;
  order.cancelledAt = tx.now;
  order.updatedAt = tx.now;
  await tx.em.flush();
  addToTimeline(tx, order.id, 'OrderCancelled', 'The order was cancelled.');
  tx.publish('OrderCancelled', {
    orderId: order.id,
    number: String(order.number),
    customerId: order.customerId ?? null,
    reason: facts.reason,
    lines: lines.flatMap(({ variantId, quantity }) => (variantId ? [{ variantId, quantity }] : [])),
    refundId: facts.refundId,
    notifyCustomer: facts.notifyCustomer,
  });
};

/** The cancellation failed before anything was given back: the order stands as before. */
export const keepOrder: Act = async (tx, saga) => {
  if (!isKind(saga, 'CANCEL')) return;
  const { facts, failure } = saga.state;
  // Locked for the timeline, whose numbers have no gaps.
  await tx.em.findOneOrFail(Order, { id: facts.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  addToTimeline(tx, facts.orderId, 'CancellationFailed', failure?.message ?? 'The order could not be cancelled.');
};
