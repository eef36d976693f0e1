import type { Pool } from 'pg';
import type { Consumer } from './consumer.ts';
import type { EventEnvelope } from './envelope.ts';

/** Tries parked messages again when they are due. */
export interface Retries {
  stop(): Promise<void>;
}

const pollMs = 250;
const batchSize = 100;

/** Starts the retry loop of a subgraph. The relay role finds what is due over all tenants; applying runs as its tenant. */
export function startRetries(options: {
  subgraph: string;
  pool: Pool;
  consumer: Consumer;
  onError: (message: string, error: unknown) => void;
}): Retries {
  const { subgraph, pool, consumer, onError } = options;
  let stopped = false;
  let wakeUp: (() => void) | undefined;

  async function round(): Promise<void> {
    const { rows } = await pool.query<{ envelope: EventEnvelope }>(
      `select envelope from "${subgraph}"."parked_event"
       where state in ('EARLY', 'FAILED') and next_attempt_at <= now()
       order by publisher, aggregate_id, sequence limit $1`,
      [batchSize],
    );
    await Promise.all(rows.map(({ envelope }) => consumer.retry(envelope)));
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await round();
      } catch (error) {
        if (!stopped) onError(`Retrying parked events of ${subgraph} failed.`, error);
      }
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
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
    },
  };
}
