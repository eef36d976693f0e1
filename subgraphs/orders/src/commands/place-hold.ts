import { LockMode } from '@mikro-orm/core';
import type { EventHandler, Transaction } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { allows, paymentStatusOf } from '../domain/order.ts';
import { OrderHold } from '../entities/order-records.entity.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { orderFacts } from './order-facts.ts';
import { addToTimeline } from './timeline.ts';

type HoldOutcome = Outcome<{ orderId: string }, OrderErrorCode>;

async function addHold(tx: Transaction, order: Order, reason: string): Promise<void> {
  const hold = tx.em.create(OrderHold, {
    id: newId(),
    tenantId: tx.tenantId,
    orderId: order.id,
    reason,
    placedBy: tx.actor,
    placedAt: tx.now,
    releasedAt: null,
  });
  if (order.status === 'CONFIRMED') order.status = 'ON_HOLD';
  order.updatedAt = tx.now;
  await tx.em.flush();
  addToTimeline(tx, order.id, 'OrderHoldChanged', `Held: ${reason}`, { isForStaff: true });
  tx.publish('OrderHoldChanged', { orderId: order.id, holdId: hold.id, isHeld: true, reason });
}

/** Keeps what has not left yet of an order from being shipped until the hold is released. */
export async function placeHold(tx: Transaction, input: { orderId: string; reason: string }): Promise<HoldOutcome> {
  const reason = input.reason.trim();
  if (reason.length === 0 || reason.length > 500)
    return refuse('INVALID', 'A reason has 1 to 500 characters.', ['reason']);
  const order = await tx.em.findOne(Order, { id: input.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!order) return refuse('NOT_FOUND', 'There is no such order.', ['orderId']);
  const lines = await tx.em.find(OrderLine, { orderId: order.id });
  if (!allows(await orderFacts(tx, order, lines), 'PLACE_HOLD')) {
    const stands = `Order ${order.number} is ${order.status} and ${order.fulfillmentStatus}`;
    return refuse('INVALID', `${stands}; only a confirmed order of which something has yet to leave can be held.`, [
      'orderId',
    ]);
  }
  await addHold(tx, order, reason);
  return done({ orderId: order.id });
}

/** Ends one hold; the order goes on when it was the last. */
export async function releaseHold(tx: Transaction, input: { orderId: string; holdId: string }): Promise<HoldOutcome> {
  const order = await tx.em.findOne(Order, { id: input.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const hold = await tx.em.findOne(OrderHold, { id: input.holdId, orderId: input.orderId, releasedAt: null });
  if (!order || !hold) return refuse('NOT_FOUND', 'The order has no such active hold.', ['holdId']);
  hold.releasedAt = tx.now;
  const others = await tx.em.count(OrderHold, { orderId: order.id, releasedAt: null, id: { $ne: hold.id } });
  if (others === 0 && order.status === 'ON_HOLD') order.status = 'CONFIRMED';
  order.updatedAt = tx.now;
  await tx.em.flush();
  addToTimeline(tx, order.id, 'OrderHoldChanged', 'A hold was released.', { isForStaff: true });
  tx.publish('OrderHoldChanged', { orderId: order.id, holdId: hold.id, isHeld: false, reason: hold.reason });
  return done({ orderId: order.id });
}

/** The provider took a confirmed refund back: the order's money is as before, and a person has to look. */
export const holdForReversedRefund: EventHandler<'RefundReversed'> = async (tx, { orderId, amount }) => {
  const order = await tx.em.findOne(Order, { id: orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!order) return;
  // An order that failed never counted what its payment's undoing gave back.
  const reversed = parseMoney(amount).minor;
  order.refundedMinor = order.refundedMinor > reversed ? order.refundedMinor - reversed : 0n;
  const { grandTotalMinor: grandTotal, capturedMinor: captured, refundedMinor: refunded } = order;
  if (captured > 0n) order.paymentStatus = paymentStatusOf({ grandTotal, captured, refunded });
  await addHold(tx, order, `A refund of ${amount.amount} ${amount.currencyCode} was reversed by the provider.`);
};
