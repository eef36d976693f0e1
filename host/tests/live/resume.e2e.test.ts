import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@ordergraph/tenancy';
import { findServers, waitFor } from '@ordergraph/testing';
import { describe, expect, test } from 'vitest';
import { aFilledCart, beginCheckout, createPayment, placeOrder, type ShopMerchant } from '../shop.ts';
import { inParallel } from '../tenancy/trial.ts';
import { startDistributedHouse, startEmbeddedHouse, type LiveHouse } from './live-house.ts';
import { Watchers, type Feed } from './watchers.ts';

// Longer runs are for the asking: ORDERGRAPH_RESUME_SECONDS=120 npm test -- host/tests/live/resume
const seconds = Number(process.env['ORDERGRAPH_RESUME_SECONDS'] ?? 8);
const subjects = Number(process.env['ORDERGRAPH_RESUME_SUBJECTS'] ?? 10);
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

const balanceFeed: Feed = {
  query: `subscription ($id: ID!, $after: String) { loyaltyBalanceUpdated(customerId: $id, after: $after) {
    cursor isSnapshot transaction { sequence } balance { available asOfSequence } } }`,
  field: 'loyaltyBalanceUpdated',
  variables: (id) => ({ id }),
  versionOf: ({ transaction }) => (transaction as { sequence: number } | null)?.sequence ?? null,
};

const positionFeed: Feed = {
  query: `subscription ($id: ID!, $after: String) { shipmentLocationUpdated(shipmentId: $id, after: $after) {
    cursor isSnapshot location { sequence point { latitude longitude } } shipment { id order { number } } } }`,
  field: 'shipmentLocationUpdated',
  variables: (id) => ({ id }),
  versionOf: ({ location }) => (location as { sequence: number } | null)?.sequence ?? null,
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
    `mutation { shippingMethodUpsert(input: { handle: "post", title: "Post", countryCodes: ["DE"], carrierCode: "simulator"
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

/** Hands the parcel of an order to the carrier. Answers the parcel's id. */
async function dispatch(house: LiveHouse, merchant: ShopMerchant, orderId: string): Promise<string> {
  type Answer = { order: { shipments: { id: string }[] | null } };
  const shipmentId = await waitFor(
    async () => {
      const query = 'query ($id: ID!) { order(id: $id) { shipments { id } } }';
      return (await house.ask<Answer>(merchant.staff, query, { id: orderId })).order.shipments?.[0]?.id ?? false;
    },
    { timeoutMs: 30_000, describe: `the parcel of ${orderId}` },
  );
  await house.ask(
    merchant.staff,
    'mutation ($input: ShipmentDispatchInput!) { shipmentDispatch(input: $input) { userErrors { code message } } }',
    { input: { shipmentId, idempotencyKey: newId() } },
  );
  return shipmentId;
}

async function register(house: LiveHouse, merchant: ShopMerchant, at: number): Promise<string> {
  type Answer = { customerCreate: { customer: { id: string } } };
  const answer = await house.ask<Answer>(
    merchant.staff,
    'mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { customer { id } userErrors { code } } }',
    { input: { email: `watcher-${at}-${newId()}@example.com`, idempotencyKey: newId() } },
  );
  return answer.customerCreate.customer.id;
}

async function timelineOf(house: LiveHouse, merchant: ShopMerchant, id: string): Promise<number[]> {
  type Answer = { order: { timeline: { nodes: { sequence: number }[] } } };
  const query = 'query ($id: ID!) { order(id: $id) { timeline(first: 100) { nodes { sequence } } } }';
  const { order } = await house.ask<Answer>(merchant.staff, query, { id });
  return order.timeline.nodes.map(({ sequence }) => sequence);
}

async function ledgerOf(house: LiveHouse, merchant: ShopMerchant, id: string): Promise<number[]> {
  type Answer = { loyaltyAccount: { transactions: { nodes: { sequence: number }[] } } };
  const query =
    'query ($id: ID!) { loyaltyAccount(customerId: $id) { transactions(first: 100) { nodes { sequence } } } }';
  const { loyaltyAccount } = await house.ask<Answer>(merchant.staff, query, { id });
  return loyaltyAccount.transactions.nodes.map(({ sequence }) => sequence).toReversed();
}

async function positionOf(house: LiveHouse, merchant: ShopMerchant, id: string): Promise<number> {
  type Answer = { shipment: { location: { sequence: number } | null } };
  const query = 'query ($id: ID!) { shipment(id: $id) { location { sequence } } }';
  return (await house.ask<Answer>(merchant.staff, query, { id })).shipment.location?.sequence ?? 0;
}

/** What was seen is the end of the history, from where the snapshot stood: each once, and in order. */
async function expectAllOf(watchers: Watchers, historyOf: (id: string) => Promise<number[]>): Promise<void> {
  for (const { id, seen, errors } of watchers.watched) {
    const all = await insist(() => historyOf(id));
    await waitFor(() => seen.at(-1)?.version === all.at(-1), {
      timeoutMs: 20_000,
      describe: () =>
        `line ${all.at(-1)} of ${id}; seen ${seen.map(({ version }) => version).join()}; ${JSON.stringify(errors)}`,
    });
    expect(seen.map(({ version }) => version)).toEqual(all.slice(all.length - seen.length));
  }
}

describe.each([
  { mode: 'one process', start: startEmbeddedHouse, skip: false },
  { mode: 'many processes over NATS and Redis', start: startDistributedHouse, skip: missing !== null },
])('in $mode', ({ start, skip }) => {
  test.skipIf(skip)(
    'watchers whose sockets break every 3 seconds miss nothing and see nothing twice, whatever is killed',
    async () => {
      await using house = await start({ CARRIER_SPEED: '5' });
      const merchant = await demoMerchant(house);
      const streets = await fetch(`${house.url}/carriers/simulator/roads.json`);
      expect(await streets.json()).toMatchObject({ type: 'FeatureCollection' });
      const orders: string[] = [];
      const customers: string[] = [];
      const parcels: string[] = [];
      await inParallel(
        Array.from({ length: subjects }, (_, at) => at),
        8,
        async (at) => {
          const orderId = await buy(house, merchant);
          orders.push(orderId);
          parcels.push(await dispatch(house, merchant, orderId));
          customers.push(await register(house, merchant, at));
        },
      );
      const timelines = new Watchers(house.url, merchant.staff, orderFeed, orders);
      const balances = new Watchers(house.url, house.token('STAFF support'), balanceFeed, customers);
      const positions = new Watchers(house.url, house.token('STAFF viewer'), positionFeed, parcels);
      const all = [timelines, balances, positions];
      for (const watchers of all) watchers.open();
      await waitFor(() => positions.watched.every(({ seen }) => seen.length > 0), {
        timeoutMs: 60_000,
        describe: 'all parcels on their way',
      });
      const until = Date.now() + seconds * 1000;

      const changing = (async () => {
        for (let n = 0; Date.now() < until; n += 1) {
          const at = n % subjects;
          await insist(() =>
            house.ask(
              merchant.staff,
              'mutation ($input: OrderNoteAddInput!) { orderNoteAdd(input: $input) { userErrors { code } } }',
              { input: { orderId: orders[at], message: `note ${n}` } },
            ),
          );
          // The same key however often it is asked for, so that a lost answer gives no points twice.
          const input = { customerId: customers[at], points: 1, reason: 'Thank you.', idempotencyKey: `points ${n}` };
          await insist(() =>
            house.ask(
              merchant.staff,
              'mutation ($input: LoyaltyPointsAdjustInput!) { loyaltyPointsAdjust(input: $input) { userErrors { code } } }',
              { input },
            ),
          );
        }
      })();
      const dropping = (async () => {
        while (Date.now() < until) {
          await pause(dropEveryMs);
          for (const watchers of all) watchers.drop();
        }
      })();
      const breaking = (async () => {
        const kill = (part: string) => house.restart(house.parts.includes(part) ? part : 'house');
        await pause(seconds * 200);
        await house.restartRedis();
        await pause(seconds * 100);
        await kill('orders');
        if (house.parts.length > 1) await Promise.all([kill('loyalty'), kill('logistics')]);
        await pause(seconds * 100);
        await kill('gateway');
      })();
      await Promise.all([changing, dropping, breaking]);

      await expectAllOf(timelines, (id) => timelineOf(house, merchant, id));
      await expectAllOf(balances, (id) => ledgerOf(house, merchant, id));
      for (const { id, seen } of positions.watched) {
        const last = await insist(() => positionOf(house, merchant, id));
        await waitFor(() => (seen.at(-1)?.version ?? 0) >= last, {
          timeoutMs: 20_000,
          describe: () => `position ${last} of ${id}; seen ${seen.map(({ version }) => version).join()}`,
        });
        const versions = seen.map(({ version }) => version);
        // Only forward; a position is told again when what is said of it changed: that it is stale, or when it will arrive.
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      }
      // The tests above hold for watchers that were told nothing, too.
      for (const watchers of all) {
        expect(
          watchers.watched.flatMap(({ seen }) => seen).length,
          JSON.stringify(watchers.watched[0]),
        ).toBeGreaterThanOrEqual(subjects);
        await watchers.close();
      }
    },
    (seconds + 150) * 1000,
  );
});
