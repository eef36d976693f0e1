import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { formatMoney } from '@ordergraph/money';
import type { Payment } from '../entities/payment.entity.ts';
import type { ProviderOperation } from '../entities/provider-operation.entity.ts';
import { Refund } from '../entities/refund.entity.ts';
import type { Answer } from '../operations/answer.ts';
import type { ProviderResult } from '../provider/provider.ts';
import { book } from './book.ts';
import { amountIn } from './lock-payment.ts';

type Decided = Extract<ProviderResult, { outcome: 'succeeded' | 'declined' }>;

async function lockRefund(tx: Transaction, operation: ProviderOperation): Promise<Refund> {
  return tx.em.findOneOrFail(Refund, { id: operation.refundId ?? '' }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

function settle(tx: Transaction, refund: Refund, result: Decided): void {
  refund.status = result.outcome === 'succeeded' ? 'SUCCEEDED' : 'FAILED';
  refund.settledAt = result.outcome === 'succeeded' ? tx.now : null;
  refund.errorCode = result.outcome === 'declined' ? result.code : null;
}

/** Records that the provider sent money back, or refused to. */
export async function recordRefund(
  tx: Transaction,
  operation: ProviderOperation,
  payment: Payment,
  result: Decided,
): Promise<Answer> {
  const refund = await lockRefund(tx, operation);
  settle(tx, refund, result);
  payment.refundingMinor -= operation.amountMinor;
  const amount = formatMoney(amountIn(operation, operation.amountMinor));
  const ids = { refundId: refund.id, orderId: operation.orderId ?? '' };
  if (result.outcome === 'declined') {
    book(tx, operation, { kind: 'REFUND', status: 'FAILED', errorCode: result.code });
    return { name: 'RefundFailed', payload: { ...ids, amount, code: result.code } };
  }
  payment.refundedMinor += operation.amountMinor;
  const transactionId = book(tx, operation, { kind: 'REFUND' });
  return { name: 'RefundSucceeded', payload: { ...ids, paymentId: payment.id, transactionId, amount } };
}

/** Records that money went back without an order, or that the provider refused. */
export async function recordCredit(
  tx: Transaction,
  operation: ProviderOperation,
  result: Decided,
): Promise<Answer | null> {
  const refund = await lockRefund(tx, operation);
  settle(tx, refund, result);
  if (result.outcome === 'declined') {
    book(tx, operation, { kind: 'UNREFERENCED_REFUND', status: 'FAILED', errorCode: result.code });
    return null;
  }
  const transactionId = book(tx, operation, { kind: 'UNREFERENCED_REFUND' });
  const amount = formatMoney(amountIn(operation, operation.amountMinor));
  const { id, customerId, reason } = refund;
  return { name: 'UnreferencedRefundSucceeded', payload: { refundId: id, customerId, transactionId, amount, reason } };
}

/** Records that the provider took back a refund that it had confirmed. A new line in the ledger, never a changed one. */
export async function reverseRefund(tx: Transaction, operation: ProviderOperation, payment: Payment): Promise<void> {
  const refund = await lockRefund(tx, operation);
  if (refund.status !== 'SUCCEEDED') return;
  refund.status = 'FAILED';
  refund.errorCode = 'reversed';
  refund.settledAt = null;
  payment.refundedMinor -= refund.amountMinor;
  const transactionId = book(tx, operation, { kind: 'REFUND_REVERSAL', amountMinor: refund.amountMinor });
  tx.publish('RefundReversed', {
    refundId: refund.id,
    orderId: refund.orderId ?? '',
    transactionId,
    amount: formatMoney(amountIn(refund, refund.amountMinor)),
  });
}
