import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import type { Payment } from '../entities/payment.entity.ts';
import { countUnderWay, findRepeated } from '../operations/operation-rows.ts';
import { answerAtOnce, answerRepeated, planOperation, providerKey } from '../operations/plan-operation.ts';
import { lockPayment, savePayment } from './lock-payment.ts';

/** What `AuthorizePayment` asks for. */
export interface Authorization {
  readonly paymentId: string;
  readonly cartId: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly deadlineAt: Date;
}

/** Has the provider reserve an order's amount; the payment belongs to the order from now on. */
export async function authorizePayment(tx: Transaction, input: Authorization): Promise<void> {
  const { paymentId, orderId, amount, deadlineAt } = input;
  const [payment, repeated, { isNextFree: isFree }] = await Promise.all([
    lockPayment(tx, paymentId),
    findRepeated(tx),
    countUnderWay(tx, paymentId),
  ]);
  if (repeated) return answerRepeated(tx, repeated);
  const key = providerKey(tx, `${paymentId}:authorize`);
  const plan = {
    kind: 'AUTHORIZE',
    key,
    paymentId,
    orderId,
    amountMinor: amount.minor,
    currencyCode: amount.currencyCode,
    deadlineAt,
  } as const;
  const code = refusalOf(payment, input);
  if (!payment || code) {
    const payload = {
      paymentId,
      orderId,
      during: 'AUTHORIZE',
      code: code ?? 'PAYMENT_MISMATCH',
      isRetryable: false,
    } as const;
    return answerAtOnce(tx, plan, { name: 'PaymentFailed', payload });
  }
  payment.orderId = orderId;
  payment.chargeKey = key;
  planOperation(tx, { ...plan, isFree, methodToken: payment.methodToken, returnUrl: payment.returnUrl });
  savePayment(tx, payment);
}

function refusalOf(payment: Payment | null, { cartId, orderId, amount }: Authorization): string | null {
  // Somebody else's payment, or one for another amount, looks the same from outside.
  if (!payment || payment.cartId !== cartId) return 'PAYMENT_MISMATCH';
  if (payment.orderId !== null && payment.orderId !== orderId) return 'PAYMENT_MISMATCH';
  if (payment.amountMinor !== amount.minor || payment.currencyCode !== amount.currencyCode) return 'PAYMENT_MISMATCH';
  if (payment.status === 'EXPIRED') return 'PAYMENT_EXPIRED';
  return payment.status === 'CREATED' && payment.chargeKey === null ? null : 'PAYMENT_USED';
}
