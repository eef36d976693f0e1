import type { Transaction } from '@ordergraph/events';
import { formatMoney } from '@ordergraph/money';
import { refundable } from '../domain/payment-amounts.ts';
import type { Payment } from '../entities/payment.entity.ts';
import type { ProviderOperation } from '../entities/provider-operation.entity.ts';
import type { Answer } from '../operations/answer.ts';
import { derivedRefundId } from '../operations/derived-refund-id.ts';
import type { ProviderResult } from '../provider/provider.ts';
import { book } from './book.ts';
import { amountIn } from './lock-payment.ts';
import { planRefund } from './refund-payment.ts';

/** Records that an authorisation is given up; what had been taken before is refunded, and that is then the answer. */
export function recordVoid(
  tx: Transaction,
  operation: ProviderOperation,
  payment: Payment,
  result: Extract<ProviderResult, { outcome: 'succeeded' | 'declined' }>,
): Answer | null {
  const ids = { paymentId: payment.id, orderId: payment.orderId ?? '' };
  if (result.outcome === 'declined') {
    book(tx, operation, { kind: 'VOID', status: 'FAILED', errorCode: result.code });
    payment.givenUpBy = null;
    const { code, isRetryable } = result;
    return { name: 'PaymentFailed', payload: { ...ids, during: 'VOID', code, isRetryable } };
  }
  const given = payment.authorizedMinor - payment.capturedMinor;
  if (given > 0n) {
    book(tx, operation, { kind: 'VOID', amountMinor: given });
    payment.authorizedMinor = payment.capturedMinor;
  }
  payment.nextActionUrl = null;
  if (payment.capturedMinor > 0n) payment.status = 'CAPTURED';
  else if (payment.status !== 'FAILED') payment.status = 'VOIDED';

  const owed = refundable(payment);
  if (owed > 0n) {
    const refundId = derivedRefundId(payment.id, payment.givenUpBy ?? payment.id);
    operation.refundId = refundId;
    const reason = operation.reason ?? 'The order was undone.';
    planRefund(
      tx,
      payment,
      { refundId, orderId: payment.orderId, amount: amountIn(payment, owed), reason },
      { command: 'ANSWERS' },
    );
    return null;
  }
  return { name: 'PaymentVoided', payload: { ...ids, amount: formatMoney(amountIn(payment, given)) } };
}
