import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import { insertRows, newId } from '@ordergraph/tenancy';
import { Refund } from '../entities/refund.entity.ts';
import { planOperation } from '../operations/plan-operation.ts';

/** Money back without an order to name. */
export interface UnreferencedRefund {
  readonly customerId: string | null;
  readonly amount: Money;
  readonly methodToken: string;
  readonly reason: string;
  readonly refundId?: string;
}

/** Has the provider send money without a charge. Booked in a journal of its own, outside "refunds within captures". */
export async function createUnreferencedRefund(
  tx: Transaction,
  input: UnreferencedRefund,
): Promise<{ refundId: string }> {
  const refundId = input.refundId ?? newId();
  const { customerId, amount, reason, methodToken } = input;
  insertRows(tx.em, Refund, [
    {
      id: refundId,
      tenantId: tx.tenantId,
      kind: 'UNREFERENCED',
      paymentId: null,
      orderId: null,
      customerId,
      status: 'PENDING',
      amountMinor: amount.minor,
      currencyCode: amount.currencyCode,
      reason,
      errorCode: null,
      requestedBy: tx.actor,
      createdAt: tx.now,
      settledAt: null,
    },
  ]);
  planOperation(tx, {
    kind: 'CREDIT',
    key: `${tx.tenantId}:${refundId}:credit`,
    refundId,
    amountMinor: amount.minor,
    currencyCode: amount.currencyCode,
    methodToken,
    reason,
    isFree: true,
  });
  return { refundId };
}
