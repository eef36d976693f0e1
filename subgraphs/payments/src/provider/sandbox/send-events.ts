import type { Runtime, Task } from '@ordergraph/subgraph-server';
import { write } from '@ordergraph/tenancy';
import type { SandboxDecision } from '../../entities/sandbox-event.entity.ts';
import type { PaymentResources } from '../../resources.ts';
import { takeWebhook } from '../webhook.ts';
import { signatureHeader, signWebhook } from '../webhook-signature.ts';
import { inBooks } from './books.ts';
import { decide } from './events.ts';

/** The task that decides what the sandbox left open and sends its webhooks. */
export const sandboxEventsTask = 'sandbox-events';

const claimedColumns = ['id', 'tenant_id', 'event_id', 'type', 'key', 'decision', 'attempts'];

/** What the relay role may touch to find what is due. */
export const sandboxEventGrants: readonly string[] = [
  `grant select (${[...claimedColumns, 'due_at', 'delivered_at'].join(', ')}), update (attempts, due_at)
   on "payments"."sandbox_event" to "relay_payments"`,
];

// Due again later unless the delivery is noted: a webhook may come twice, never not at all.
const claim = `
  update "payments"."sandbox_event" e set attempts = e.attempts + 1,
    due_at = now() + least(power(2, e.attempts) * 5, 3600) * interval '1 second'
  from (
    select id from "payments"."sandbox_event" where delivered_at is null and due_at <= now()
    order by due_at limit 20 for update skip locked
  ) due
  where e.id = due.id returning ${claimedColumns.map((column) => `e.${column}`).join(', ')}`;

interface ClaimedEvent extends Record<string, unknown> {
  id: string;
  tenant_id: string;
  event_id: string;
  type: string;
  key: string;
  decision: SandboxDecision | null;
  attempts: number;
}

async function send(runtime: Runtime<PaymentResources>, event: ClaimedEvent): Promise<void> {
  const { settings } = runtime.resources;
  const { event_id: id, type, tenant_id: account, key } = event;
  const body = Buffer.from(JSON.stringify({ id, type, account, key }));
  const signature = signWebhook(settings.webhookSecrets[0] ?? '', body, new Date());
  if (settings.webhookUrl === null) {
    await takeWebhook(runtime, body, signature, new Date());
    return;
  }
  const response = await fetch(settings.webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [signatureHeader]: signature },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`The webhook endpoint answered ${response.status}.`);
}

async function tell(runtime: Runtime<PaymentResources>, event: ClaimedEvent): Promise<void> {
  const { id, tenant_id: tenantId, key, decision } = event;
  if (decision) await inBooks(runtime.em, tenantId, (books) => decide(books, key, decision));
  await send(runtime, event);
  await inBooks(runtime.em, tenantId, async (books) =>
    write(books, `update "payments"."sandbox_event" set delivered_at = now() where id = $1`, [id]),
  );
}

/** Decides and tells what is due. */
export const sendSandboxEvents: Task<PaymentResources> = {
  name: sandboxEventsTask,
  everyMs: 500,
  async run(runtime) {
    const events = await runtime.crossTenant<ClaimedEvent>(claim);
    for (const event of events) {
      await tell(runtime, event).catch((error: unknown) =>
        runtime.log(`The sandbox's webhook ${event.id} was not taken.`, error),
      );
    }
    return events.length;
  },
};
