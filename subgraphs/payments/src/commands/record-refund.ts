import type { Transaction } from '@ordergraph/events';
import { formatMoney } from '@ordergraph/money';
import { findRow, updateRow } from '@ordergraph/tenancy';
import type { Payment } from '../entities/payment.entity.ts';
import type { ProviderOperation } from '../entities/provider-operation.entity.ts';
import { Refund } from '../entities/refund.entity.ts';
import type { Answer } from '../operations/answer.ts';
import type { ProviderResult } from '../provider/provider.ts';
import { book } from './book.ts';
import { amountIn } from './lock-payment.ts';

type Decided = Extract<ProviderResult, { outcome: 'succeeded' | 'declined' }>;

/** Takes a refund for change. Its payment is held already, and so is the operation that it is settled by. */
export async function lockRefund(tx: Transaction, refundId: string): Promise<Refund> {
  const refund = await findRow(tx.em, Refund, { id: refundId }, { lock: 'wait' });
  if (!refund)
    throw new Error(`There is no refund ${refundId}; it was to be written with the operation that sends it.`);
  return refund;
}

function settle(tx: Transaction, refund: Refund, result: Decided): void {
  updateRow(tx.em, Refund, refund, {
    status: result.outcome === 'succeeded' ? 'SUCCEEDED' : 'FAILED',
    settledAt: result.outcome === 'succeeded' ? tx.now : null,
    errorCode: result.outcome === 'declined' ? result.code : null,
  });
}

/** Records that the provider sent money back, or refused to. */
export function recordRefund(
  tx: Transaction,
  operation: ProviderOperation,
  payment: Payment,
  refund: Refund,
  result: Decided,
): Answer {
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
export function recordCredit(
  tx: Transaction,
  operation: ProviderOperation,
  refund: Refund,
  result: Decided,
): Answer | null {
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
export function reverseRefund(tx: Transaction, operation: ProviderOperation, payment: Payment, refund: Refund): void {
  if (refund.status !== 'SUCCEEDED') return;
  updateRow(tx.em, Refund, refund, { status: 'FAILED', settledAt: null, errorCode: 'reversed' });
  payment.refundedMinor -= refund.amountMinor;
  const transactionId = book(tx, operation, { kind: 'REFUND_REVERSAL', amountMinor: refund.amountMinor });
  tx.publish('RefundReversed', {
    refundId: refund.id,
    orderId: refund.orderId ?? '',
    transactionId,
    amount: formatMoney(amountIn(refund, refund.amountMinor)),
  });
}
