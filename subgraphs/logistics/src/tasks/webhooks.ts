import type { Runtime, Task } from '@ordergraph/subgraph-server';
import {
  countMessages,
  postponeWebhook,
  processWebhook,
  settleParts,
  type WebhookOutcome,
  type WebhookWork,
} from '../commands/process-webhook.ts';
import { webhooksTask } from '../commands/receive-webhook.ts';
import type { LogisticsResources } from '../resources.ts';

type Logistics = Runtime<LogisticsResources>;

interface Due extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly id: string;
}

/** Works through what carriers sent, in the order in which it came, a merchant's one after the other. */
export const workThroughWebhooks: Task<LogisticsResources> = {
  name: webhooksTask,
  everyMs: 1_000,
  async run(runtime) {
    const due = await runtime.crossTenant<Due>(
      `select tenant_id, id from "logistics"."carrier_webhook" where due_at <= now() order by due_at, id limit 50`,
    );
    const byMerchant = [...Map.groupBy(due, ({ tenant_id: tenantId }) => tenantId).values()];
    const counts = await Promise.all(
      byMerchant.map(async (webhooks) => {
        let count = 0;
        for (const { tenant_id: tenantId, id } of webhooks) {
          await workThrough(runtime, tenantId, { id, carrierOf: (code) => runtime.resources.carrier(code) });
          count += 1;
        }
        return count;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  },
};

async function workThrough(runtime: Logistics, tenantId: string, work: WebhookWork): Promise<void> {
  try {
    tell(runtime, await runtime.transactAsSystem(tenantId, (tx) => processWebhook(tx, work)));
  } catch (error) {
    runtime.log('A webhook of a carrier could not be worked through; it is tried again.', error);
    const fate = await runtime.transactAsSystem(tenantId, (tx) => postponeWebhook(tx, work.id, textOf(error)));
    if (fate === 'GIVEN_UP') {
      runtime.log(
        `The webhook ${work.id} of a carrier is GIVEN UP: not all that it says has had its effect. See docs/how-to/recover.md.`,
      );
    }
    if (fate === 'TRIED_IN_PARTS') await workThroughInParts(runtime, tenantId, work);
  }
}

/**
 * Works through a webhook message by message: one that nothing can be done with must not hold up the others. What could not
 * be done stays due with the whole, because nobody can tell a message that is at fault from a moment that was.
 */
async function workThroughInParts(runtime: Logistics, tenantId: string, work: WebhookWork): Promise<void> {
  const count = await runtime.transactAsSystem(tenantId, (tx) => countMessages(tx, work));
  const problems: string[] = [];
  for (let only = 0; only < count; only += 1) {
    try {
      const outcome = await runtime.transactAsSystem(tenantId, (tx) => processWebhook(tx, { ...work, only }));
      if (!outcome) return;
      tell(runtime, outcome);
    } catch (error) {
      problems.push(`Message ${only + 1} of ${count}: ${textOf(error)}`);
    }
  }
  if (count === 0) return;
  const problem = problems.length > 0 ? problems.join(' ') : null;
  await runtime.transactAsSystem(tenantId, (tx) => settleParts(tx, work.id, problem));
}

function tell(runtime: Logistics, outcome: WebhookOutcome | null): void {
  if (!outcome) return;
  const { unknownWords, strangers, oddTimes } = outcome;
  for (const word of unknownWords) runtime.log(`A carrier said ${JSON.stringify(word)}, which nobody here knows.`);
  for (const time of oddTimes) runtime.log(`A carrier reported something of ${time.toISOString()}, which cannot be.`);
  if (strangers > 0) runtime.log(`A webhook had ${strangers} messages about parcels that the merchant does not have.`);
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
