import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { expect, test } from 'vitest';
import { aMessagingDatabase, ask } from './messaging-database.ts';
import { startConsumer, startPublisher } from './parties.ts';
import { UnrulyBus } from './unruly-bus.ts';

test('10 000 messages that are lost, doubled and shuffled have one effect each, in order per aggregate', async () => {
  await using database = await aMessagingDatabase();
  const seed = 20_261_122;
  const bus = new UnrulyBus(seed);
  await using orders = await startConsumer(database, bus);
  await using catalog = await startPublisher(database, bus);
  const tenants = Array.from({ length: 10 }, newId);
  const products = Array.from({ length: 20 }, newId);

  // 10 tenants × 20 aggregates × 50 messages. Tenants share the ids of aggregates: these are different aggregates.
  for (let round = 0; round < 5; round += 1) {
    for (const tenantId of tenants) {
      await catalog.transact(tenantId, (tx) => {
        for (let index = 0; index < 10; index += 1) {
          for (const productId of products) tx.publish('ProductArchived', { productId, variantIds: [] });
        }
      });
    }
  }
  const effects = async (): Promise<number> =>
    (await ask<{ count: number }>(database, 'select count(*)::int as count from orders.effect'))[0]?.count ?? 0;
  await waitFor(async () => (await effects()) > 9_000, { timeoutMs: 45_000, describe: `effects, seed ${seed}` });
  // What got lost last has no successor that would tell; publishing everything again brings it.
  bus.isHonest = true;
  await catalog.relay.refill();
  await waitFor(async () => (await effects()) >= 10_000, { timeoutMs: 45_000, describe: `all effects, seed ${seed}` });
  await bus.close();

  const wrong = await ask(
    database,
    `select tenant_id, aggregate_id from (
       select *, row_number() over (partition by tenant_id, aggregate_id order by position) as expected from orders.effect
     ) e group by tenant_id, aggregate_id having bool_or(sequence <> expected) or count(*) <> 50`,
  );
  expect(wrong, `seed ${seed}`).toEqual([]);
  expect(await effects()).toBe(10_000);
  expect(bus.counts.lost).toBeGreaterThan(100);
  expect(bus.counts.doubled).toBeGreaterThan(500);
  await waitFor(async () => (await ask(database, 'select 1 from orders.parked_event')).length === 0);
  expect(orders.errors).toEqual([]);
}, 100_000);
