import type { Pool, PoolClient } from 'pg';
import type { Bus, Publisher, ReplayRequest } from './bus.ts';
import { envelopeOf, type OutboxRow } from './envelope.ts';

/** What a relay tells about itself. */
export interface RelayStatus {
  readonly isLeader: boolean;
  /** Messages handed to the bus and not yet safe. */
  readonly inFlight: number;
}

/** Carries a subgraph's outbox to the bus. */
export interface Relay extends Publisher {
  /** Says that something was committed: look now rather than at the next poll. */
  wake(): void;
  status(): RelayStatus;
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly subgraph: string;
  /** Connects as the relay role. */
  readonly pool: Pool;
  readonly bus: Bus;
  readonly onError: (message: string, error: unknown) => void;
  /** How long to rest when nobody wakes the relay. */
  readonly pollMs?: number;
}

const batchSize = 200;
const maxInFlight = 600;
const markAfterMs = 15;
const retryAfterMs = 250;

/**
 * Starts the relay of one outbox. There is one leader per outbox, by an advisory lock on a connection of its own:
 * two would only double and reorder messages, which consumers bear, but one is enough. Unpublished rows are read in
 * the order of their identity, never from a cursor on it: a transaction that took a lower identity may commit later.
 */
export function startRelay(options: RelayOptions): Relay {
  const { subgraph, pool, bus, onError } = options;
  const pollMs = options.pollMs ?? 100;
  const lockName = `ordergraph:relay:${subgraph}`;
  const inFlight = new Set<string>();
  const published: string[] = [];
  const deliveries = new Set<Promise<void>>();
  let leader: PoolClient | undefined;
  let stopped = false;
  let isWoken = false;
  let rest: { done: () => void } | undefined;
  let marking: Promise<void> | undefined;

  const wake = (): void => {
    isWoken = true;
    rest?.done();
  };

  /** Keeps the advisory lock as long as its connection lives; a lost connection means somebody else may lead. */
  async function lead(): Promise<boolean> {
    if (leader) return true;
    const client = await pool.connect();
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [lockName],
    );
    if (rows[0]?.locked !== true) {
      client.release();
      return false;
    }
    client.on('error', () => {
      leader = undefined;
    });
    leader = client;
    return true;
  }

  async function markPublished(): Promise<void> {
    const ids = published.splice(0, published.length);
    if (ids.length === 0) return;
    try {
      await pool.query(`update "${subgraph}"."outbox" set published_at = now() where id = any($1::bigint[])`, [ids]);
    } catch (error) {
      onError('Marking published messages failed; they will be published again.', error);
    }
    for (const id of ids) inFlight.delete(id);
    if (inFlight.size >= maxInFlight - batchSize) wake();
  }

  function markSoon(): void {
    marking ??= new Promise<void>((resolve) => setTimeout(resolve, published.length >= batchSize ? 0 : markAfterMs))
      .then(markPublished)
      .finally(() => {
        marking = undefined;
        if (published.length > 0) markSoon();
      });
  }

  function hand(row: OutboxRow): void {
    inFlight.add(row.id);
    const delivery = bus
      .publish(envelopeOf(subgraph, row))
      .then(() => {
        published.push(row.id);
        markSoon();
      })
      .catch((error: unknown) => {
        if (!stopped) onError(`Publishing ${row.type} ${row.event_id} failed; it will be tried again.`, error);
        setTimeout(() => {
          inFlight.delete(row.id);
          wake();
        }, retryAfterMs).unref();
      })
      .finally(() => deliveries.delete(delivery));
    deliveries.add(delivery);
  }

  async function readBatch(): Promise<number> {
    const room = Math.min(batchSize, maxInFlight - inFlight.size);
    if (room <= 0) return 0;
    const { rows } = await pool.query<OutboxRow>(
      `select id, event_id, tenant_id, aggregate_id, sequence, type, version, payload, occurred_at, correlation_id,
         causation_id, command_key, actor_type, actor_id, traceparent, classification
       from "${subgraph}"."outbox" where published_at is null and id <> all($1::bigint[]) order by id limit $2`,
      [[...inFlight], room],
    );
    for (const row of rows) hand(row);
    return rows.length;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        isWoken = false;
        const count = (await lead()) ? await readBatch() : 0;
        if (count === batchSize) continue;
      } catch (error) {
        if (!stopped) onError(`The relay of ${subgraph} cannot read its outbox.`, error);
      }
      if (stopped || isWoken) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        rest = {
          done: () => {
            clearTimeout(timer);
            resolve();
          },
        };
      });
      rest = undefined;
    }
  }

  const running = run();

  return {
    name: subgraph,
    wake,
    status: () => ({ isLeader: leader !== undefined, inFlight: inFlight.size }),
    async replay(request: ReplayRequest) {
      await pool.query(
        `update "${subgraph}"."outbox" set published_at = null
         where tenant_id = $1 and aggregate_id = $2 and sequence >= $3 and published_at is not null`,
        [request.tenantId, request.aggregateId, request.fromSequence],
      );
      wake();
    },
    async refill() {
      await pool.query(`update "${subgraph}"."outbox" set published_at = null where published_at is not null`);
      wake();
    },
    async stop() {
      stopped = true;
      wake();
      await running;
      await Promise.all(deliveries);
      await marking;
      await markPublished();
      if (leader) {
        await leader.query('select pg_advisory_unlock_all()').catch(() => undefined);
        leader.release();
      }
    },
  };
}
