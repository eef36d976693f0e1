import { LockMode } from '@mikro-orm/core';
import { quoteEverything } from '../../domain/refund-quote.ts';
import { OrderLine } from '../../entities/order-line.entity.ts';
import { Order } from '../../entities/order.entity.ts';
import { refundable } from '../order-totals.ts';
import { lockRefund } from '../lock-refund.ts';
import { quotePoints } from '../points-copy.ts';
import { isKind } from '../sagas.ts';
import type { Act } from './act.ts';

/** A cancellation gives all money back by a refund like any other; the cancellation waits for it. */
export const refundEverything: Act = async (tx, saga, move) => {
  if (!isKind(saga, 'CANCEL')) return;
  const { facts } = saga.state;
  const order = await tx.em.findOneOrFail(Order, { id: facts.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const lines = await tx.em.find(OrderLine, { orderId: order.id }, { orderBy: { position: 'asc' } });
  const quote = quoteEverything(refundable(order, lines));
  if (!quote) {
    await move(tx, saga, {
      type: 'Answered',
      step: 'orders.RefundEverything',
      event: 'RefundCompleted',
      payload: { refundId: null },
    });
    return;
  }
  const refund = await lockRefund(tx, order, lines, quote, await quotePoints(tx.em, order, lines, quote), {
    reason: facts.reason,
    // The cancellation tells the customer, refund included.
    notifyCustomer: false,
    parentSagaId: saga.id,
  });
  await move(tx, refund, { type: 'Started' });
};
