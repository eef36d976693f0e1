import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import { fulfillmentStatusOf, paymentStatusOf } from '../../domain/order.ts';
import { OrderLine } from '../../entities/order-line.entity.ts';
import { Order } from '../../entities/order.entity.ts';
import { Return } from '../../entities/return.entity.ts';
import { holdSaga, isKind, type HeldSaga } from '../sagas.ts';
import { addToTimeline } from '../timeline.ts';
import type { Act, Move } from './act.ts';

/** Money, points and stock agree: the refund is done. */
export const completeRefund: Act = async (tx, saga, move) => {
  if (!isKind(saga, 'REFUND')) return;
  const { facts } = saga.state;
  const order = await tx.em.findOneOrFail(Order, { id: facts.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  order.paymentStatus = paymentStatusOf({
    grandTotal: order.grandTotalMinor,
    captured: order.capturedMinor,
    refunded: order.refundedMinor,
  });
  order.updatedAt = tx.now;
  // What never left and was refunded is no longer missing from what was sent.
  order.fulfillmentStatus = fulfillmentStatusOf(await tx.em.find(OrderLine, { orderId: order.id }));
  if (facts.returnId) await closeReturn(tx, order, facts.returnId, facts.refundId);
  await tx.em.flush();
  addToTimeline(tx, order.id, 'OrderRefunded', `${facts.amount.amount} ${order.currencyCode} went back.`);
  tx.publish('OrderRefunded', {
    orderId: order.id,
    number: String(order.number),
    refundId: facts.refundId,
    customerId: order.customerId ?? null,
    amount: facts.amount,
    lines: facts.lines.flatMap(({ variantId, quantity }) => (variantId ? [{ variantId, quantity }] : [])),
    pointsReversed: facts.pointsReversed,
    pointsRestored: facts.pointsRestored,
    isFullyRefunded: order.refundedMinor >= order.capturedMinor,
    notifyCustomer: facts.notifyCustomer,
  });
  await tellParent(tx, saga, 'RefundCompleted', move);
};

/** The refund failed for good before any money moved: its quantities and its amount may be refunded again. */
export const unlockRefund: Act = async (tx, saga, move) => {
  if (!isKind(saga, 'REFUND')) return;
  const { facts, failure } = saga.state;
  const order = await tx.em.findOneOrFail(Order, { id: facts.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const lines = await tx.em.find(OrderLine, { orderId: order.id });
  for (const { orderLineId, quantity, neverLeft = 0 } of facts.lines) {
    const line = lines.find((candidate) => candidate.id === orderLineId);
    if (!line) continue;
    line.refundedQuantity -= quantity;
    line.withdrawnQuantity -= neverLeft;
  }
  order.refundedMinor -= parseMoney(facts.amount).minor;
  if (parseMoney(facts.shipping).minor > 0n) order.isShippingRefunded = false;
  order.updatedAt = tx.now;
  // The goods are back whatever becomes of the money, which staff may refund again.
  if (facts.returnId) await closeReturn(tx, order, facts.returnId, null);
  await tx.em.flush();
  addToTimeline(tx, order.id, 'RefundFailed', failure?.message ?? 'The refund failed.', { isForStaff: true });
  await tellParent(tx, saga, 'RefundUndone', move);
};

async function tellParent(tx: Transaction, saga: HeldSaga<'REFUND'>, event: string, move: Move): Promise<void> {
  const { parentSagaId, refundId } = saga.state.facts;
  const parent = parentSagaId ? await holdSaga(tx, parentSagaId) : null;
  if (parent)
    await move(tx, parent, { type: 'Answered', step: 'orders.RefundEverything', event, payload: { refundId } });
}

async function closeReturn(tx: Transaction, order: Order, returnId: string, refundId: string | null): Promise<void> {
  const row = await tx.em.findOne(Return, { id: returnId });
  if (!row) return;
  const before = row.status;
  row.status = 'CLOSED';
  row.refundId = refundId;
  row.updatedAt = tx.now;
  tx.publish('ReturnStatusChanged', {
    returnId: row.id,
    orderId: order.id,
    customerId: order.customerId ?? null,
    before,
    after: 'CLOSED',
    lines: row.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
    note: null,
  });
}
