import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { expect, test } from 'vitest';
import { aMessagingDatabase, ask } from './messaging-database.ts';
import { startConsumer, startPublisher, upTo } from './parties.ts';
import { UnrulyBus } from './unruly-bus.ts';

// 10 tenants × 20 aggregates × 60 messages, of which every sixth is one that concerns somebody else, so that the consumer
// has 10 000 to act on. Tenants share the ids of aggregates; these are different aggregates.
const tenants = Array.from({ length: 10 }, newId);
const products = Array.from({ length: 20 }, newId);
const messagesEach = 60;
const handledEach = 50;

test('10 000 messages that are lost, doubled and shuffled have one effect each, in order per aggregate', async () => {
  await using database = await aMessagingDatabase();
  const seed = 20_261_122;
  const bus = new UnrulyBus(seed);
  await using orders = await startConsumer(database, bus);
  await using catalog = await startPublisher(database, bus);
  const countOf = async (what: string): Promise<number> => {
    const [row] = await ask<{ count: number }>(database, `select count(*)::int as count from ${what}`);
    return row?.count ?? 0;
  };
  const passed = (sequence: number): Promise<number> => countOf(`orders.consumer_mark where sequence >= ${sequence}`);

  const state = (): string =>
    `all marks; seed ${seed}, ${JSON.stringify(bus.counts)}, last refused for ${String(bus.failure)}`;

  for (const round of upTo(messagesEach / 2)) {
    for (const tenantId of tenants) {
      await catalog.transact(tenantId, (tx) => {
        for (const sequence of [2 * round - 1, 2 * round]) {
          for (const productId of products) {
            if (sequence % 6 === 0) tx.publish('ProductVariantsUpserted', { productId, variants: [] });
            else tx.publish('ProductArchived', { productId, variantIds: [] });
          }
        }
      });
    }
  }
  const aggregates = tenants.length * products.length;
  await waitFor(async () => (await passed(messagesEach - 5)) >= aggregates, {
    timeoutMs: 90_000,
    describe: state,
  });
  // What got lost last has no successor that would tell.
  bus.isHonest = true;
  for (const tenantId of tenants) {
    for (const aggregateId of products) {
      const request = {
        publisher: 'catalog',
        tenantId,
        aggregateId,
        fromSequence: messagesEach - 5,
        toSequence: messagesEach,
      };
      await catalog.relay.replay(request);
    }
  }
  await waitFor(async () => (await passed(messagesEach)) >= aggregates, {
    timeoutMs: 60_000,
    describe: state,
  });
  await bus.close();

  const wrong = await ask(
    database,
    `select tenant_id, aggregate_id from (
       select *, row_number() over (partition by tenant_id, aggregate_id order by position) as place
       from orders.effect
     ) e group by tenant_id, aggregate_id having bool_or(sequence <> place + (place - 1) / 5) or count(*) <> ${handledEach}`,
  );
  expect(wrong, `seed ${seed}`).toEqual([]);
  expect(await countOf('orders.effect')).toBe(aggregates * handledEach);
  expect(await countOf('catalog.outbox')).toBe(12_000);
  expect(bus.counts.lost).toBeGreaterThan(50);
  expect(bus.counts.doubled).toBeGreaterThan(400);
  await waitFor(async () => (await countOf('orders.parked_event')) === 0);
  expect(orders.errors).toEqual([]);
}, 240_000);
