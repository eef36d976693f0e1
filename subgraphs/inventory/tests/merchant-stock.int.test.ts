import { encodeId } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import { aViewer, expectData, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Mutation, Query } from '../generated/graphql.ts';
import { adjustStock, receiveStock } from '../src/index.ts';
import { inSeconds, openShop, startStockHouse, type Shop } from './stock-house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startStockHouse();
});
afterAll(() => house.stop());

const staffOf = (shop: Shop) =>
  aViewer({ tenantId: shop.tenantId, scopes: ['read_inventory', 'write_inventory', 'write_stock_overrides'] });

type Answers = Query & Mutation & { readonly _entities: readonly unknown[] };
const ask = async (shop: Shop, document: string, variables: Record<string, unknown> = {}, viewer = staffOf(shop)) =>
  expectData<Answers>(await house.execute('inventory', viewer, document, variables));

const upsert = `mutation ($input: LocationUpsertInput!) {
  locationUpsert(input: $input) { location { id name isActive priority address { countryCode city } } userErrors { code field } }
}`;
const aPlace = (over: object = {}) => ({
  input: { name: 'Shop', address: { line1: 'Way 1', city: 'Ulm', countryCode: 'DE' }, ...over },
});

test('a new merchant has one location in their country, and settings', async () => {
  const shop = await openShop(house);

  expect(
    await ask(
      shop,
      '{ locations { name isActive priority address { countryCode } } inventorySettings { allocationStrategy defaultLowStockThreshold showsQuantity version } }',
    ),
  ).toEqual({
    locations: [{ name: 'Main warehouse', isActive: true, priority: 100, address: { countryCode: 'DE' } }],
    inventorySettings: {
      allocationStrategy: 'LOCATION_PRIORITY',
      defaultLowStockThreshold: 5,
      showsQuantity: false,
      version: 1,
    },
  });
});

test('locations come in the order of their priority, and the settings say which one serves an order', async () => {
  const shop = await openShop(house);
  const variantId = await shop.aVariant(5);
  const { locationUpsert } = await ask(shop, upsert, aPlace({ priority: 1 }));
  const place = locationUpsert.location?.id;
  const [uuid] = (await shop.read<{ id: string }>(`select id from "inventory"."location" where priority = 1`)).map(
    (row) => row.id,
  );
  await shop.command((tx) => receiveStock(tx, [{ variantId, locationId: uuid ?? '', quantity: 2 }]));
  const hold = (quantity: number) =>
    shop.send('ReserveStock', { cartId: newId(), lines: [{ variantId, quantity }], expiresAt: inSeconds(600) });
  const settings = `mutation ($input: InventorySettingsUpdateInput!) {
    inventorySettingsUpdate(input: $input) { inventorySettings { allocationStrategy version } userErrors { code } }
  }`;

  const split = await hold(3);
  const changed = await ask(shop, settings, { input: { allocationStrategy: 'FEWEST_SPLITS', expectedVersion: 1 } });
  const stale = await ask(shop, settings, { input: { showsQuantity: true, expectedVersion: 1 } });
  const invalid = await ask(shop, settings, { input: { defaultLowStockThreshold: -1 } });
  const whole = await hold(3);

  expect(await ask(shop, '{ locations { id } }')).toMatchObject({ locations: [{ id: place }, {}] });
  expect((await shop.answers(split))[0]?.payload['reservations']).toHaveLength(2);
  expect(changed.inventorySettingsUpdate).toMatchObject({
    inventorySettings: { allocationStrategy: 'FEWEST_SPLITS', version: 2 },
  });
  expect(stale.inventorySettingsUpdate).toEqual({
    inventorySettings: null,
    userErrors: [{ code: 'VERSION_MISMATCH' }],
  });
  expect(invalid.inventorySettingsUpdate).toMatchObject({ userErrors: [{ code: 'INVALID' }] });
  expect((await shop.answers(whole))[0]?.payload['reservations']).toHaveLength(1);
});

test('a closed location promises nothing, takes nothing, and keeps what it has', async () => {
  const shop = await openShop(house);
  const uuid = await shop.aVariant(5);
  const { locations } = await ask(shop, '{ locations { id } }');
  const locationId = locations[0]?.id;

  const closed = await ask(shop, upsert, aPlace({ id: locationId, isActive: false }));
  const held = await shop.send('ReserveStock', {
    cartId: newId(),
    lines: [{ variantId: uuid, quantity: 1 }],
    expiresAt: inSeconds(600),
  });
  const adjusted = await ask(
    shop,
    'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { code field } } }',
    {
      input: {
        changes: [{ variantId: encodeId('ProductVariant', uuid), locationId, delta: 1 }],
        reason: 'x',
        idempotencyKey: 'k',
      },
    },
  );
  const unknown = await ask(shop, upsert, aPlace({ id: encodeId('Location', newId()) }));
  const nameless = await ask(shop, upsert, aPlace({ name: '' }));

  expect(closed.locationUpsert.location).toMatchObject({ id: locationId, name: 'Shop', isActive: false });
  expect(await shop.answers(held)).toMatchObject([{ type: 'StockReservationFailed' }]);
  expect(adjusted.inventoryAdjust.userErrors).toEqual([
    { code: 'LOCATION_INACTIVE', field: ['changes', '0', 'locationId'] },
  ]);
  expect(unknown.locationUpsert).toEqual({ location: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
  expect(nameless.locationUpsert).toEqual({ location: null, userErrors: [{ code: 'INVALID', field: ['name'] }] });
  expect(await shop.levels(uuid)).toMatchObject([{ onHand: 5 }]);
});

const entities = `query ($refs: [_Any!]!) { _entities(representations: $refs) {
  ... on ProductVariant { id availability { status quantity } }
} }`;

test('shoppers see whether there is some, and how much only where the merchant shows it', async () => {
  const shop = await openShop(house);
  const shopper = aViewer({ tenantId: shop.tenantId, type: 'ANONYMOUS' });
  const uuid = await shop.aVariant(6);
  await shop.send('ReserveStock', {
    cartId: newId(),
    lines: [{ variantId: uuid, quantity: 2 }],
    expiresAt: inSeconds(600),
  });
  await shop.send('ReserveStock', {
    cartId: newId(),
    lines: [{ variantId: uuid, quantity: 2 }],
    expiresAt: inSeconds(-1),
  });
  const [sold, unknown] = [await shop.aVariant(), newId()];
  const refs = [uuid, sold, unknown].map((id) => ({
    __typename: 'ProductVariant',
    id: encodeId('ProductVariant', id),
  }));

  const hidden = await ask(shop, entities, { refs }, shopper);
  await ask(
    shop,
    'mutation { inventorySettingsUpdate(input: { showsQuantity: true, defaultLowStockThreshold: 4 }) { userErrors { code } } }',
  );
  const shown = await ask(shop, entities, { refs }, shopper);
  const foreign = await ask(shop, entities, { refs }, aViewer({ type: 'ANONYMOUS' }));
  const levels = await house.execute(
    'inventory',
    shopper,
    'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on ProductVariant { inventoryLevels { totalCount } } } }',
    { refs: refs.slice(0, 1) },
  );

  expect(hidden._entities).toMatchObject([
    { availability: { status: 'LOW_STOCK', quantity: null } },
    { availability: { status: 'OUT_OF_STOCK', quantity: null } },
    null,
  ]);
  expect(shown._entities.slice(0, 2)).toMatchObject([
    { availability: { status: 'IN_STOCK', quantity: 4 } },
    { availability: { status: 'OUT_OF_STOCK', quantity: 0 } },
  ]);
  expect(foreign._entities).toEqual([null, null, null]);
  expect(levels.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
});

test('another merchant reaches nothing of it', async () => {
  const [shop, other] = [await openShop(house), await openShop(house)];
  const uuid = await shop.aVariant(3);
  const [level] = await shop.levels(uuid);
  const { locations } = await ask(shop, '{ locations { id } }');
  const document = `query ($level: ID!, $place: ID!) {
    inventoryLevel(id: $level) { id } location(id: $place) { id } inventoryLevels(first: 5) { nodes { id } } }`;
  const variables = { level: encodeId('InventoryLevel', level?.id ?? ''), place: locations[0]?.id };

  expect(await ask(shop, document, variables)).toMatchObject({
    inventoryLevel: { id: variables.level },
    location: { id: variables.place },
  });
  expect(await ask(other, document, variables)).toEqual({
    inventoryLevel: null,
    location: null,
    inventoryLevels: { nodes: [] },
  });
});

test('hundreds of deliveries and write-offs of the past are taken in one go, each with its day', async () => {
  const shop = await openShop(house);
  const variantIds = await Promise.all(Array.from({ length: 3 }, () => shop.aVariant()));
  const occurredAt = new Date('2010-12-01T08:26:00Z');
  const receipts = Array.from({ length: 300 }, (_one, index) => ({
    variantId: index < 297 ? newId() : (variantIds[index - 297] ?? ''),
    quantity: index + 1,
    occurredAt,
    reference: `C${index}`,
    reason: 'Opening stock',
  }));

  await shop.command((tx) => receiveStock(tx, receipts));
  const changes = variantIds.map((variantId) => ({ variantId, delta: -100 }));
  const off = await shop.command((tx) =>
    adjustStock(tx, { changes, reason: 'Damaged', reference: '537032', occurredAt }),
  );
  const tooMuch = await shop.command((tx) =>
    adjustStock(tx, { changes: changes.map((one) => ({ ...one, delta: -500 })), reason: 'Lost' }),
  );

  expect(off.value?.levelIds).toHaveLength(3);
  expect(tooMuch.refusals).toMatchObject([{ code: 'NEGATIVE_QUANTITY' }]);
  expect(await shop.levels(variantIds[2] ?? '')).toMatchObject([{ onHand: 200, version: 2 }]);
  expect(await shop.read('select 1 from "inventory"."movement" where occurred_at <> $1', [occurredAt])).toEqual([]);
  expect(await shop.drift()).toEqual([]);
});

test('nobody changes or deletes a line of the ledger', async () => {
  const shop = await openShop(house);
  await shop.aVariant(3);

  await expect(
    shop.command((tx) => query(tx.em, 'update "inventory"."movement" set delta_on_hand = 0')),
  ).rejects.toThrow('permission denied');
  await expect(shop.command((tx) => query(tx.em, 'delete from "inventory"."movement"'))).rejects.toThrow(
    'permission denied',
  );
});
