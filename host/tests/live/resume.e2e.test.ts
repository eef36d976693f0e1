import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { describe, expect, test } from 'vitest';
import { aFilledCart, beginCheckout, createPayment, placeOrder, type ShopMerchant } from '../shop.ts';
import { findServers, startDistributedHouse, startEmbeddedHouse, type LiveHouse } from './live-house.ts';
import { Watchers, type Feed } from './watchers.ts';

// Longer runs are for the asking: ORDERGRAPH_RESUME_SECONDS=120 npm test -- host/tests/live/resume
const seconds = Number(process.env['ORDERGRAPH_RESUME_SECONDS'] ?? 15);
const subjects = Number(process.env['ORDERGRAPH_RESUME_SUBJECTS'] ?? 20);
const dropEveryMs = 3_000;

const { missing } = findServers();
if (missing) process.stderr.write(`Skipped: ${missing}\n`);

const orderFeed: Feed = {
  query: `subscription ($id: ID!, $after: String) { orderUpdated(orderId: $id, after: $after) {
    cursor isSnapshot timelineEvent { sequence } order { id status } } }`,
  field: 'orderUpdated',
  variables: (id) => ({ id }),
  versionOf: ({ timelineEvent }) => (timelineEvent as { sequence: number } | null)?.sequence ?? null,
};

/** The merchant of the demo staff, with one variant to sell. */
async function demoMerchant(house: LiveHouse): Promise<ShopMerchant> {
  const staff = house.token('STAFF owner');
  type Level = { variant: { id: string }; location: { id: string } };
  const { inventoryLevels } = await house.ask<{ inventoryLevels: { nodes: Level[] } }>(
    staff,
    '{ inventoryLevels(first: 1) { nodes { variant { id } location { id } } } }',
  );
  const [level] = inventoryLevels.nodes;
  const changes = [{ variantId: level?.variant.id, locationId: level?.location.id, delta: 10_000 }];
  await house.ask(
    staff,
    'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { code } } }',
    { input: { changes, reason: 'Counted', idempotencyKey: newId() } },
  );
  await house.ask(
    staff,
    `mutation { shippingMethodUpsert(input: { handle: "post", title: "Post", countryCodes: ["DE"], carrierCode: "post"
      price: { amount: "4.90", currencyCode: "EUR" } }) { userErrors { code } } }`,
  );
  return { id: '', staff, guest: house.token('ANONYMOUS'), variantIds: { ONE: level?.variant.id ?? '' } };
}

async function buy(house: LiveHouse, merchant: ShopMerchant): Promise<string> {
  const cart = await aFilledCart(house, merchant, { ONE: 1 }, merchant.guest);
  expect(await beginCheckout(house, merchant.guest, cart)).toEqual([]);
  const paymentId = await createPayment(house, merchant.guest, cart, 'tok_visa');
  return (await placeOrder(house, merchant.guest, cart, paymentId, newId())).id;
}

/** Asks until somebody answers: parts are killed under the callers. */
async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let left = 100; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await pause(200);
    }
  }
}

async function timelineOf(house: LiveHouse, merchant: ShopMerchant, id: string): Promise<number[]> {
  type Answer = { order: { timeline: { nodes: { sequence: number }[] } } };
  const query = 'query ($id: ID!) { order(id: $id) { timeline(first: 100) { nodes { sequence } } } }';
  const { order } = await house.ask<Answer>(merchant.staff, query, { id });
  return order.timeline.nodes.map(({ sequence }) => sequence);
}

describe.each([
  { mode: 'one process', start: startEmbeddedHouse, skip: false },
  { mode: 'many processes over NATS and Redis', start: startDistributedHouse, skip: missing !== null },
])('in $mode', ({ start, skip }) => {
  test.skipIf(skip)(
    'watchers whose sockets break every 3 seconds miss nothing and see nothing twice, whatever is killed',
    async () => {
      await using house = await start();
      const merchant = await demoMerchant(house);
      const orders = await Promise.all(Array.from({ length: subjects }, () => buy(house, merchant)));
      const watchers = new Watchers(house.url, merchant.staff, orderFeed, orders);
      watchers.open();
      const until = Date.now() + seconds * 1000;

      const noting = (async () => {
        for (let n = 0; Date.now() < until; n += 1) {
          const orderId = orders[n % orders.length];
          await insist(() =>
            house.ask(
              merchant.staff,
              'mutation ($input: OrderNoteAddInput!) { orderNoteAdd(input: $input) { userErrors { code } } }',
              { input: { orderId, message: `note ${n}` } },
            ),
          );
        }
      })();
      const dropping = (async () => {
        while (Date.now() < until) {
          await pause(dropEveryMs);
          watchers.drop();
        }
      })();
      const breaking = (async () => {
        await pause(seconds * 200);
        await house.restartRedis();
        await pause(seconds * 100);
        await house.restart(house.parts.includes('orders') ? 'orders' : 'house');
        await pause(seconds * 100);
        await house.restart(house.parts.includes('gateway') ? 'gateway' : 'house');
      })();
      await Promise.all([noting, dropping, breaking]);

      for (const { id, seen, errors } of watchers.watched) {
        const all = await insist(() => timelineOf(house, merchant, id));
        await waitFor(() => seen.at(-1)?.version === all.at(-1), {
          timeoutMs: 20_000,
          describe: () =>
            `line ${all.at(-1)} of ${id}; seen ${seen.map(({ version }) => version)}; ${JSON.stringify(errors)}`,
        });
        expect(seen.map(({ version }) => version)).toEqual(all.slice(all.length - seen.length));
      }
      expect(watchers.watched.flatMap(({ seen }) => seen).length).toBeGreaterThan(subjects);
      await watchers.close();
    },
    (seconds + 120) * 1000,
  );
});
