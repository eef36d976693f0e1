import type { Transaction } from '@ordergraph/events';
import { newId, write } from '@ordergraph/tenancy';

/** The task that works through what carriers sent. */
export const webhooksTask = 'carrier-webhooks';

/** Keeps what a carrier sent, once per id, to be worked through after the answer. */
export async function receiveWebhook(
  tx: Transaction,
  webhook: { readonly carrierCode: string; readonly webhookId: string; readonly body: string },
): Promise<void> {
  write(
    tx.em,
    `insert into "logistics"."carrier_webhook" (id, tenant_id, carrier_code, webhook_id, body, received_at, attempts, due_at)
     values ($1, $2, $3, $4, $5, $6, 0, $6) on conflict (tenant_id, carrier_code, webhook_id) do nothing`,
    [newId(), tx.tenantId, webhook.carrierCode, webhook.webhookId, webhook.body, tx.now],
  );
  tx.wake(`task:${webhooksTask}`);
}
