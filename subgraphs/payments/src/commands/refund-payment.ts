import type { Transaction } from '@ordergraph/events';
import { formatMoney, type Money } from '@ordergraph/money';
import { findRow, insertRows } from '@ordergraph/tenancy';
import { refundable } from '../domain/payment-amounts.ts';
import { Refund } from '../entities/refund.entity.ts';
import type { Payment } from '../entities/payment.entity.ts';
import { ProviderOperation } from '../entities/provider-operation.entity.ts';
import { publishAnswer } from '../operations/answer.ts';
import { countUnderWay, findRepeated } from '../operations/operation-rows.ts';
import {
  answerAtOnce,
  answerRepeated,
  operationsTask,
  planOperation,
  type OperationPlan,
} from '../operations/plan-operation.ts';
import { lockPayment, savePayment } from './lock-payment.ts';

/** What a refund is. */
export interface NewRefund {
  readonly refundId: string;
  readonly orderId: string | null;
  readonly amount: Money;
  readonly reason: string;
}

/** Has the provider send back a part or all of what was taken. Refunds never come to more than captures. */
export async function refundPayment(
  tx: Transaction,
  input: NewRefund & { paymentId: string; orderId: string },
): Promise<void> {
  const { refundId, orderId, amount } = input;
  const [payment, repeated, earlier, { isNextFree: isFree }] = await Promise.all([
    lockPayment(tx, input.paymentId),
    findRepeated(tx),
    findRow(tx.em, ProviderOperation, { refundId, kind: 'REFUND' }),
    countUnderWay(tx, input.paymentId),
  ]);
  if (repeated) return answerRepeated(tx, repeated);
  if (earlier) return answerFor(tx, earlier);

  const isSameCurrency = payment?.currencyCode === amount.currencyCode;
  const isAllowed =
    payment?.orderId === orderId && isSameCurrency && amount.minor > 0n && amount.minor <= refundable(payment);
  if (payment && isAllowed) {
    planRefund(tx, payment, input, { command: 'OWNS', isFree });
    savePayment(tx, payment);
    return;
  }
  const code = payment?.orderId !== orderId || !isSameCurrency ? 'PAYMENT_MISMATCH' : 'AMOUNT_EXCEEDS_CAPTURED';
  createRefund(tx, payment?.orderId === orderId ? payment : null, input, code);
  answerAtOnce(
    tx,
    { ...refundPlan(tx, payment, input), key: `${tx.tenantId}:${refundId}:refused` },
    { name: 'RefundFailed', payload: { refundId, orderId, amount: formatMoney(amount), code } },
  );
}

/** Claims the amount of a refund and has it sent. The payment is held and owes at least as much; the caller saves it. */
export function planRefund(
  tx: Transaction,
  payment: Payment,
  refund: NewRefund,
  how: Pick<OperationPlan, 'command' | 'isFree'>,
): void {
  payment.refundingMinor += refund.amount.minor;
  createRefund(tx, payment, refund, null);
  planOperation(tx, { ...refundPlan(tx, payment, refund), ...how });
}

function refundPlan(
  tx: Transaction,
  payment: Payment | null,
  { refundId, orderId, amount, reason }: NewRefund,
): OperationPlan {
  return {
    kind: 'REFUND',
    key: `${tx.tenantId}:${refundId}:refund`,
    paymentId: payment?.id ?? null,
    orderId,
    refundId,
    amountMinor: amount.minor,
    currencyCode: amount.currencyCode,
    chargeReference: payment?.chargeReference ?? null,
    reason,
  };
}

function createRefund(tx: Transaction, payment: Payment | null, refund: NewRefund, errorCode: string | null): void {
  insertRows(tx.em, Refund, [
    {
      id: refund.refundId,
      tenantId: tx.tenantId,
      kind: 'REFERENCED',
      paymentId: payment?.id ?? null,
      orderId: refund.orderId,
      customerId: payment?.customerId ?? null,
      status: errorCode ? 'FAILED' : 'PENDING',
      amountMinor: refund.amount.minor,
      currencyCode: refund.amount.currencyCode,
      reason: refund.reason,
      errorCode,
      requestedBy: tx.actor,
      createdAt: tx.now,
      settledAt: null,
    },
  ]);
}

// Two sagas may come to the same refund: it is sent once, and both are answered.
function answerFor(tx: Transaction, operation: ProviderOperation): void {
  if (operation.answer) publishAnswer(tx, operation.answer);
  else tx.wake(`task:${operationsTask}`);
}
