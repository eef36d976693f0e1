import { randomUUID } from 'node:crypto';
import { waitFor } from '@ordergraph/testing';
import { Webhook } from 'standardwebhooks';
import { webhookSecrets, type Depot } from './depot.ts';

/** A fix as the simulated carrier's webhooks carry it. */
export interface SentFix {
  readonly sequence: number;
  readonly at: string;
  readonly lat: number;
  readonly lng: number;
  readonly accuracy?: number;
}

/** Webhooks made by the test, as the carrier would make them. */
export interface WebhookSender {
  /** Posts messages of a merchant and answers the status; `as` repeats an earlier id. */
  post(account: string, messages: readonly object[], as?: { id?: string; secret?: string }): Promise<number>;
  /** Posts fixes, a hundred at a time, and waits until all are worked through. */
  fixes(account: string, reference: string, fixes: readonly SentFix[]): Promise<void>;
  settled(): Promise<void>;
}

export function senderTo({ house, url }: Depot): WebhookSender {
  const settled = async (): Promise<void> => {
    await waitFor(
      async () => {
        const [row] = await house
          .subgraph('logistics')
          .runtime.crossTenant<{ due: number }>(
            'select count(*)::int as due from "logistics"."carrier_webhook" where due_at is not null',
          );
        return row?.due === 0;
      },
      { describe: () => `webhooks to be worked through; logged: ${house.logged.slice(-3).join(' | ')}` },
    );
  };
  const sender: WebhookSender = {
    settled,
    async post(account, messages, { id = `msg_${randomUUID()}`, secret = webhookSecrets[1] ?? '' } = {}) {
      const body = JSON.stringify({ type: 'tracking.updated', data: { account, messages } });
      const now = new Date();
      const response = await fetch(`${url}/carriers/simulator/webhook`, {
        method: 'POST',
        headers: {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          'webhook-signature': new Webhook(secret).sign(id, now, body),
        },
        body,
      });
      await response.text();
      return response.status;
    },
    async fixes(account, reference, fixes) {
      for (let from = 0; from < fixes.length; from += 100) {
        const messages = fixes.slice(from, from + 100).map((fix) => ({ type: 'position', reference, ...fix }));
        const status = await sender.post(account, messages);
        if (status !== 202) throw new Error(`Expected 202, got ${status}.`);
      }
      await settled();
    },
  };
  return sender;
}
