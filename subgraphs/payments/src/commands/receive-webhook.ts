import type { Transaction } from '@ordergraph/events';
import { findRow, newId, query } from '@ordergraph/tenancy';
import { ProviderOperation } from '../entities/provider-operation.entity.ts';
import { hurryOperation } from '../operations/operation-rows.ts';
import { operationsTask, planOperation } from '../operations/plan-operation.ts';

/** What a provider's webhook tells: which key to look at. Whatever else it says is not believed. */
export interface WebhookHint {
  readonly gateway: string;
  readonly eventId: string;
  readonly type: string;
  readonly key: string;
}

/**
 * Stores a webhook once and has the provider asked about its key. The order in which webhooks come does not matter,
 * because none of them is taken for the truth.
 */
export async function receiveWebhook(tx: Transaction, hint: WebhookHint): Promise<'stored' | 'duplicate'> {
  const [stored, operation] = await Promise.all([
    query(
      tx.em,
      `insert into "payments"."webhook_event" (id, tenant_id, gateway, event_id, type, key, received_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id, gateway, event_id) do nothing returning 1`,
      [newId(), tx.tenantId, hint.gateway, hint.eventId, hint.type, hint.key, tx.now],
    ),
    findRow(tx.em, ProviderOperation, { key: hint.key }),
  ]);
  if (stored.length === 0) return 'duplicate';
  if (operation?.finishedAt === null) {
    hurryOperation(tx, operation.id);
    tx.wake(`task:${operationsTask}`);
  } else if (operation?.kind === 'REFUND') {
    const { paymentId, orderId, refundId, amountMinor, currencyCode } = operation;
    planOperation(tx, {
      kind: 'RECONCILE',
      key: `${hint.key}:reconcile:${hint.eventId}`,
      chargeKey: hint.key,
      paymentId,
      orderId,
      refundId,
      amountMinor,
      currencyCode,
      command: 'NONE',
    });
  }
  return 'stored';
}
