import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import { refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { PaymentErrorCode } from '../../generated/graphql.ts';
import { capturable } from '../domain/payment-amounts.ts';
import type { Payment } from '../entities/payment.entity.ts';
import { countUnderWay, findRepeated } from '../operations/operation-rows.ts';
import {
  answerAtOnce,
  answerRepeated,
  planOperation,
  providerKey,
  type OperationPlan,
} from '../operations/plan-operation.ts';
import { amountIn, lockPayment, savePayment } from './lock-payment.ts';

/** Has the provider take an order's amount. The saga's command; it takes once and for all. */
export async function capturePayment(
  tx: Transaction,
  { paymentId, orderId, amount }: { paymentId: string; orderId: string; amount: Money },
): Promise<void> {
  const [payment, repeated, { isNextFree: isFree }] = await Promise.all([
    lockPayment(tx, paymentId),
    findRepeated(tx),
    countUnderWay(tx, paymentId),
  ]);
  if (repeated) return answerRepeated(tx, repeated);
  const plan: OperationPlan = {
    kind: 'CAPTURE',
    key: providerKey(tx, `${paymentId}:capture`),
    paymentId,
    orderId,
    amountMinor: amount.minor,
    currencyCode: amount.currencyCode,
    isFinal: true,
    chargeReference: payment?.chargeReference ?? null,
  };
  const code = !payment || payment.orderId !== orderId ? 'PAYMENT_MISMATCH' : refusalOf(tx, payment, amount)?.code;
  if (!payment || code) {
    const payload = { paymentId, orderId, during: 'CAPTURE', code: code ?? '', isRetryable: false } as const;
    return answerAtOnce(tx, plan, { name: 'PaymentFailed', payload });
  }
  claim(payment, amount, true);
  planOperation(tx, { ...plan, isFree });
  savePayment(tx, payment);
}

/** Has the provider take a part or all of what is authorised. Staff's way, under the capture policy MANUAL. */
export async function captureAmount(
  tx: Transaction,
  input: { paymentId: string; amount: Money | null; isFinal: boolean },
): Promise<Outcome<{ paymentId: string; operationId: string }, PaymentErrorCode>> {
  const [payment, { isNextFree: isFree }] = await Promise.all([
    lockPayment(tx, input.paymentId),
    countUnderWay(tx, input.paymentId),
  ]);
  if (!payment) return refuse('NOT_FOUND', 'There is no payment with this id.', ['paymentId']);
  const amount = input.amount ?? amountIn(payment, capturable(payment));
  const refusal = refusalOf(tx, payment, amount);
  if (refusal) return refuse(refusal.code, refusal.message, refusal.field ?? null);
  claim(payment, amount, input.isFinal);
  const operation = planOperation(tx, {
    kind: 'CAPTURE',
    key: providerKey(tx, `${payment.id}:capture:${newId()}`),
    paymentId: payment.id,
    orderId: payment.orderId,
    amountMinor: amount.minor,
    currencyCode: amount.currencyCode,
    isFinal: input.isFinal,
    chargeReference: payment.chargeReference,
    isFree,
  });
  savePayment(tx, payment);
  return { value: { paymentId: payment.id, operationId: operation.id } };
}

/** A final capture claims the rest that it gives up, too: nothing can be captured behind it. */
function claim(payment: Payment, amount: Money, isFinal: boolean): void {
  payment.capturingMinor += isFinal ? capturable(payment) : amount.minor;
}

interface CaptureRefusal {
  readonly code: PaymentErrorCode;
  readonly message: string;
  readonly field?: readonly string[];
}

function refusalOf(tx: Transaction, payment: Payment, amount: Money): CaptureRefusal | null {
  if (amount.currencyCode !== payment.currencyCode) {
    const message = `The payment is in ${payment.currencyCode}, the amount in ${amount.currencyCode}.`;
    return { code: 'CURRENCY_MISMATCH', message, field: ['amount', 'currencyCode'] };
  }
  const isGivenUp = payment.status === 'VOIDED' || payment.status === 'EXPIRED' || payment.givenUpBy !== null;
  const isLapsed = payment.authorizedMinor > 0n && payment.expiresAt !== null && payment.expiresAt <= tx.now;
  if (payment.status === 'CAPTURED')
    return { code: 'ALREADY_CAPTURED', message: 'Everything that was authorised is captured.' };
  if (isGivenUp || isLapsed)
    return { code: 'AUTHORIZATION_EXPIRED', message: 'The authorisation lapsed, or was given up.' };
  const left = capturable(payment);
  if (left === 0n && payment.authorizedMinor > 0n) {
    return { code: 'ALREADY_CAPTURED', message: 'Everything that was authorised is captured, or being captured.' };
  }
  if (amount.minor > left || left === 0n) {
    return {
      code: 'AMOUNT_EXCEEDS_AUTHORIZED',
      message: 'That is more than what is authorised and not yet captured.',
      field: ['amount'],
    };
  }
  if (amount.minor <= 0n) return { code: 'INVALID', message: 'Expected an amount above zero.', field: ['amount'] };
  return null;
}
