import type { Pool, PoolClient } from 'pg';
import type { Bus, Publisher, ReplayRequest } from './bus.ts';
import { crashPoint } from './crash-points.ts';
import { envelopeOf, type EventEnvelope, type OutboxRow, type StoredMessage } from './envelope.ts';

/** What a relay tells about itself. */
export interface RelayStatus {
  readonly isLeader: boolean;
  /** Messages handed to the bus and not yet safe. */
  readonly inFlight: number;
}

/** Carries a subgraph's outbox to the bus. */
export interface Relay extends Publisher {
  /** Hands over what this process has committed just now. Whatever is not handed over is found by the next poll. */
  offer(messages: readonly StoredMessage[]): void;
  status(): RelayStatus;
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly subgraph: string;
  /** Connects as the relay role. */
  readonly pool: Pool;
  readonly bus: Bus;
  readonly onError: (message: string, error: unknown) => void;
  /** Hears of each committed message when it is handed to the bus: at least once, and in order unless repeated. */
  readonly onHanded?: (envelope: EventEnvelope) => void;
  /** How long to rest when nobody wakes the relay. */
  readonly pollMs?: number;
}

const batchSize = 200;
const maxInFlight = 600;
// Until then only a crash would notice, and publish again what consumers know already.
const markAfterMs = 100;
const rememberedAggregates = 10_000;
const retryAfterMs = 250;
const refillSize = 5_000;

/**
 * Starts the relay of one outbox. There is one leader per outbox, by an advisory lock on a connection of its own:
 * two would only double and reorder messages, which consumers bear, but one is enough. Unpublished rows are read in
 * the order of their identity, never from a cursor on it: a transaction that took a lower identity may commit later.
 */
export function startRelay(options: RelayOptions): Relay {
  const { subgraph, pool, bus, onError } = options;
  // Another process's commits are found by looking; one's own are handed over.
  const pollMs = options.pollMs ?? (bus.isLocal ? 1_000 : 100);
  const lockName = `ordergraph:relay:${subgraph}`;
  const inFlight = new Set<string>();
  const published: string[] = [];
  const deliveries = new Set<Promise<void>>();
  // Rows that a consumer misses: the broker must not take their next publication for a duplicate.
  const repeats = new Set<string>();
  // The last sequence that was handed over, of the aggregates that were busy lately.
  const lastHanded = new Map<string, number>();
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
    let isLocked = false;
    const lost = (error: Error): void => {
      if (leader !== client) return;
      leader = undefined;
      client.release(error);
    };
    client.on('error', lost);
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
        [lockName],
      );
      isLocked = rows[0]?.locked === true;
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (isLocked) {
      leader = client;
      return true;
    }
    client.off('error', lost);
    client.release();
    return false;
  }

  /** Lets the next process lead. The lock belongs to the connection, so a connection that cannot unlock is closed. */
  async function resign(): Promise<void> {
    const client = leader;
    leader = undefined;
    if (!client) return;
    const isUnlocked = await client.query('select pg_advisory_unlock_all()').then(
      () => true,
      () => false,
    );
    client.release(!isUnlocked);
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

  function remember({ tenantId, aggregateId, sequence }: EventEnvelope): void {
    const key = `${tenantId}:${aggregateId}`;
    lastHanded.delete(key);
    lastHanded.set(key, sequence);
    if (lastHanded.size <= rememberedAggregates) return;
    const [oldest] = lastHanded.keys();
    if (oldest !== undefined) lastHanded.delete(oldest);
  }

  /** What comes before it was handed over, so it would not overtake a row that only a poll finds. */
  const isNext = ({ tenantId, aggregateId, sequence }: EventEnvelope): boolean =>
    (lastHanded.get(`${tenantId}:${aggregateId}`) ?? 0) === sequence - 1;

  function hand(outboxId: string, envelope: EventEnvelope): void {
    // Offered by its writer and found by a poll at the same moment.
    if (inFlight.has(outboxId)) return;
    inFlight.add(outboxId);
    remember(envelope);
    options.onHanded?.(envelope);
    const isRepeat = repeats.delete(outboxId);
    const delivery = bus
      .publish(envelope, { isRepeat })
      .then(() => {
        crashPoint('events.after-publish', envelope.type);
        published.push(outboxId);
        markSoon();
      })
      .catch((error: unknown) => {
        if (!stopped) onError(`Publishing ${envelope.type} ${envelope.id} failed; it will be tried again.`, error);
        if (isRepeat) repeats.add(outboxId);
        setTimeout(() => {
          inFlight.delete(outboxId);
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
    for (const row of rows) hand(row.id, envelopeOf(subgraph, row));
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
    offer(messages) {
      for (const { outboxId, envelope } of messages) {
        // Only who leads publishes, and without room it waits for the next look.
        if (leader && !stopped && inFlight.size < maxInFlight && isNext(envelope)) hand(outboxId, envelope);
        else wake();
      }
    },
    status: () => ({ isLeader: leader !== undefined, inFlight: inFlight.size }),
    async replay(request: ReplayRequest) {
      // Every process of a publisher hears the request; the one that publishes answers it. Whoever asks in a moment
      // without a leader asks again.
      if (!leader) return;
      const { rows } = await pool.query<{ id: string }>(
        `update "${subgraph}"."outbox" set published_at = null
         where tenant_id = $1 and aggregate_id = $2 and sequence between $3 and $4 and published_at is not null
         returning id`,
        [request.tenantId, request.aggregateId, request.fromSequence, request.toSequence],
      );
      for (const { id } of rows) repeats.add(id);
      wake();
    },
    async refill() {
      // What the lost broker confirmed a moment ago must be marked before the marks are taken away.
      await marking;
      await markPublished();
      // In parts, because the role's statements end after a few seconds.
      for (let last = '0'; ;) {
        const { rows } = await pool.query<{ last: string | null }>(
          `with part as (select id from "${subgraph}"."outbox" where id > $1 order by id limit $2), cleared as (
             update "${subgraph}"."outbox" o set published_at = null from part p
             where o.id = p.id and o.published_at is not null
           ) select max(id)::text as last from part`,
          [last, refillSize],
        );
        wake();
        const reached = rows[0]?.last;
        if (reached == null) return;
        last = reached;
      }
    },
    async stop() {
      stopped = true;
      wake();
      await running;
      await Promise.all(deliveries);
      await marking;
      await markPublished();
      await resign();
    },
  };
}
