import type { Runtime, Task } from '@ordergraph/subgraph-server';
import { claimDelivery } from '../commands/claim-delivery.ts';
import type { Senders } from '../mail/senders.ts';

const batchSize = 100;
const senders = 5;

interface Due extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly id: string;
}

/**
 * Sends the mails that are due: those that were not handed over as they were written down, or not sent then. Each is claimed in one transaction, sent outside of any, and settled in another. A
 * process that dies between the mail server's yes and the settling leaves a mail that is sent a second time when its
 * lease ends, with the same Message-ID: SMTP has no way to ask whether the first one arrived. Into a folder there is
 * no second file.
 */
export const deliveries: Task<Senders> = {
  name: 'deliveries',
  everyMs: 2_000,
  async run(runtime) {
    runtime.resources.open(runtime);
    const due = await runtime.crossTenant<Due>(
      `select tenant_id, id from "notifications"."notification"
       where status = 'QUEUED' and due_at <= now() order by due_at limit ${batchSize}`,
    );
    const waiting = due.values();
    let sent = 0;
    const work = async (): Promise<void> => {
      // All senders take from the one iterator, so each mail is taken once.
      for (const { tenant_id, id } of waiting) if (await deliver(runtime, tenant_id, id)) sent += 1;
    };
    await Promise.all(Array.from({ length: senders }, work));
    return sent;
  },
};

/** Sends one mail. False when there was nothing to send. */
async function deliver(runtime: Runtime<Senders>, tenantId: string, notificationId: string): Promise<boolean> {
  const delivery = await runtime.transactAsSystem(tenantId, (tx) => claimDelivery(tx, notificationId));
  if (!delivery) return false;
  await runtime.resources.send(runtime, tenantId, delivery);
  return true;
}
