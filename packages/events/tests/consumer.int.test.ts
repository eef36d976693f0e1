import { newId } from '@ordergraph/tenancy';
import { waitFor, type TestDatabase } from '@ordergraph/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutboxDirectBus, type EventEnvelope, type ReplayRequest } from '../src/index.ts';
import { aMessagingDatabase } from './messaging-database.ts';
import { startConsumer, upTo } from './parties.ts';

/** A bus that only notes what it is asked for. */
class AskedBus extends OutboxDirectBus {
  readonly requests: ReplayRequest[] = [];

  override async requestReplay(request: ReplayRequest): Promise<void> {
    this.requests.push(request);
  }
}

let database: TestDatabase;
let bus: AskedBus;
const tenantId = newId();
beforeEach(async () => {
  database = await aMessagingDatabase();
  bus = new AskedBus();
});
afterEach(() => database.drop());

const messagesOf = (productId: string, count: number): EventEnvelope[] =>
  upTo(count).map((sequence) => ({
    id: newId(),
    type: 'ProductArchived',
    version: 1,
    publisher: 'catalog',
    tenantId,
    aggregateId: productId,
    sequence,
    occurredAt: new Date().toISOString(),
    correlationId: newId(),
    causationId: null,
    commandKey: null,
    actor: { type: 'SYSTEM', id: null },
    traceparent: null,
    classification: 'INTERNAL',
    payload: { productId, variantIds: [] },
  }));

// Longer than any test: what happens is then not the work of the retry loop.
const never = 600_000;

test.for([1, 2])(
  'message %i of an aggregate, once failed, keeps its pause however often it is delivered',
  async (poison) => {
    let attempts = 0;
    await using orders = await startConsumer(database, bus, {
      retryMs: never,
      before: (event) => {
        if (event.sequence !== poison) return;
        attempts += 1;
        throw new Error('poison');
      },
    });
    const messages = messagesOf(newId(), poison);

    for (let round = 0; round < 10; round += 1) {
      for (const message of messages) await orders.deliver(message);
    }

    expect(attempts).toBe(1);
    expect(await orders.parked(tenantId)).toMatchObject([{ sequence: poison, state: 'FAILED', attempts: 1 }]);
  },
);

test('messages behind one that keeps failing ask for nothing', async () => {
  await using orders = await startConsumer(database, bus, {
    retryMs: never,
    before: () => {
      throw new Error('poison');
    },
  });

  for (const message of messagesOf(newId(), 6)) await orders.deliver(message);

  expect(await orders.parked(tenantId)).toHaveLength(6);
  expect(bus.requests).toEqual([]);
});

test('only the lowest of the messages behind a gap asks, and for the gap alone', async () => {
  await using orders = await startConsumer(database, bus, { retryMs: never });
  const productId = newId();
  const [first, second, ...rest] = messagesOf(productId, 6);
  if (!first || !second) throw new Error('There are six messages.');
  await orders.deliver(first);

  for (const message of rest) await orders.deliver(message);

  expect(bus.requests).toEqual([
    { publisher: 'catalog', tenantId, aggregateId: productId, fromSequence: 2, toSequence: 2 },
  ]);
  await orders.deliver(second);
  expect(await orders.sequences(tenantId, productId)).toEqual(upTo(6));
  expect(await orders.parked(tenantId)).toEqual([]);
});

test('a gap behind a gap is asked for when the first one is closed', async () => {
  await using orders = await startConsumer(database, bus, { retryMs: 10 });
  const productId = newId();
  const [first, second, , fourth] = messagesOf(productId, 4);
  if (!first || !second || !fourth) throw new Error('There are four messages.');
  await orders.deliver(second);
  // Behind the second, and so without a turn of its own for a minute.
  await orders.deliver(fourth);

  await orders.deliver(first);

  await waitFor(() => bus.requests.find(({ fromSequence }) => fromSequence === 3));
  expect(await orders.sequences(tenantId, productId)).toEqual([1, 2]);
});

test('a consumer that is stopping refuses what comes, so that it stays where it is', async () => {
  const orders = await startConsumer(database, bus);
  await orders.stop();

  const [message] = messagesOf(newId(), 1);
  if (!message) throw new Error('There is one message.');
  await expect(orders.deliver(message)).rejects.toThrow('is stopping');
});
