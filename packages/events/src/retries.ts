import type { Pool } from 'pg';
import type { Consumer } from './consumer.ts';
import type { EventEnvelope } from './envelope.ts';

/** Tries parked messages again when they are due. */
export interface Retries {
  stop(): Promise<void>;
}

const maxAtOnce = 100;

/** Starts the retry loop of a subgraph. The relay role finds what is due over all tenants; applying runs as its tenant. */
export function startRetries(options: {
  subgraph: string;
  pool: Pool;
  consumer: Consumer;
  onError: (message: string, error: unknown) => void;
  /** How often to look for what is due. */
  pollMs?: number;
}): Retries {
  const { subgraph, pool, consumer, onError } = options;
  const pollMs = options.pollMs ?? 250;
  const atWork = new Map<string, Promise<void>>();
  let stopped = false;
  let wakeUp: (() => void) | undefined;

  /** Starts what is due without waiting for it: a message that takes long must not hold up the others. */
  async function round(): Promise<void> {
    const room = maxAtOnce - atWork.size;
    if (room <= 0) return;
    const { rows } = await pool.query<{ id: string; envelope: EventEnvelope }>(
      `select id, envelope from "${subgraph}"."parked_event"
       where state in ('EARLY', 'FAILED') and next_attempt_at <= now() and id <> all($1::uuid[])
       order by next_attempt_at, sequence limit $2`,
      [[...atWork.keys()], room],
    );
    for (const { id, envelope } of rows) {
      const attempt = consumer
        .retry(envelope)
        .catch((error: unknown) => {
          if (!stopped) onError(`Retrying ${envelope.type} ${envelope.id} failed; it stays parked.`, error);
        })
        .finally(() => atWork.delete(id));
      atWork.set(id, attempt);
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await round();
      } catch (error) {
        if (!stopped) onError(`Looking for parked events of ${subgraph} failed.`, error);
      }
      if (stopped) return;
      await new Promise<void>((resolve) => {
        // Without anything parked by this process, there is only what another one left behind.
        const timer = setTimeout(resolve, consumer.isHolding() ? pollMs : 4 * pollMs);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  const running = run();
  return {
    async stop() {
      stopped = true;
      wakeUp?.();
      await running;
      await Promise.all(atWork.values());
    },
  };
}
