import { subgraphNames } from '@ordergraph/schema';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInstallation, look } from '../../verify/src/oracle.ts';
import { oracles } from '../../verify/src/oracles/index.ts';
import { assertSeesEverything, verify } from '../../verify/src/verify.ts';
import { cancels, refunds } from './after-sale.ts';
import { plantedViolations } from './planted-violations.ts';
import { ships } from './ships.ts';
import { buys, orderBecomes, startShop, type Shop, type ShopMerchant } from './shop.ts';

let shop: Shop;
let database: Client;

async function trades(merchant: ShopMerchant): Promise<void> {
  const kept = await buys(shop, merchant, { MUG: 2 });
  const partly = await buys(shop, merchant, { MUG: 3 });
  const cancelled = await buys(shop, merchant, { MUG: 1 });
  const declined = await buys(shop, merchant, { MUG: 1 }, { paymentMethodToken: 'tok_chargeDeclined' });
  for (const order of [kept, partly, cancelled]) await orderBecomes(shop, merchant, order.id, 'CONFIRMED');
  await orderBecomes(shop, merchant, declined.id, 'FAILED');
  await ships(shop, merchant, kept.id);
  await refunds(shop, merchant.staff, partly.id, { units: 1 });
  await orderBecomes(shop, merchant, partly.id, 'CONFIRMED');
  await cancels(shop, merchant.staff, cancelled.id);
  await orderBecomes(shop, merchant, cancelled.id, 'CANCELLED');
}

beforeAll(async () => {
  shop = await startShop();
  for (const merchant of [await shop.opensMerchant(), await shop.opensMerchant({ taxesIncluded: false })])
    await trades(merchant);
  await shop.house.quiet();
  database = new Client({ connectionString: shop.house.database.superuserUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await shop?.stop();
});

test('finds nothing wrong with a shop that sold, refunded, cancelled and was declined', async () => {
  const report = await verify(database, { patienceMs: 20_000 });

  expect(report.findings.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(report.extent).toMatchObject({ merchants: 2, orders: 8, awaitingPeople: 0 });
});

test('says so when row-level security would hide what is wrong', async () => {
  const client = new Client({ connectionString: shop.house.database.urlFor('app_orders') });
  await client.connect();
  try {
    await expect(assertSeesEverything(client)).rejects.toThrow(/Row-level security hides/);
  } finally {
    await client.end();
  }
});

test('has a planted violation for every oracle', () => {
  expect(Object.keys(plantedViolations)).toEqual(oracles.map(({ name }) => name));
});

describe('with the house at rest', () => {
  beforeAll(async () => {
    // The plants take locks that relays and timers would wait for.
    for (const name of subgraphNames) await shop.house.subgraph(name).rest();
  });

  test.each(Object.entries(plantedViolations))('%s is found, and nothing else', async (name, plant) => {
    await database.query('begin');
    try {
      // Guards of the application must not keep a superuser from breaking things.
      await database.query(`set local session_replication_role = replica`);
      await database.query(plant);

      const installation = await findInstallation(database);
      const found: string[] = [];
      for (const oracle of oracles)
        if ((await look(database, oracle, installation)).length > 0) found.push(oracle.name);

      expect(found).toEqual([name]);
    } finally {
      await database.query('rollback');
    }
  });
});
