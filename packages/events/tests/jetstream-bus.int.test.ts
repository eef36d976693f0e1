import { newId } from '@ordergraph/tenancy';
import { findNatsServer, startNatsServer, waitFor, type NatsServer, type TestDatabase } from '@ordergraph/testing';
import { AckPolicy, connect, headers, nanos, type JetStreamClient, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JetStreamBus, type Bus } from '../src/index.ts';
import { describeBus } from './bus-contract.ts';
import { aMessagingDatabase } from './messaging-database.ts';
import { outboxOf, published, startConsumer, startPublisher, upTo } from './parties.ts';

const source = findNatsServer();
const skip = source.kind === 'none';
if (source.kind === 'none') process.stderr.write(`Skipped, ${source.reason}.\n`);

let nats: NatsServer;
let errors: string[] = [];
beforeAll(async () => {
  if (!skip) nats = await startNatsServer(source);
});
afterAll(async () => {
  if (!skip) await nats.stop();
});

const openBus = (): Promise<Bus> =>
  JetStreamBus.connect({ servers: nats.url, onError: (message) => errors.push(message) });

/** Each test begins with an empty broker, where the server is ours. */
async function emptyBroker(): Promise<void> {
  if (!nats.isOwn) return;
  const connection = await connect({ servers: nats.url });
  const manager = await connection.jetstreamManager();
  await manager.streams.delete('EVT').catch(() => false);
  await connection.close();
}

describeBus(
  'the bus over JetStream',
  async () => {
    await emptyBroker();
    return openBus();
  },
  { skip },
);

describe.skipIf(skip)('messages on the wire', () => {
  let database: TestDatabase;
  let bus: Bus;
  let raw: NatsConnection;
  let client: JetStreamClient;
  beforeEach(async () => {
    errors = [];
    await emptyBroker();
    database = await aMessagingDatabase();
    bus = await openBus();
    raw = await connect({ servers: nats.url });
    client = raw.jetstream();
  });
  afterEach(async () => {
    await raw.close();
    await bus.close();
    await database.drop();
  });

  const attributesOf = (tenantId: string, aggregateId: string, over: Record<string, string> = {}) => {
    const all = {
      id: newId(),
      type: 'ordergraph.catalog.ProductArchived.v1',
      subject: aggregateId,
      time: new Date().toISOString(),
      tenantid: tenantId,
      correlationid: newId(),
      sequence: '1',
      actortype: 'SYSTEM',
      dataclassification: 'INTERNAL',
      ...over,
    };
    const attributes = headers();
    for (const [name, value] of Object.entries(all)) attributes.set(`ce-${name}`, value);
    return attributes;
  };

  test.for([
    ['names another tenant than its subject', (): Record<string, string> => ({ tenantid: newId() })],
    ['names another aggregate than its subject', (): Record<string, string> => ({ subject: newId() })],
    ['names another publisher than its subject', () => ({ type: 'ordergraph.payments.ProductArchived.v1' })],
    ['has an id that no column can hold', () => ({ correlationid: 'x' })],
    ['counts from nothing', () => ({ sequence: '' })],
    ['has an actor of no kind', () => ({ actortype: 'ROOT' })],
  ] as const)('a message that %s is refused for good', async ([, over]) => {
    await using orders = await startConsumer(database, bus);
    const [tenantId, productId] = [newId(), newId()];
    const subject = `evt.${tenantId}.catalog.ProductArchived.${productId}`;
    const data = JSON.stringify({ productId, variantIds: [] });

    await client.publish(subject, data, { headers: attributesOf(tenantId, productId, over()) });
    await client.publish(subject, data, { headers: attributesOf(tenantId, productId) });

    await waitFor(async () => (await orders.effects(tenantId)).length === 1);
    expect(errors.filter((error) => error.includes('refuses a message'))).toHaveLength(1);
    const manager = await raw.jetstreamManager();
    await waitFor(async () => (await manager.consumers.info('EVT', 'orders-catalog')).num_ack_pending === 0);
  });

  test('a message that is not JSON is refused for good', async () => {
    await using orders = await startConsumer(database, bus);
    const [tenantId, productId] = [newId(), newId()];
    const subject = `evt.${tenantId}.catalog.ProductArchived.${productId}`;

    await client.publish(subject, '{', { headers: attributesOf(tenantId, productId) });
    await client.publish(subject, '{}', { headers: attributesOf(tenantId, productId, { sequence: '2' }) });

    await waitFor(async () => (await orders.parked(tenantId)).length === 1);
    expect(errors.filter((error) => error.includes('refuses a message'))).toHaveLength(1);
  });

  test('a request for a replay that is no request is refused and harms nothing', async () => {
    await using orders = await startConsumer(database, bus);
    await using catalog = await startPublisher(database, bus);
    const [tenantId, productId] = [newId(), newId()];

    raw.publish('replay.catalog', 'nonsense');
    raw.publish('replay.catalog', '{"publisher":"catalog"}');

    await waitFor(() => errors.length === 2);
    await catalog.publish(tenantId, productId);
    await waitFor(async () => (await orders.effects(tenantId)).length === 1);
  });

  test.skipIf(source.kind === 'url')('nothing is let through before the look whether the stream was lost', async () => {
    const manager = await raw.jetstreamManager();
    const storedAtRefill: number[] = [];
    const [tenantId, productId] = [newId(), newId()];
    const publishing = bus.publish({
      id: newId(),
      type: 'ProductArchived',
      version: 1,
      publisher: 'catalog',
      tenantId,
      aggregateId: productId,
      sequence: 1,
      occurredAt: new Date().toISOString(),
      correlationId: newId(),
      causationId: null,
      commandKey: null,
      actor: { type: 'SYSTEM', id: null },
      traceparent: null,
      classification: 'INTERNAL',
      payload: { productId, variantIds: [] },
    });

    await bus.addPublisher({
      name: 'catalog',
      replay: async () => undefined,
      refill: async () => void storedAtRefill.push((await manager.streams.info('EVT')).state.messages),
    });

    await publishing;
    expect(storedAtRefill).toEqual([0]);
  });

  test('a consumer that waits otherwise, as an earlier version made it, keeps its place and waits as it should', async () => {
    const manager = await raw.jetstreamManager();
    await manager.consumers.add('EVT', {
      durable_name: 'inventory-catalog',
      filter_subject: 'evt.*.catalog.>',
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(30_000),
      max_ack_pending: 256,
    });
    const before = await manager.consumers.info('EVT', 'inventory-catalog');

    await using _inventory = await startConsumer(database, bus, { party: 'inventory' });

    const after = await manager.consumers.info('EVT', 'inventory-catalog');
    expect(after.config.ack_wait).toBe(nanos(5_000));
    expect(after.created).toBe(before.created);
  });

  test('what was in the hands of a process that died comes to the next one within seconds, and a slow one keeps its own', async () => {
    const dying = await openBus();
    {
      await using _inventory = await startConsumer(database, dying, { party: 'inventory' });
    }
    await dying.close();
    let deliveries = 0;
    const isFree = Promise.withResolvers<void>();
    await using orders = await startConsumer(database, bus, {
      wrap: (deliver) => async (event) => {
        deliveries += 1;
        await isFree.promise;
        await deliver(event);
      },
    });
    await using catalog = await startPublisher(database, bus);
    const tenantId = newId();
    await catalog.publish(tenantId, newId());
    await waitFor(() => deliveries === 1);
    const hands = await client.consumers.get('EVT', 'inventory-catalog');
    expect((await hands.next())?.subject).toContain(tenantId);

    await using inventory = await startConsumer(database, bus, { party: 'inventory' });
    try {
      await waitFor(async () => (await inventory.effects(tenantId)).length === 1, { timeoutMs: 20_000 });
      // Delivered before the other one, which has come again meanwhile.
      expect(deliveries).toBe(1);
    } finally {
      isFree.resolve();
    }
    await waitFor(async () => (await orders.effects(tenantId)).length === 1);
  });

  test('carries the attributes of CloudEvents', async () => {
    await using catalog = await startPublisher(database, bus);
    const [tenantId, productId] = [newId(), newId()];
    await catalog.publish(tenantId, productId);
    await published(database);
    const manager = await raw.jetstreamManager();

    const stored = await manager.streams.getMessage('EVT', { last_by_subj: `evt.${tenantId}.>` });

    const [event] = await outboxOf(database, tenantId);
    expect(stored.subject).toBe(`evt.${tenantId}.catalog.ProductArchived.${productId}`);
    expect(stored.header.get('Nats-Msg-Id')).toBe(event?.id);
    expect(stored.header.get('ce-id')).toBe(event?.id);
    expect(stored.header.get('ce-specversion')).toBe('1.0');
    expect(stored.header.get('ce-source')).toBe('/ordergraph/catalog');
    expect(stored.header.get('ce-sequence')).toBe('00000000000000000001');
    expect(stored.json()).toEqual({ productId, variantIds: [] });
  });
});

describe.skipIf(skip || source.kind === 'url')('a broker that dies', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    errors = [];
    await emptyBroker();
    database = await aMessagingDatabase();
  });
  afterEach(() => database.drop());

  test('nothing is lost or done twice when it is killed again and again', async () => {
    const bus = await openBus();
    const tenantId = newId();
    const products = [newId(), newId(), newId()];
    {
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);
      for (let round = 0; round < 3; round += 1) {
        for (const productId of products) await catalog.publish(tenantId, productId, 10);
        await nats.kill();
        for (const productId of products) await catalog.publish(tenantId, productId, 10);
        await nats.restart();
      }

      await waitFor(async () => (await orders.effects(tenantId)).length >= 180, { timeoutMs: 40_000 });
      await published(database);
      for (const productId of products) expect(await orders.sequences(tenantId, productId)).toEqual(upTo(60));
    }
    await bus.close();
  });

  test('is refilled from the outboxes when it comes back without its store', async () => {
    const bus = await openBus();
    const tenantId = newId();
    const productId = newId();
    {
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);
      await catalog.publish(tenantId, productId, 20);
      await waitFor(async () => (await orders.effects(tenantId)).length === 20);
      await published(database);

      await nats.wipe();
      await catalog.publish(tenantId, productId, 5);
      await nats.restart();

      await waitFor(async () => (await orders.effects(tenantId)).length === 25, { timeoutMs: 30_000 });
      await using inventory = await startConsumer(database, bus, { party: 'inventory' });
      await waitFor(async () => (await inventory.effects(tenantId)).length === 25, { timeoutMs: 30_000 });
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(25));
      expect(await inventory.sequences(tenantId, productId)).toEqual(upTo(25));
    }
    await bus.close();
  });

  test('is refilled at start when its store was lost while nobody looked', async () => {
    const tenantId = newId();
    const productId = newId();
    const before = await openBus();
    {
      await using catalog = await startPublisher(database, before);
      await catalog.publish(tenantId, productId, 5);
      await published(database);
      await before.close();
      // Unpublished when the next process starts: it must not make the empty stream look like one that was kept.
      await catalog.publish(tenantId, newId());
    }
    await nats.wipe();
    await nats.restart();

    const bus = await openBus();
    {
      await using orders = await startConsumer(database, bus);
      await using _catalog = await startPublisher(database, bus);

      await waitFor(async () => (await orders.effects(tenantId)).length === 6, { timeoutMs: 20_000 });
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(5));
    }
    await bus.close();
  });

  test('closing without a server to talk to does not hang', async () => {
    const bus = await openBus();
    await using orders = await startConsumer(database, bus);
    await using catalog = await startPublisher(database, bus);
    await nats.kill();

    await bus.close();

    await catalog.publish(newId(), newId());
    expect(orders.errors).toEqual([]);
    await nats.restart();
  });
});
