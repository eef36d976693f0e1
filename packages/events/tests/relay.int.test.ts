import { newId, relayRole } from '@ordergraph/tenancy';
import { waitFor, type TestDatabase } from '@ordergraph/testing';
import { Client, Pool } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutboxDirectBus, startRelay, type Bus, type EventEnvelope } from '../src/index.ts';
import { aMessagingDatabase, ask, terminateConnections } from './messaging-database.ts';
import { outboxOf, published, startPublisher, upTo } from './parties.ts';

let database: TestDatabase;
let tenantId: string;
beforeEach(async () => {
  database = await aMessagingDatabase();
  tenantId = newId();
});
afterEach(() => database.drop());

/** A bus that keeps what it was given, and fails on demand. */
class ListeningBus extends OutboxDirectBus {
  readonly heard: EventEnvelope[] = [];
  refuses: (event: EventEnvelope) => boolean = () => false;

  override async publish(event: EventEnvelope): Promise<void> {
    if (this.refuses(event)) throw new Error('refused');
    this.heard.push(event);
  }
}

const fill = (count: number, publishedAt: string): Promise<unknown> =>
  ask(
    database,
    `insert into catalog.outbox (event_id, tenant_id, aggregate_id, sequence, type, version, payload, occurred_at,
       correlation_id, actor_type, classification, published_at)
     select gen_random_uuid(), $1, gen_random_uuid(), 1, 'ProductArchived', 1, '{"variantIds":[]}', now(),
       gen_random_uuid(), 'SYSTEM', 'INTERNAL', ${publishedAt} from generate_series(1, ${count})`,
    [tenantId],
  );

/** The connection that holds the relay's lock. */
async function leaderOf(): Promise<number | undefined> {
  const [lock] = await ask<{ pid: number }>(
    database,
    `select pid from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return lock?.pid;
}

test('finds the few unpublished rows among many published ones by their index', async () => {
  await fill(50_000, 'now()');
  await fill(700, 'null');
  await ask(database, 'vacuum analyze catalog.outbox');
  const client = new Client({ connectionString: database.urlFor(relayRole('catalog')) });
  await client.connect();

  const inFlight = Array.from({ length: 600 }, (_, index) => 50_001 + index);
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }>(
    `explain (analyze, format json) select id, payload from "catalog"."outbox"
     where published_at is null and id <> all($1::bigint[]) order by id limit 200`,
    [inFlight],
  );
  const plan = JSON.stringify(rows[0]?.['QUERY PLAN']);
  await client.end();

  expect(plan).toContain('outbox_unpublished_index');
  expect(plan).not.toContain('Seq Scan');
  expect(plan).not.toContain('"Sort"');
  expect(plan).toContain('"Rows Removed by Filter":600');
});

test('numbers the messages of one aggregate without gaps, whoever publishes and whatever is rolled back', async () => {
  await using catalog = await startPublisher(database, new ListeningBus());
  const [one, other] = [newId(), newId()];

  const outcomes = await Promise.allSettled(
    upTo(60).map((index) =>
      catalog.transact(tenantId, (tx) => {
        const order = index % 2 === 0 ? [one, other, one] : [other, one];
        for (const productId of order) tx.publish('ProductArchived', { productId, variantIds: [] });
        if (index % 5 === 0) throw new Error('rolled back');
      }),
    ),
  );

  const failures = outcomes.filter(({ status }) => status === 'rejected').length;
  const rows = await outboxOf(database, tenantId);
  const sequencesOf = (id: string): number[] => rows.filter((row) => row.aggregateId === id).map((row) => row.sequence);
  expect(failures).toBe(12);
  expect(sequencesOf(one)).toEqual(upTo(72));
  expect(sequencesOf(other)).toEqual(upTo(48));
});

test('a message that does not fit its contract fails the transaction that publishes it', async () => {
  await using catalog = await startPublisher(database, new ListeningBus());
  const productId = newId();
  const payload = { productId, variantIds: [], colour: 'red' };
  const wrong = catalog.transact(tenantId, (tx) => tx.publish('ProductArchived', payload));

  await expect(wrong).rejects.toThrow('does not fit its contract');
  expect(await outboxOf(database, tenantId)).toEqual([]);
});

test('of two relays one works, and the other goes on when that one ends', async () => {
  const [busOne, busTwo] = [new ListeningBus(), new ListeningBus()];
  const one = await startPublisher(database, busOne);
  await waitFor(() => one.relay.status().isLeader);
  await using two = await startPublisher(database, busTwo);
  const productId = newId();

  await one.publish(tenantId, productId, 5);
  await two.publish(tenantId, productId, 5);
  await published(database);
  expect(busOne.heard.map(({ sequence }) => sequence)).toEqual(upTo(10));
  expect(busTwo.heard).toEqual([]);

  await one.stop();
  await two.publish(tenantId, productId, 5);
  await published(database);
  expect(busTwo.heard.map(({ sequence }) => sequence)).toEqual([11, 12, 13, 14, 15]);
});

test('two relays that both believe they lead lose nothing', async () => {
  const [busOne, busTwo] = [new ListeningBus(), new ListeningBus()];
  await using one = await startPublisher(database, busOne);
  await waitFor(() => one.relay.status().isLeader);
  await using two = await startPublisher(database, busTwo);

  const publishing = one.publish(tenantId, newId(), 50);
  await terminateConnections(database, 'relay_catalog');
  await two.publish(tenantId, newId(), 50);
  await publishing;
  await published(database);

  expect(new Set([...busOne.heard, ...busTwo.heard].map(({ id }) => id)).size).toBe(100);
});

test('a bus that refuses one message gets it again, and the others meanwhile', async () => {
  const bus = new ListeningBus();
  let refusals = 0;
  bus.refuses = (event) => event.sequence === 2 && (refusals += 1) < 3;
  await using catalog = await startPublisher(database, bus);

  await catalog.publish(tenantId, newId(), 4);

  await published(database);
  expect(bus.heard.map(({ sequence }) => sequence)).toEqual([1, 3, 4, 2]);
  expect(catalog.errors).toHaveLength(2);
});

test('a statement that fails does not end the loop', async () => {
  const bus = new ListeningBus();
  await using catalog = await startPublisher(database, bus);
  await ask(database, 'revoke select on catalog.outbox from relay_catalog');
  await catalog.publish(tenantId, newId(), 3);
  await waitFor(() => catalog.errors.some((error) => error.includes('cannot read its outbox')));

  await ask(database, 'grant select on catalog.outbox to relay_catalog');

  await published(database);
  expect(bus.heard).toHaveLength(3);
});

test('a relay that loses its connection again and again keeps none of the lost ones', async () => {
  await using catalog = await startPublisher(database, new ListeningBus());

  for (let round = 0; round < 10; round += 1) {
    const before = await waitFor(leaderOf);
    await terminateConnections(database, 'relay_catalog');
    await waitFor(async () => {
      const after = await leaderOf();
      return after !== undefined && after !== before;
    });
  }

  await waitFor(() => catalog.relay.status().isLeader);
  await catalog.publish(tenantId, newId());
  await published(database);
  expect(catalog.pool.totalCount).toBeLessThanOrEqual(4);
  expect(catalog.pool.waitingCount).toBe(0);
});

test('stopping in mid-work leaves no connection, no lock and no promise behind', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const arrived = Promise.withResolvers<void>();
  const slow: Bus = new OutboxDirectBus();
  const answers: PromiseWithResolvers<void>[] = [];
  slow.publish = () => {
    const answer = Promise.withResolvers<void>();
    answers.push(answer);
    if (answers.length === 3) arrived.resolve();
    return answer.promise;
  };
  const pool = new Pool({ connectionString: database.urlFor(relayRole('catalog')), max: 4 });
  const relay = startRelay({ subgraph: 'catalog', pool, bus: slow, onError: () => undefined, pollMs: 10 });
  await fill(3, 'null');
  await arrived.promise;

  const stopping = relay.stop();
  answers[0]?.resolve();
  answers[1]?.reject(new Error('the bus is gone'));
  answers[2]?.resolve();
  await stopping;

  expect(pool.idleCount).toBe(pool.totalCount);
  const locks = await ask(
    database,
    `select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );
  expect(locks).toEqual([]);
  const open = await ask<{ count: number }>(
    database,
    'select count(*)::int as count from catalog.outbox where published_at is null',
  );
  expect(open).toEqual([{ count: 1 }]);
  await pool.end();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('publishes everything again in parts, and only what was asked for again', async () => {
  await fill(12_000, 'now()');
  const bus = new ListeningBus();
  await using catalog = await startPublisher(database, bus);
  const productId = newId();
  await catalog.publish(tenantId, productId, 6);
  await published(database);
  await waitFor(() => catalog.relay.status().isLeader);

  bus.heard.length = 0;
  await catalog.relay.replay({
    publisher: 'catalog',
    tenantId,
    aggregateId: productId,
    fromSequence: 2,
    toSequence: 4,
  });
  await published(database);
  expect(bus.heard.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);

  bus.heard.length = 0;
  await catalog.relay.refill();
  await published(database);
  expect(new Set(bus.heard.map(({ id }) => id)).size).toBe(12_006);
});
