import type { Transaction } from '@ordergraph/events';
import { money, type Money } from '@ordergraph/money';
import { findRow, updateRow } from '@ordergraph/tenancy';
import { Payment } from '../entities/payment.entity.ts';

/** Takes a payment for change: whatever is decided about its amounts is decided by one transaction at a time. */
export function lockPayment(tx: Transaction, paymentId: string): Promise<Payment | null> {
  return findRow(tx.em, Payment, { id: paymentId }, { lock: 'wait' });
}

/** Writes what a command changed of a payment that it holds. Once per transaction, when all is decided. */
export function savePayment(tx: Transaction, payment: Payment): void {
  const { orderId, status, authorizedMinor, capturedMinor, refundedMinor, capturingMinor, refundingMinor } = payment;
  const { nextActionUrl, chargeKey, chargeReference, givenUpBy, expiresAt } = payment;
  // Always the same columns, so that it is always the same statement.
  updateRow(tx.em, Payment, payment, {
    orderId,
    status,
    authorizedMinor,
    capturedMinor,
    refundedMinor,
    capturingMinor,
    refundingMinor,
    nextActionUrl,
    chargeKey,
    chargeReference,
    givenUpBy,
    expiresAt,
    updatedAt: tx.now,
  });
}

/** An amount in the payment's currency. */
export const amountIn = (payment: { readonly currencyCode: string }, minor: bigint): Money =>
  money(minor, payment.currencyCode);
