import type { EventHandler, Transaction } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import { findRow, updateRow } from '@ordergraph/tenancy';
import { paymentStatusOf } from '../domain/order.ts';
import { Order } from '../entities/order.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { advanceSaga, commandKeyOf, readCommandKey } from './advance-saga.ts';
import { addToTimeline } from './timeline.ts';

type Answer = EventHandler<'PaymentSuccess' | 'PaymentVoided'>;

/** True when the event moved the saga whose command it answers. */
const answersSaga = async (...[tx, payload, event]: Parameters<Answer>): Promise<boolean> => {
  const key = readCommandKey(event.commandKey);
  if (!key) return false;
  return advanceSaga(tx, key.sagaId, { type: 'Answered', step: key.step, event: event.type, payload: { ...payload } });
};

const hold = (tx: Transaction, id: string): Promise<Order | null> => findRow(tx.em, Order, { id }, { lock: 'wait' });

/**
 * Money was taken. Usually it answers the saga that asked for it. Otherwise staff captured it, or it comes late, for an
 * order that has failed meanwhile, and is given back.
 */
export const recordCapture: EventHandler<'PaymentSuccess'> = async (tx, payload, event) => {
  if (await answersSaga(tx, payload, event)) return;
  const order = await hold(tx, payload.orderId);
  if (!order) return;
  if (order.status === 'FAILED' || order.status === 'EXPIRED') return giveBack(tx, order, payload.paymentId);
  const captured = parseMoney(payload.capturedTotal).minor;
  if (captured <= order.capturedMinor) return;
  const { grandTotalMinor: grandTotal, refundedMinor: refunded } = order;
  const isPlaced = order.status !== 'PENDING';
  updateRow(tx.em, Order, order, {
    capturedMinor: captured,
    isAuthorizationOpen: !payload.isFinal,
    // While the order is being placed, its saga says where the money stands.
    paymentStatus: isPlaced ? paymentStatusOf({ grandTotal, captured, refunded }) : order.paymentStatus,
    updatedAt: tx.now,
  });
  addToTimeline(tx, order.id, 'PaymentSuccess', `${payload.amount.amount} ${order.currencyCode} was captured.`);
};

async function giveBack(tx: Transaction, order: Order, paymentId: string): Promise<void> {
  const saga = await findRow(tx.em, Saga, { orderId: order.id, kind: 'PLACE' });
  if (!saga) throw new Error(`The order ${order.id} was placed by no saga.`);
  // A key of its own, since the saga's own undoing may have been answered already. It names the same saga, from which
  // payments derives the refund's id: however often this is asked for, there is one refund.
  const commandKey = commandKeyOf(saga.id, 'payments.VoidPayment:late');
  tx.publish(
    'VoidPayment',
    { paymentId, orderId: order.id, reason: 'The money came after the order had failed.' },
    { commandKey },
  );
  addToTimeline(tx, order.id, 'LatePayment', 'Money came after the order had failed; it goes back.', {
    isForStaff: true,
  });
}

/** An authorisation was given up: for the saga that asked for it, or by staff, and then nothing more can be captured. */
export const recordVoid: EventHandler<'PaymentVoided'> = async (tx, payload, event) => {
  if (await answersSaga(tx, payload, event)) return;
  const order = await hold(tx, payload.orderId);
  if (!order?.isAuthorizationOpen || order.status === 'PENDING') return;
  updateRow(tx.em, Order, order, {
    isAuthorizationOpen: false,
    paymentStatus: order.capturedMinor === 0n ? 'VOIDED' : order.paymentStatus,
    updatedAt: tx.now,
  });
  addToTimeline(
    tx,
    order.id,
    'PaymentVoided',
    `An authorisation of ${payload.amount.amount} ${order.currencyCode} was given up.`,
  );
};
