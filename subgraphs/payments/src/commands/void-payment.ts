import type { Transaction } from '@ordergraph/events';
import { formatMoney, money } from '@ordergraph/money';
import { refuse, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, newId } from '@ordergraph/tenancy';
import type { PaymentErrorCode } from '../../generated/graphql.ts';
import { OrderCopy } from '../entities/order-copy.entity.ts';
import type { Payment } from '../entities/payment.entity.ts';
import { countUnderWay, findRepeated, type UnderWay } from '../operations/operation-rows.ts';
import {
  answerAtOnce,
  answerRepeated,
  planOperation,
  providerKey,
  type OperationPlan,
} from '../operations/plan-operation.ts';
import { lockPayment, savePayment } from './lock-payment.ts';

/** The saga that a command key names; what is not commanded is undone in the payment's own name. */
export const sagaOf = (commandKey: string | null, otherwise: string): string => commandKey?.split(':')[0] ?? otherwise;

/**
 * Undoes an order's payment: gives up what is authorised and gives back what was taken, by what the provider says. An
 * operation that is under way is awaited first, since undoing what is unknown would be a guess.
 */
export async function voidPayment(
  tx: Transaction,
  { paymentId, orderId, reason }: { paymentId: string; orderId: string; reason: string },
): Promise<void> {
  const [payment, repeated, underWay] = await Promise.all([
    lockPayment(tx, paymentId),
    findRepeated(tx),
    countUnderWay(tx, paymentId),
  ]);
  if (repeated) return answerRepeated(tx, repeated);
  const isOfOrder = payment?.orderId === orderId;
  if (payment && isOfOrder) {
    payment.givenUpBy = sagaOf(tx.commandKey, payment.id);
    if (!isIdle(payment, underWay)) {
      planOperation(tx, {
        ...voidPlan(payment, providerKey(tx, `${payment.id}:void`), reason),
        isFree: underWay.isNextFree,
      });
      savePayment(tx, payment);
      return;
    }
    if (payment.status === 'CREATED') payment.status = 'VOIDED';
    savePayment(tx, payment);
  }
  // Another order's payment is not this order's to undo: its saga was told so when it tried to use it.
  const currencyCode = isOfOrder ? payment.currencyCode : await currencyOf(tx, orderId);
  const amount = formatMoney(money(0n, currencyCode));
  answerAtOnce(
    tx,
    {
      kind: 'VOID',
      key: providerKey(tx, `${paymentId}:void`),
      paymentId,
      orderId,
      amountMinor: 0n,
      currencyCode,
      reason,
    },
    { name: 'PaymentVoided', payload: { paymentId, orderId, amount } },
  );
}

/** Gives up an authorisation by hand. Refused once money was taken. */
export async function giveUpAuthorization(
  tx: Transaction,
  { paymentId, reason }: { paymentId: string; reason: string },
): Promise<Outcome<{ paymentId: string; operationId: string }, PaymentErrorCode>> {
  const text = reason.trim();
  if (text.length < 1 || text.length > 500) return refuse('INVALID', 'A reason has 1 to 500 characters.', ['reason']);
  const [payment, { isNextFree: isFree }] = await Promise.all([
    lockPayment(tx, paymentId),
    countUnderWay(tx, paymentId),
  ]);
  if (!payment) return refuse('NOT_FOUND', 'There is no payment with this id.', ['paymentId']);
  if (payment.capturedMinor + payment.capturingMinor > 0n) {
    return refuse('ALREADY_CAPTURED', 'Money was taken, or is being taken. Refund it instead.', ['paymentId']);
  }
  if (
    payment.givenUpBy !== null ||
    payment.status === 'VOIDED' ||
    payment.status === 'EXPIRED' ||
    payment.status === 'FAILED'
  ) {
    return refuse('AUTHORIZATION_EXPIRED', 'There is nothing to give up: it lapsed, failed or was given up.', [
      'paymentId',
    ]);
  }
  payment.givenUpBy = payment.id;
  const operation = planOperation(tx, {
    ...voidPlan(payment, providerKey(tx, `${payment.id}:void:${newId()}`), text),
    isFree,
  });
  savePayment(tx, payment);
  return { value: { paymentId, operationId: operation.id } };
}

/** What gives up a payment at the provider. */
export function voidPlan(payment: Payment, key: string, reason: string): OperationPlan {
  return {
    kind: 'VOID',
    key,
    paymentId: payment.id,
    orderId: payment.orderId,
    amountMinor: payment.authorizedMinor - payment.capturedMinor,
    currencyCode: payment.currencyCode,
    chargeKey: payment.chargeKey,
    reason,
  };
}

/** True when the provider holds nothing for the payment and has nothing of it under way. */
function isIdle(payment: Payment, underWay: UnderWay): boolean {
  const isEnded = payment.status === 'FAILED' || payment.status === 'VOIDED' || payment.status === 'EXPIRED';
  if (payment.status !== 'CREATED' && !isEnded) return false;
  return underWay.count === 0;
}

async function currencyOf(tx: Transaction, orderId: string): Promise<string> {
  const order = await findRow(tx.em, OrderCopy, { id: orderId });
  // Nothing in any currency; the contract wants one named.
  return order?.currencyCode ?? 'EUR';
}
