import type { Transaction } from '@ordergraph/events';
import { formatMoney } from '@ordergraph/money';
import type { Payment } from '../entities/payment.entity.ts';
import type { ProviderOperation } from '../entities/provider-operation.entity.ts';
import type { Answer } from '../operations/answer.ts';
import type { ProviderResult } from '../provider/provider.ts';
import { book } from './book.ts';
import { amountIn } from './lock-payment.ts';

/** Records that the provider took an amount, or refused to. */
export function recordCapture(
  tx: Transaction,
  operation: ProviderOperation,
  payment: Payment,
  result: Extract<ProviderResult, { outcome: 'succeeded' | 'declined' }>,
): Answer {
  const ids = { paymentId: payment.id, orderId: payment.orderId ?? '' };
  // Captures go to the provider one after the other, so when the final one comes back no other claim is left.
  payment.capturingMinor = operation.isFinal ? 0n : payment.capturingMinor - operation.amountMinor;
  if (result.outcome === 'declined') {
    book(tx, operation, { kind: 'CAPTURE', status: 'FAILED', errorCode: result.code });
    const { code, isRetryable } = result;
    return { name: 'PaymentFailed', payload: { ...ids, during: 'CAPTURE', code, isRetryable } };
  }
  payment.capturedMinor += operation.amountMinor;
  const transactionId = book(tx, operation, { kind: 'CAPTURE' });
  const rest = payment.authorizedMinor - payment.capturedMinor;
  const isFinal = operation.isFinal || rest === 0n;
  if (isFinal && rest > 0n) {
    book(tx, operation, { kind: 'VOID', amountMinor: rest, part: 'rest' });
    payment.authorizedMinor = payment.capturedMinor;
  }
  payment.status = isFinal ? 'CAPTURED' : 'PARTIALLY_CAPTURED';
  return {
    name: 'PaymentSuccess',
    payload: {
      ...ids,
      customerId: payment.customerId,
      transactionId,
      amount: formatMoney(amountIn(payment, operation.amountMinor)),
      capturedTotal: formatMoney(amountIn(payment, payment.capturedMinor)),
      isFinal,
      gateway: payment.gateway,
    },
  };
}
