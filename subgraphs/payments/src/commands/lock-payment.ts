import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { money, type Money } from '@ordergraph/money';
import { Payment } from '../entities/payment.entity.ts';

/** Takes a payment for change: whatever is decided about its amounts is decided by one transaction at a time. */
export function lockPayment(tx: Transaction, paymentId: string): Promise<Payment | null> {
  return tx.em.findOne(Payment, { id: paymentId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/** An amount in the payment's currency. */
export const amountIn = (payment: { readonly currencyCode: string }, minor: bigint): Money =>
  money(minor, payment.currencyCode);
