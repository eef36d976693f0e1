import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import { insertRows, newId } from '@ordergraph/tenancy';
import { Payment } from '../entities/payment.entity.ts';
import { behaviourOf } from '../provider/sandbox/tokens.ts';

/** What a payment starts from. */
export interface NewPayment {
  readonly cartId: string;
  readonly amount: Money;
  readonly methodToken: string;
  readonly customerId?: string | null;
  readonly returnUrl?: string | null;
  /** When it lapses unless an order is placed with it. */
  readonly expiresAt?: Date | null;
  readonly paymentId?: string;
}

/** Prepares a payment. Nothing is asked of the provider before an order is placed with it. */
export async function createPayment(tx: Transaction, input: NewPayment): Promise<{ paymentId: string }> {
  return { paymentId: preparePayment(tx, input).id };
}

/** Prepares a payment, and answers it as it is written. */
export function preparePayment(tx: Transaction, input: NewPayment): Payment {
  const { cartId, amount, methodToken } = input;
  const method = behaviourOf(methodToken);
  const payment: Payment = {
    id: input.paymentId ?? newId(),
    tenantId: tx.tenantId,
    cartId,
    orderId: null,
    customerId: input.customerId ?? null,
    status: 'CREATED',
    gateway: 'sandbox',
    amountMinor: amount.minor,
    currencyCode: amount.currencyCode,
    authorizedMinor: 0n,
    capturedMinor: 0n,
    refundedMinor: 0n,
    capturingMinor: 0n,
    refundingMinor: 0n,
    methodToken,
    methodBrand: method?.brand ?? null,
    methodLast4: method?.last4 ?? null,
    nextActionUrl: null,
    returnUrl: input.returnUrl ?? null,
    chargeKey: null,
    chargeReference: null,
    givenUpBy: null,
    expiresAt: input.expiresAt ?? null,
    createdAt: tx.now,
    updatedAt: tx.now,
    version: 1,
  };
  insertRows(tx.em, Payment, [payment]);
  return payment;
}
