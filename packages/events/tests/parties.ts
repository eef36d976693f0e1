import { createSealing } from '@ordergraph/sealing';
import { applicationRole, forTenant, newId, query, relayRole } from '@ordergraph/tenancy';
import { waitFor, type TestDatabase } from '@ordergraph/testing';
import { Pool } from 'pg';
import {
  createConsumer,
  createTransactor,
  startRelay,
  startRetries,
  type Bus,
  type Cause,
  type EventEnvelope,
  type Relay,
  type Transaction,
  type StoredMessage,
  type Transactor,
} from '../src/index.ts';
import { ask, connect, managerOf, type Party } from './messaging-database.ts';

export const systemCause = (tenantId: string): Cause => ({
  tenantId,
  actor: { type: 'SYSTEM', id: null },
  correlationId: newId(),
  causationId: null,
  commandKey: null,
  traceparent: null,
});

export interface Publishing extends AsyncDisposable {
  readonly relay: Relay;
  readonly pool: Pool;
  readonly errors: string[];
  /** Runs work in one transaction of the publisher. */
  transact(tenantId: string, work: (tx: Transaction) => Promise<void> | void): Promise<void>;
  /** Commits `count` messages of one aggregate, each in a transaction of its own. */
  publish(tenantId: string, productId: string, count?: number): Promise<void>;
  stop(): Promise<void>;
}

async function open(database: TestDatabase, party: Party, offer: (messages: readonly StoredMessage[]) => void) {
  const orm = await connect(party, database.urlFor(applicationRole(party)));
  const pool = new Pool({ connectionString: database.urlFor(relayRole(party)), max: 4 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const transactor: Transactor = createTransactor(party, {
    clock: () => new Date(),
    sealing: createSealing({ masterKey: Buffer.alloc(32) }),
    isRunning: () => true,
    offer,
    wake: () => undefined,
    publishLive: () => undefined,
  });
  const close = async (): Promise<void> => {
    await pool.end();
    await orm.close(true);
  };
  return { em: managerOf(orm), pool, transactor, close };
}

/** Catalog, which publishes. */
export async function startPublisher(database: TestDatabase, bus: Bus): Promise<Publishing> {
  const errors: string[] = [];
  const { em, pool, transactor, close } = await open(database, 'catalog', (messages) => relay.offer(messages));
  const relay = startRelay({ subgraph: 'catalog', pool, bus, onError: (message) => errors.push(message), pollMs: 20 });
  await bus.addPublisher(relay);

  const transact: Publishing['transact'] = (tenantId, work) =>
    transactor.transact(forTenant(em, tenantId), systemCause(tenantId), async (tx) => {
      await work(tx);
    });
  async function stop(): Promise<void> {
    await relay.stop();
    await close();
  }
  return {
    relay,
    pool,
    errors,
    transact,
    async publish(tenantId, productId, count = 1) {
      for (let index = 0; index < count; index += 1) {
        await transact(tenantId, (tx) => tx.publish('ProductArchived', { productId, variantIds: [] }));
      }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export interface Effect {
  readonly aggregateId: string;
  readonly sequence: number;
  readonly eventId: string;
}

export interface ParkedRow {
  readonly aggregateId: string;
  readonly sequence: number;
  readonly state: string;
  readonly attempts: number;
}

export interface Consuming extends AsyncDisposable {
  readonly errors: string[];
  /** Takes a message as the bus would hand it over. */
  deliver(event: EventEnvelope): Promise<void>;
  transact<Result>(tenantId: string, work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  effects(tenantId: string, aggregateId?: string): Promise<Effect[]>;
  /** Sequences of an aggregate's effects, in the order in which they happened. */
  sequences(tenantId: string, aggregateId: string): Promise<number[]>;
  parked(tenantId: string): Promise<ParkedRow[]>;
  mark(tenantId: string, aggregateId: string): Promise<number>;
  stop(): Promise<void>;
}

export interface ConsumingOptions {
  readonly party?: 'orders' | 'inventory';
  /** Runs before the effect, in its transaction. A throw fails the attempt. */
  readonly before?: (event: EventEnvelope, tx: Transaction) => Promise<void> | void;
  /** Runs after the effect, in its transaction. */
  readonly after?: (event: EventEnvelope, tx: Transaction) => Promise<void> | void;
  /** Stands between the bus and the consumer. */
  readonly wrap?: (deliver: (event: EventEnvelope) => Promise<void>) => (event: EventEnvelope) => Promise<void>;
  readonly retryMs?: number;
}

/** A subgraph that listens to ProductArchived, and to nothing else of catalog. */
export async function startConsumer(
  database: TestDatabase,
  bus: Bus,
  options: ConsumingOptions = {},
): Promise<Consuming> {
  const party = options.party ?? 'orders';
  const errors: string[] = [];
  const onError = (message: string, error: unknown): void => {
    errors.push(`${message} ${error instanceof Error ? error.message : ''}`);
  };
  const { em, pool, transactor, close } = await open(database, party, () => undefined);
  const consumer = createConsumer({
    subgraph: party,
    em,
    transactor,
    bus,
    onError,
    retryMs: options.retryMs ?? 10,
    handlers: {
      ProductArchived: async (tx, _payload, event) => {
        await options.before?.(event, tx);
        await query(
          tx.em,
          `insert into "${party}"."effect" (tenant_id, event_id, aggregate_id, sequence) values ($1, $2, $3, $4)`,
          [event.tenantId, event.id, event.aggregateId, event.sequence],
        );
        await options.after?.(event, tx);
      },
    },
  });
  const deliver = options.wrap?.(consumer.deliver) ?? consumer.deliver;
  for (const publisher of consumer.publishers) await bus.subscribe({ consumer: party, publisher, deliver });
  const retries = startRetries({ subgraph: party, pool, consumer, onError, pollMs: 10 });

  const effects: Consuming['effects'] = (tenantId, aggregateId) =>
    ask<Effect>(
      database,
      `select aggregate_id as "aggregateId", sequence, event_id as "eventId" from "${party}"."effect"
       where tenant_id = $1 and ($2::uuid is null or aggregate_id = $2) order by position`,
      [tenantId, aggregateId ?? null],
    );
  async function stop(): Promise<void> {
    await retries.stop();
    await consumer.stop();
    await close();
  }
  return {
    errors,
    deliver: consumer.deliver,
    transact: (tenantId, work) => transactor.transact(forTenant(em, tenantId), systemCause(tenantId), work),
    effects,
    sequences: async (tenantId, aggregateId) => (await effects(tenantId, aggregateId)).map(({ sequence }) => sequence),
    parked: (tenantId) =>
      ask<ParkedRow>(
        database,
        `select aggregate_id as "aggregateId", sequence, state, attempts from "${party}"."parked_event"
         where tenant_id = $1 order by aggregate_id, sequence`,
        [tenantId],
      ),
    async mark(tenantId, aggregateId) {
      const [row] = await ask<{ sequence: number }>(
        database,
        `select sequence from "${party}"."consumer_mark" where tenant_id = $1 and aggregate_id = $2`,
        [tenantId, aggregateId],
      );
      return row?.sequence ?? 0;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Every row of the outbox, as messages, in the order of insertion. */
export async function outboxOf(database: TestDatabase, tenantId: string): Promise<EventEnvelope[]> {
  return ask<EventEnvelope>(
    database,
    `select event_id as id, type, version, 'catalog' as publisher, tenant_id as "tenantId", aggregate_id as "aggregateId",
       sequence, occurred_at::text as "occurredAt", correlation_id as "correlationId", causation_id as "causationId",
       command_key as "commandKey", jsonb_build_object('type', actor_type, 'id', actor_id) as actor, traceparent,
       classification, payload from catalog.outbox where tenant_id = $1 order by outbox.id`,
    [tenantId],
  );
}

/** Resolves when the relay has marked everything as published. */
export async function published(database: TestDatabase): Promise<void> {
  await waitFor(
    async () => {
      const rows = await ask(database, 'select 1 from catalog.outbox where published_at is null limit 1');
      return rows.length === 0;
    },
    { timeoutMs: 20_000, describe: 'an outbox without unpublished rows' },
  );
}

/** 1 to n. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
