import type { Transaction } from '@ordergraph/events';
import { formatMoney } from '@ordergraph/money';
import { findRow } from '@ordergraph/tenancy';
import type { Payment } from '../entities/payment.entity.ts';
import { ProviderOperation } from '../entities/provider-operation.entity.ts';
import type { Answer } from '../operations/answer.ts';
import { planOperation } from '../operations/plan-operation.ts';
import type { ProviderResult } from '../provider/provider.ts';
import { book } from './book.ts';
import { amountIn } from './lock-payment.ts';
import { voidPlan } from './void-payment.ts';

/** Records what the provider says to an authorisation, and what follows from it. */
export async function recordAuthorization(
  tx: Transaction,
  operation: ProviderOperation,
  payment: Payment,
  result: ProviderResult,
): Promise<Answer | null> {
  const orderId = payment.orderId ?? '';
  switch (result.outcome) {
    case 'succeeded': {
      payment.authorizedMinor = operation.amountMinor;
      payment.chargeReference = result.reference;
      payment.expiresAt = result.expiresAt;
      payment.nextActionUrl = null;
      payment.status = 'AUTHORIZED';
      book(tx, operation, { kind: 'AUTHORIZATION' });
      if (payment.givenUpBy !== null) {
        await undoLateSuccess(tx, operation, payment);
        return null;
      }
      const { gateway } = payment;
      const amount = formatMoney(amountIn(payment, operation.amountMinor));
      const expiresAt = result.expiresAt?.toISOString() ?? null;
      return { name: 'PaymentAuthorized', payload: { paymentId: payment.id, orderId, amount, gateway, expiresAt } };
    }
    case 'declined': {
      payment.nextActionUrl = null;
      book(tx, operation, { kind: 'AUTHORIZATION', status: 'FAILED', errorCode: result.code });
      if (payment.givenUpBy !== null) return null;
      payment.status = 'FAILED';
      const { code, isRetryable } = result;
      return {
        name: 'PaymentFailed',
        payload: { paymentId: payment.id, orderId, during: 'AUTHORIZE', code, isRetryable },
      };
    }
    case 'requiresAction': {
      payment.chargeReference = result.reference;
      if (payment.givenUpBy !== null || payment.status === 'REQUIRES_ACTION') return null;
      payment.status = 'REQUIRES_ACTION';
      payment.nextActionUrl = result.url;
      const deadlineAt = (operation.deadlineAt ?? tx.now).toISOString();
      return { name: 'PaymentActionRequired', payload: { paymentId: payment.id, orderId, deadlineAt } };
    }
    case 'pending':
      payment.chargeReference = result.reference;
      return null;
  }
}

/** A yes that comes after the payment was given up is given up itself, unless that is under way already. */
async function undoLateSuccess(tx: Transaction, operation: ProviderOperation, payment: Payment): Promise<void> {
  const open = await findRow(tx.em, ProviderOperation, { paymentId: payment.id, kind: 'VOID', finishedAt: null });
  if (open) return;
  const key = `${tx.tenantId}:${payment.id}:undo:${operation.id}`;
  planOperation(tx, { ...voidPlan(payment, key, 'It was authorised after it had been given up.'), command: 'NONE' });
}
