import type { Transaction } from '@ordergraph/events';
import { newId, query, write } from '@ordergraph/tenancy';

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

const rememberedFor = '1 day';
const forgottenAtOnce = 5_000;

/**
 * Forgets ids of webhooks that nobody could send again: their signatures are long over. Those that were given up stay.
 * Answers how many.
 */
export async function forgetWebhooks(tx: Transaction): Promise<number> {
  const gone = await query(
    tx.em,
    `delete from "logistics"."carrier_webhook" where id in (
       select id from "logistics"."carrier_webhook"
       where tenant_id = $1 and due_at is null and given_up_at is null and received_at < $2::timestamptz - $3::interval limit $4) returning 1`,
    [tx.tenantId, tx.now, rememberedFor, forgottenAtOnce],
  );
  return gone.length;
}
