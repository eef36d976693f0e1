import { newId } from '@ordergraph/tenancy';
import { waitFor, type TestDatabase } from '@ordergraph/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  discardDeadLetter,
  listDeadLetters,
  maxAttempts,
  retryDeadLetter,
  type Bus,
  type EventEnvelope,
} from '../src/index.ts';
import { aMessagingDatabase, ask, terminateConnections } from './messaging-database.ts';
import { outboxOf, published, startConsumer, startPublisher, upTo } from './parties.ts';

/** What every bus has to hold, whatever carries its messages. */
export function describeBus(name: string, openBus: () => Promise<Bus>, { skip }: { skip: boolean }): void {
  describe.skipIf(skip)(name, () => {
    let database: TestDatabase;
    let bus: Bus;
    let tenantId: string;
    let productId: string;
    beforeEach(async () => {
      database = await aMessagingDatabase();
      bus = await openBus();
      tenantId = newId();
      productId = newId();
    });
    afterEach(async () => {
      await bus.close();
      await database.drop();
    });

    test('applies each message once and in order, for every consumer', async () => {
      await using orders = await startConsumer(database, bus);
      await using inventory = await startConsumer(database, bus, { party: 'inventory' });
      await using catalog = await startPublisher(database, bus);

      await catalog.publish(tenantId, productId, 20);

      await waitFor(async () => (await orders.effects(tenantId)).length >= 20);
      await waitFor(async () => (await inventory.effects(tenantId)).length >= 20);
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(20));
      expect(await inventory.sequences(tenantId, productId)).toEqual(upTo(20));
      const sent = (await outboxOf(database, tenantId)).map(({ id }) => id);
      const noted = await ask<{ id: string }>(
        database,
        'select event_id as id from orders.inbox where tenant_id = $1',
        [tenantId],
      );
      expect(new Set(noted.map(({ id }) => id))).toEqual(new Set(sent));
    });

    test('hands the handler the message as it was published', async () => {
      const seen: EventEnvelope[] = [];
      await using _orders = await startConsumer(database, bus, { before: (event) => void seen.push(event) });
      await using catalog = await startPublisher(database, bus);

      await catalog.publish(tenantId, productId);

      await waitFor(() => seen.length > 0);
      const [sent] = await outboxOf(database, tenantId);
      expect({ ...seen[0], occurredAt: '' }).toEqual({ ...sent, occurredAt: '' });
    });

    test('whoever overhears a publisher gets each of its messages, and hinders nobody', async () => {
      const heard: EventEnvelope[] = [];
      await bus.overhear('catalog', (event) => void heard.push(event));
      await bus.overhear('orders', () => expect.fail('nothing of orders was published'));
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);

      await catalog.publish(tenantId, productId, 3);

      await waitFor(() => heard.length === 3);
      await waitFor(async () => (await orders.effects(tenantId)).length === 3);
      expect(heard.map(({ tenantId: of, sequence }) => [of, sequence])).toEqual([1, 2, 3].map((at) => [tenantId, at]));
    });

    test('a consumer that starts later receives what was published before', async () => {
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);
      await catalog.publish(tenantId, productId, 3);
      await waitFor(async () => (await orders.effects(tenantId)).length === 3);

      await using inventory = await startConsumer(database, bus, { party: 'inventory' });
      await catalog.publish(tenantId, productId);

      await waitFor(async () => (await inventory.effects(tenantId)).length === 4);
      expect(await inventory.sequences(tenantId, productId)).toEqual(upTo(4));
    });

    test('delivers again what a consumer could not keep', async () => {
      let refusals = 2;
      await using orders = await startConsumer(database, bus, {
        wrap: (deliver) => async (event) => {
          refusals -= 1;
          if (refusals >= 0) throw new Error('not now');
          return deliver(event);
        },
      });
      await using catalog = await startPublisher(database, bus);

      await catalog.publish(tenantId, productId);

      await waitFor(async () => (await orders.effects(tenantId)).length === 1);
      await published(database);
    });

    test('a consumer killed between effect and acknowledgement does not repeat the effect', async () => {
      let deliveries = 0;
      await using orders = await startConsumer(database, bus, {
        wrap: (deliver) => async (event) => {
          await deliver(event);
          deliveries += 1;
          if (deliveries === 1) throw new Error('killed before the acknowledgement');
        },
      });
      await using catalog = await startPublisher(database, bus);

      await catalog.publish(tenantId, productId);

      await waitFor(() => deliveries >= 2);
      expect(await orders.sequences(tenantId, productId)).toEqual([1]);
    });

    test('a consumer killed between effect and commit applies it again, once', async () => {
      let isFirst = true;
      await using orders = await startConsumer(database, bus, {
        after: async () => {
          if (!isFirst) return;
          isFirst = false;
          await terminateConnections(database, 'app_orders');
        },
      });
      await using catalog = await startPublisher(database, bus);

      await catalog.publish(tenantId, productId, 2);

      await waitFor(async () => (await orders.effects(tenantId)).length === 2);
      expect(await orders.sequences(tenantId, productId)).toEqual([1, 2]);
    });

    test('a relay killed between publishing and marking publishes again, and the effect stays one', async () => {
      await using orders = await startConsumer(database, bus);
      const died = Promise.withResolvers<void>();
      let handedOver = 0;
      const dying: Bus = {
        isLocal: bus.isLocal,
        publish: async (event, hints) => {
          await bus.publish(event, hints);
          handedOver += 1;
          await died.promise;
        },
        addPublisher: (publisher) => bus.addPublisher(publisher),
        subscribe: (subscription) => bus.subscribe(subscription),
        overhear: (publisher, listener) => bus.overhear(publisher, listener),
        requestReplay: (request) => bus.requestReplay(request),
        close: () => bus.close(),
      };
      const killed = await startPublisher(database, dying);
      await killed.publish(tenantId, productId, 5);
      await waitFor(() => handedOver === 5);
      const ended = killed.pool.end();
      await terminateConnections(database, 'relay_catalog');
      await ended;

      await using _successor = await startPublisher(database, bus);

      await published(database);
      died.resolve();
      // A broker has it published before the consumer has it applied.
      await waitFor(async () => (await orders.effects(tenantId)).length >= 5);
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(5));
      await killed.relay.stop();
    });

    test('messages that other consumers mean only move the mark', async () => {
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);

      await catalog.transact(tenantId, (tx) => {
        tx.publish('ProductVariantsUpserted', { productId, variants: [] });
        tx.publish('ProductVariantsUpserted', { productId, variants: [] });
        tx.publish('ProductArchived', { productId, variantIds: [] });
        tx.publish('ProductVariantsUpserted', { productId, variants: [] });
      });

      await waitFor(async () => (await orders.mark(tenantId, productId)) === 4);
      expect(await orders.sequences(tenantId, productId)).toEqual([3]);
      expect(await orders.parked(tenantId)).toEqual([]);
    });

    test('an early message waits for its predecessor, which is asked for again', async () => {
      await using catalog = await startPublisher(database, bus);
      let isFirst = true;
      await using orders = await startConsumer(database, bus, {
        // The first message gets lost after it was confirmed.
        wrap: (deliver) => async (event) => {
          if (event.sequence === 1 && isFirst) {
            isFirst = false;
            return;
          }
          return deliver(event);
        },
      });

      await catalog.publish(tenantId, productId, 4);

      await waitFor(async () => (await orders.effects(tenantId)).length === 4);
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(4));
      expect(await orders.parked(tenantId)).toEqual([]);
    });

    test('a message that keeps failing is dead after 8 attempts and holds up its own aggregate only', async () => {
      let attempts = 0;
      await using orders = await startConsumer(database, bus, {
        retryMs: 1,
        before: (event) => {
          if (event.aggregateId !== productId || event.sequence !== 2) return;
          attempts += 1;
          throw new Error('poison');
        },
      });
      await using inventory = await startConsumer(database, bus, { party: 'inventory' });
      await using catalog = await startPublisher(database, bus);
      const healthy = newId();

      await catalog.publish(tenantId, productId, 4);
      await catalog.publish(tenantId, healthy, 3);

      const dead = await waitFor(async () => (await orders.parked(tenantId)).find(({ state }) => state === 'DEAD'));
      expect(dead).toMatchObject({ sequence: 2, attempts: maxAttempts });
      await waitFor(async () => (await orders.parked(tenantId)).length === 3);
      await waitFor(async () => (await orders.effects(tenantId, healthy)).length === 3);
      expect(await orders.sequences(tenantId, productId)).toEqual([1]);
      await waitFor(async () => (await inventory.effects(tenantId)).length === 7);
      await published(database);
      expect(attempts).toBe(maxAttempts);
      expect((await orders.parked(tenantId)).map(({ state }) => state)).toEqual(['DEAD', 'EARLY', 'EARLY']);
    });

    test('a dead letter that is retried resumes its aggregate', async () => {
      let isPoisonous = true;
      await using orders = await startConsumer(database, bus, {
        retryMs: 1,
        before: (event) => {
          if (event.sequence === 1 && isPoisonous) throw new Error('poison');
        },
      });
      await using catalog = await startPublisher(database, bus);
      await catalog.publish(tenantId, productId, 5);
      await waitFor(async () => (await orders.parked(tenantId)).some(({ state }) => state === 'DEAD'));
      await waitFor(async () => (await orders.parked(tenantId)).length === 5);
      const [letter] = await orders.transact(tenantId, (tx) => listDeadLetters(tx, 'orders', 10));
      expect(letter).toMatchObject({ eventType: 'ProductArchived', sequence: 1, lastError: 'Error: poison' });

      isPoisonous = false;
      await orders.transact(tenantId, (tx) => retryDeadLetter(tx, 'orders', letter?.id ?? ''));

      await waitFor(async () => (await orders.effects(tenantId)).length === 5);
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(5));
      await waitFor(async () => (await orders.parked(tenantId)).length === 0);
    });

    test('a dead letter that is discarded is passed over', async () => {
      await using orders = await startConsumer(database, bus, {
        retryMs: 1,
        before: (event) => {
          if (event.sequence === 2) throw new Error('poison');
        },
      });
      await using catalog = await startPublisher(database, bus);
      await catalog.publish(tenantId, productId, 4);
      await waitFor(async () => (await orders.parked(tenantId)).some(({ state }) => state === 'DEAD'));
      await waitFor(async () => (await orders.parked(tenantId)).length === 3);
      const [letter] = await orders.transact(tenantId, (tx) => listDeadLetters(tx, 'orders', 10));

      const foreign = await orders.transact(newId(), (tx) => discardDeadLetter(tx, 'orders', letter?.id ?? ''));
      const own = await orders.transact(tenantId, (tx) => discardDeadLetter(tx, 'orders', letter?.id ?? ''));

      expect(foreign).toBeNull();
      expect(own).toMatchObject({ sequence: 2 });
      await waitFor(async () => (await orders.effects(tenantId)).length === 3);
      expect(await orders.sequences(tenantId, productId)).toEqual([1, 3, 4]);
    });

    test('a replay of everything changes nothing', async () => {
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);
      await catalog.publish(tenantId, productId, 10);
      await waitFor(async () => (await orders.effects(tenantId)).length === 10);
      await published(database);

      await catalog.relay.refill();

      await published(database);
      await catalog.publish(tenantId, productId);
      await waitFor(async () => (await orders.mark(tenantId, productId)) === 11);
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(11));
    });

    test('a message that speaks for another publisher is not applied', async () => {
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);
      await catalog.publish(tenantId, productId);
      await waitFor(async () => (await orders.effects(tenantId)).length === 1);
      const [event] = await outboxOf(database, tenantId);
      if (!event) throw new Error('Nothing was published.');
      const forged = { ...event, id: newId(), aggregateId: newId(), publisher: 'payments' };

      await orders.deliver(forged);

      expect(await orders.sequences(tenantId, forged.aggregateId)).toEqual([]);
    });

    test('publisher and consumers that lose all their database connections go on by themselves', async () => {
      await using orders = await startConsumer(database, bus);
      await using catalog = await startPublisher(database, bus);

      for (let round = 0; round < 6; round += 1) {
        // A connection may break under the publishing transaction itself: what counts is what was committed.
        await catalog.publish(tenantId, productId, 5).catch(() => undefined);
        await terminateConnections(database, '%\\_%');
      }
      await waitFor(() => catalog.publish(tenantId, productId).then(() => true));

      const committed = (await outboxOf(database, tenantId)).length;
      await waitFor(async () => (await orders.effects(tenantId)).length >= committed, { timeoutMs: 30_000 });
      expect(await orders.sequences(tenantId, productId)).toEqual(upTo(committed));
      await waitFor(() => catalog.relay.status().isLeader);
      expect(await leaks(database)).toBe(0);
    });
  });
}

/** Transactions that somebody forgot. */
async function leaks(database: TestDatabase): Promise<number> {
  const rows = await waitFor(async () => {
    const open = await ask<{ pid: number }>(
      database,
      `select pid from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    return open.length === 0 && [open];
  });
  return rows[0]?.length ?? 0;
}
