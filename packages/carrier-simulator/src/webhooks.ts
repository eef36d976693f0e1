import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Message } from './booking.ts';

/** Sends what the carrier has to say to its customers, in order and until they took it. */
export interface WebhookSender {
  send(account: string, messages: readonly Message[]): void;
  /** What was not taken yet and must not be lost: reports, but no positions. */
  unsentReports(): { readonly account: string; readonly messages: readonly Message[] }[];
  /** Resolves when everything was taken, or given up. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const mostInOne = 100;
const mostWaiting = 2_000;
const [firstPauseMs, longestPauseMs] = [250, 30_000];
const timeoutMs = 5_000;

interface Queue {
  messages: Message[];
  sending: Promise<void> | null;
}

/** Standard Webhooks 1.0.0, signed with the first secret, each at most 100 messages of one account. */
export function createWebhookSender(options: {
  readonly url: () => string | null;
  readonly secrets: readonly string[];
  readonly log: (message: string) => void;
}): WebhookSender {
  const [secret] = options.secrets;
  if (secret === undefined) throw new Error('The carrier needs a secret to sign its webhooks with.');
  const webhook = new Webhook(secret);
  const queues = new Map<string, Queue>();
  const stopping = new AbortController();

  async function post(id: string, body: string): Promise<boolean> {
    const url = options.url();
    if (url === null) return false;
    const at = new Date();
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': webhook.sign(id, at, body),
        },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stopping.signal]),
      });
      await response.body?.cancel();
      // Nothing becomes right by being sent again; everything else may.
      if (response.status === 400) options.log('A webhook was refused as malformed and is given up.');
      return response.ok || response.status === 400;
    } catch {
      return false;
    }
  }

  async function drain(account: string, queue: Queue): Promise<void> {
    while (queue.messages.length > 0 && !stopping.signal.aborted) {
      const batch = queue.messages.slice(0, mostInOne);
      const id = `msg_${randomUUID()}`;
      const timestamp = new Date().toISOString();
      const body = JSON.stringify({ type: 'tracking.updated', timestamp, data: { account, messages: batch } });
      for (let pauseMs = firstPauseMs; !(await post(id, body)); pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
        await pause(pauseMs * (0.5 + Math.random()), undefined, { signal: stopping.signal }).catch(() => undefined);
        if (stopping.signal.aborted) return;
      }
      const taken = new Set(batch);
      queue.messages = queue.messages.filter((message) => !taken.has(message));
    }
  }

  function send(account: string, messages: readonly Message[]): void {
    const queue = queues.get(account) ?? { messages: [], sending: null };
    queues.set(account, queue);
    // Copies, so that the same message said twice is two.
    queue.messages.push(...messages.map((message) => ({ ...message })));
    // Old positions are worth nothing; what happened to a parcel is.
    let surplus = queue.messages.length - mostWaiting;
    if (surplus > 0) {
      queue.messages = queue.messages.filter((message) => message.type !== 'position' || (surplus -= 1) < 0);
    }
    queue.sending ??= drain(account, queue).finally(() => {
      queue.sending = null;
      if (queue.messages.length > 0 && !stopping.signal.aborted) send(account, []);
    });
  }

  return {
    send,
    unsentReports: () =>
      [...queues].map(([account, { messages }]) => ({
        account,
        messages: messages.filter(({ type }) => type === 'status'),
      })),
    async idle() {
      for (const { sending } of queues.values()) await sending;
    },
    async stop() {
      stopping.abort();
      for (const { sending } of queues.values()) await sending?.catch(() => undefined);
    },
  };
}
