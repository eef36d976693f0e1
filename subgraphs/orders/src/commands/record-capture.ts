import { LockMode } from '@mikro-orm/core';
import type { EventHandler } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import { paymentStatusOf } from '../domain/order.ts';
import { placeSaga } from '../domain/place-saga.ts';
import { Order } from '../entities/order.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { advanceSaga, commandKeyOf, readCommandKey } from './advance-saga.ts';
import { addToTimeline } from './timeline.ts';

/**
 * Money was taken. Usually it answers the saga that asked for it. Otherwise staff captured it, or it comes late, for an
 * order that has failed meanwhile, and is given back.
 */
export const recordCapture: EventHandler<'PaymentSuccess'> = async (tx, payload, event) => {
  const key = readCommandKey(event.commandKey);
  const message = { type: 'Answered', step: key?.step ?? '', event: event.type, payload: { ...payload } } as const;
  if (key && (await advanceSaga(tx, key.sagaId, message))) return;

  const order = await tx.em.findOne(Order, { id: payload.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!order) return;
  if (order.status === 'FAILED' || order.status === 'EXPIRED') {
    const saga = await tx.em.findOneOrFail(Saga, { orderId: order.id, kind: 'PLACE' });
    const undo = placeSaga.steps.find((step) => step.name === 'payments.AuthorizePayment')?.undoneBy;
    // The same key as the saga's own undoing, so that whatever else asks for it, there is one refund.
    tx.publish(
      'VoidPayment',
      { paymentId: payload.paymentId, orderId: order.id, reason: 'The money came after the order had failed.' },
      { commandKey: commandKeyOf(saga.id, undo?.name ?? '') },
    );
    await addToTimeline(tx, order.id, 'LatePayment', 'Money came after the order had failed; it goes back.', { isForStaff: true });
    return;
  }
  const captured = parseMoney(payload.capturedTotal).minor;
  if (captured <= order.capturedMinor) return;
  order.capturedMinor = captured;
  order.paymentStatus = paymentStatusOf({
    grandTotal: order.grandTotalMinor,
    captured,
    refunded: order.refundedMinor,
  });
  order.updatedAt = tx.now;
  await tx.em.flush();
  await addToTimeline(tx, order.id, 'PaymentSuccess', `${payload.amount.amount} ${order.currencyCode} was captured.`);
};
