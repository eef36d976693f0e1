import type { Transaction } from '@ordergraph/events';
import { insertRows, newId } from '@ordergraph/tenancy';
import { Journal } from '../entities/journal.entity.ts';
import { countUnderWay } from '../operations/operation-rows.ts';
import { lockPayment, savePayment } from './lock-payment.ts';

/** Ends a payment that nobody used, or whose authorisation lapsed at the provider. False when there is nothing to end. */
export async function expirePayment(tx: Transaction, paymentId: string): Promise<boolean> {
  const [payment, underWay] = await Promise.all([lockPayment(tx, paymentId), countUnderWay(tx, paymentId)]);
  const isLapsing = payment?.status === 'CREATED' || payment?.status === 'AUTHORIZED';
  if (!payment?.expiresAt || !isLapsing || payment.expiresAt > tx.now) return false;
  // The provider's answer to what is under way decides; this asks again afterwards.
  if (underWay.count > 0) return false;
  if (payment.authorizedMinor > 0n) {
    insertRows(tx.em, Journal, [
      {
        id: newId(),
        tenantId: tx.tenantId,
        kind: 'VOID',
        status: 'SUCCEEDED',
        key: `${tx.tenantId}:${paymentId}:lapsed`,
        paymentId,
        refundId: null,
        orderId: payment.orderId,
        amountMinor: payment.authorizedMinor,
        currencyCode: payment.currencyCode,
        gatewayReference: payment.chargeReference,
        errorCode: 'authorization_expired',
        actor: tx.actor,
        occurredAt: tx.now,
      },
    ]);
    payment.authorizedMinor = 0n;
  }
  payment.status = 'EXPIRED';
  savePayment(tx, payment);
  return true;
}
