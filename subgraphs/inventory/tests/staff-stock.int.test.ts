import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, waitFor, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { InventoryUserError, Mutation, Query } from '../generated/graphql.ts';
import { findDefaultLocation } from '../src/index.ts';
import { inSeconds, openShop, startStockHouse, type Shop } from './stock-house.ts';

let house: TestHouse;
let shop: Shop;
let staff: ReturnType<typeof aViewer>;
let locationId: string;
beforeAll(async () => {
  house = await startStockHouse();
});
beforeEach(async () => {
  shop = await openShop(house);
  staff = aViewer({
    tenantId: shop.tenantId,
    scopes: ['read_inventory', 'write_inventory', 'write_stock_overrides'],
  });
  locationId = encodeId('Location', (await shop.command(findDefaultLocation))?.id ?? '');
});
afterAll(() => house.stop());

const ask = async (document: string, variables: Record<string, unknown> = {}) =>
  expectData<Query & Mutation>(await house.execute('inventory', staff, document, variables));

const levelFields = `id onHand reserved allocated available safetyStock backorderLimit lowStockThreshold version
  override { quantity reason expiresAt setBy { type id } }
  movements(first: 5) { nodes { kind quantity availableAfter reason reference actor { type } orderId } totalCount }`;

const adjust = async (changes: object[], over: object = {}) => {
  const { inventoryAdjust } = await ask(
    `mutation ($input: InventoryAdjustInput!) {
      inventoryAdjust(input: $input) { inventoryLevels { ${levelFields} } userErrors { code field } }
    }`,
    { input: { changes, reason: 'Delivery', idempotencyKey: newId(), ...over } },
  );
  return inventoryAdjust;
};

const count = async (quantities: object[]) => {
  const { inventorySet } = await ask(
    `mutation ($input: InventorySetInput!) {
      inventorySet(input: $input) { inventoryLevels { ${levelFields} } userErrors { code field } }
    }`,
    { input: { quantities, reason: 'Count', idempotencyKey: newId() } },
  );
  return inventorySet;
};

const override = async (input: object) => {
  const { inventoryOverrideSet } = await ask(
    `mutation ($input: InventoryOverrideSetInput!) {
      inventoryOverrideSet(input: $input) { inventoryLevel { ${levelFields} } userErrors { code field } }
    }`,
    { input: { reason: 'Damaged display', idempotencyKey: newId(), locationId, ...input } },
  );
  return inventoryOverrideSet;
};

const aStocked = async (units = 0): Promise<{ uuid: string; variantId: string }> => {
  const uuid = await shop.aVariant(units);
  return { uuid, variantId: encodeId('ProductVariant', uuid) };
};

const codes = ({ userErrors }: { readonly userErrors: readonly InventoryUserError[] }) =>
  userErrors.map((error) => error.code);

test('an adjustment changes what is on hand once per key and says why in the ledger', async () => {
  const { variantId } = await aStocked();
  const over = { idempotencyKey: 'delivery-1', reference: 'DN-7' };

  const first = await adjust([{ variantId, locationId, delta: 8 }], over);
  const second = await adjust([{ variantId, locationId, delta: 8 }], over);
  const other = await adjust([{ variantId, locationId, delta: 9 }], over);

  expect(first.inventoryLevels).toMatchObject([
    {
      onHand: 8,
      available: 8,
      version: 1,
      lowStockThreshold: 5,
      movements: {
        nodes: [{ kind: 'ADJUSTED', quantity: 8, reason: 'Delivery', reference: 'DN-7', actor: { type: 'STAFF' } }],
      },
    },
  ]);
  expect(second).toEqual(first);
  expect(codes(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  expect(await shop.drift()).toEqual([]);
});

test('an adjustment that one line makes impossible changes nothing', async () => {
  const [mug, cup] = [await aStocked(3), await aStocked(3)];
  await shop.send('ReserveStock', {
    cartId: newId(),
    lines: [{ variantId: cup.uuid, quantity: 2 }],
    expiresAt: inSeconds(600),
  });

  const result = await adjust([
    { variantId: mug.variantId, locationId, delta: -1 },
    { variantId: cup.variantId, locationId, delta: -2 },
  ]);

  expect(result).toEqual({
    inventoryLevels: null,
    userErrors: [{ code: 'NEGATIVE_QUANTITY', field: ['changes', '1', 'delta'] }],
  });
  expect(await shop.levels(mug.uuid)).toMatchObject([{ onHand: 3 }]);
});

test('a broken unit may be written off when the only hold on it has run out', async () => {
  const { uuid, variantId } = await aStocked(1);
  await shop.send('ReserveStock', {
    cartId: newId(),
    lines: [{ variantId: uuid, quantity: 1 }],
    expiresAt: inSeconds(-1),
  });

  expect(codes(await adjust([{ variantId, locationId, delta: -1 }]))).toEqual([]);
  expect(await shop.levels(uuid)).toMatchObject([{ onHand: 0, reserved: 0 }]);
  expect(await shop.drift()).toEqual([]);
});

test('a stock count is refused when the level moved on, when it is below zero, or when nothing is believed', async () => {
  const { variantId } = await aStocked();

  const opened = await count([{ variantId, locationId, quantity: 4, changeFromQuantity: 0 }]);
  const stale = await count([{ variantId, locationId, quantity: 6, changeFromQuantity: 3 }]);
  const negative = await count([{ variantId, locationId, quantity: -1, changeFromQuantity: null }]);
  const silent = await count([{ variantId, locationId, quantity: 6 }]);
  const forced = await count([{ variantId, locationId, quantity: 2, changeFromQuantity: null }]);

  expect(opened.inventoryLevels).toMatchObject([
    { onHand: 4, movements: { nodes: [{ kind: 'OPENING', quantity: 4 }] } },
  ]);
  expect(stale.userErrors).toEqual([
    { code: 'CHANGE_FROM_QUANTITY_STALE', field: ['quantities', '0', 'changeFromQuantity'] },
  ]);
  expect(codes(negative)).toEqual(['NEGATIVE_QUANTITY']);
  expect(silent.userErrors).toEqual([{ code: 'INVALID', field: ['quantities', '0', 'changeFromQuantity'] }]);
  expect(forced.inventoryLevels).toMatchObject([
    { onHand: 2, movements: { nodes: [{ kind: 'ADJUSTED', quantity: -2 }, {}] } },
  ]);
});

test('what is not there is named by its path', async () => {
  const { variantId } = await aStocked(1);
  const stranger = encodeId('ProductVariant', newId());

  expect((await adjust([{ variantId: stranger, locationId, delta: 1 }])).userErrors).toEqual([
    { code: 'NOT_FOUND', field: ['changes', '0', 'variantId'] },
  ]);
  expect((await adjust([{ variantId, locationId: 'nonsense', delta: 1 }])).userErrors).toEqual([
    { code: 'NOT_FOUND', field: ['changes', '0', 'locationId'] },
  ]);
  expect(codes(await adjust([]))).toEqual(['INVALID']);
  expect(codes(await adjust([{ variantId, locationId, delta: 1 }], { reason: ' ' }))).toEqual(['INVALID']);
});

test('an override counts instead of what is on hand until it is cleared or its time is over', async () => {
  const { uuid, variantId } = await aStocked(10);

  const set = await override({ variantId, quantity: 2 });
  const key = await shop.send('ReserveStock', {
    cartId: newId(),
    lines: [{ variantId: uuid, quantity: 3 }],
    expiresAt: inSeconds(600),
  });
  const cleared = await override({ variantId, quantity: null });
  const past = await override({ variantId, quantity: 1, expiresAt: inSeconds(-5) });
  await override({ variantId, quantity: 1, expiresAt: inSeconds(60) });
  await shop.read(`update "inventory"."level" set override_expires_at = now() - interval '1 second'`);
  house.subgraph('inventory').runtime.wake('task:expire-overrides');

  expect(set.inventoryLevel).toMatchObject({
    onHand: 10,
    available: 2,
    override: { quantity: 2, reason: 'Damaged display', expiresAt: null, setBy: { type: 'STAFF' } },
    movements: { nodes: [{ kind: 'OVERRIDE_SET', quantity: 0, availableAfter: 2 }, { kind: 'RECEIVED' }] },
  });
  expect(await shop.answers(key)).toMatchObject([{ payload: { shortages: [{ available: 2 }] } }]);
  expect(cleared.inventoryLevel).toMatchObject({ available: 10, override: null });
  expect(past.userErrors).toEqual([{ code: 'INVALID', field: ['expiresAt'] }]);
  await waitFor(async () => (await shop.published('InventoryOverrideSet')).length === 4, {
    describe: 'the sweeper to clear the override',
  });
  expect((await shop.published('InventoryOverrideSet')).map(({ quantity }) => quantity)).toEqual([2, null, 1, null]);
  expect((await shop.published('InventoryUpdated')).at(-1)).toMatchObject({
    kind: 'OVERRIDE_CLEARED',
    before: { onHand: 1, available: 1 },
    after: { onHand: 10, available: 10 },
  });
  expect(await shop.drift()).toEqual([]);
});

test('an override needs its own scope', async () => {
  const { variantId } = await aStocked(1);
  const clerk = aViewer({ tenantId: shop.tenantId, scopes: ['write_inventory'] });
  const mutation =
    'mutation ($input: InventoryOverrideSetInput!) { inventoryOverrideSet(input: $input) { userErrors { code } } }';

  const result = await house.execute('inventory', clerk, mutation, {
    input: { variantId, locationId, quantity: 1, reason: 'x', idempotencyKey: 'k' },
  });

  expect(result.errors?.[0]?.extensions).toMatchObject({ requiredScopes: ['write_stock_overrides'] });
});

test('a promise that an override took back is not turned into an allocation', async () => {
  const { uuid, variantId } = await aStocked(5);
  const [cartId, orderId] = [newId(), newId()];
  const lines = [{ variantId: uuid, quantity: 4 }];
  await shop.send('ConfirmReservation', { cartId, orderId, lines, expiresAt: inSeconds(600) });
  await override({ variantId, quantity: 1 });

  const key = await shop.send('AllocateStock', { cartId, orderId });

  expect(await shop.answers(key)).toMatchObject([
    { type: 'StockReservationFailed', payload: { shortages: [{ requested: 4 }] } },
  ]);
});

test('staff see holds, give one back once, and see the run-out ones as expired', async () => {
  const { uuid, variantId } = await aStocked(5);
  const [cartId, orderId] = [newId(), newId()];
  const lines = [{ variantId: uuid, quantity: 2 }];
  await shop.send('ConfirmReservation', { cartId, orderId, lines, expiresAt: inSeconds(600) });
  await shop.send('ReserveStock', { cartId: newId(), lines, expiresAt: inSeconds(-1) });
  const list = `query ($where: StockReservationWhereInput) {
    stockReservations(first: 10, where: $where) {
      nodes { id status quantity cartId expiresAt order { id stockReservations { id } } variant { id } location { id name } }
    }
  }`;
  const release = `mutation ($input: StockReservationReleaseInput!) {
    stockReservationRelease(input: $input) { stockReservation { status } userErrors { code field } }
  }`;
  const input = (id: string) => ({ input: { id, reason: 'Fraud', idempotencyKey: newId() } });

  const { nodes: held } = (await ask(list, { where: { status: ['HELD'], variantId } })).stockReservations;
  const { nodes: expired } = (await ask(list, { where: { status: ['EXPIRED'] } })).stockReservations;
  const { nodes: ofOrder } = (await ask(list, { where: { orderId: encodeId('Order', orderId) } })).stockReservations;
  const first = await ask(release, input(held[0]?.id ?? ''));
  const second = await ask(release, input(held[0]?.id ?? ''));
  const unknown = await ask(release, input('nonsense'));

  expect(held).toMatchObject([
    { status: 'HELD', quantity: 2, cartId: encodeId('Cart', cartId), variant: { id: variantId } },
  ]);
  expect(held[0]?.order).toEqual({ id: encodeId('Order', orderId), stockReservations: [{ id: held[0]?.id }] });
  expect(held[0]?.location).toEqual({ id: locationId, name: 'Main warehouse' });
  expect(expired).toMatchObject([{ status: 'EXPIRED' }]);
  expect(ofOrder).toHaveLength(1);
  expect(first.stockReservationRelease).toEqual({ stockReservation: { status: 'RELEASED' }, userErrors: [] });
  expect(codes(second.stockReservationRelease)).toEqual(['NOT_HELD']);
  expect(codes(unknown.stockReservationRelease)).toEqual(['NOT_FOUND']);
  expect(await shop.published('StockReleased')).toMatchObject([{ cartId, orderId, lines, reason: 'Fraud' }]);
});

test('levels can be listed by variant, by place, by what is low and by what is overridden', async () => {
  const [many, few] = [await aStocked(50), await aStocked(2)];
  await override({ variantId: many.variantId, quantity: 40 });
  const list = async (where: object) => {
    const query = `query ($where: InventoryLevelWhereInput) {
      inventoryLevels(first: 10, where: $where) { nodes { variant { id } } totalCount }
    }`;
    const { inventoryLevels } = await ask(query, { where });
    expect(inventoryLevels.totalCount).toBe(inventoryLevels.nodes.length);
    return inventoryLevels.nodes.map((node) => node.variant?.id);
  };

  expect(await list({})).toEqual([many.variantId, few.variantId]);
  expect(await list({ isLow: true })).toEqual([few.variantId]);
  expect(await list({ isLow: false })).toEqual([many.variantId]);
  expect(await list({ hasOverride: true })).toEqual([many.variantId]);
  expect(await list({ hasOverride: false })).toEqual([few.variantId]);
  expect(await list({ variantIds: [few.variantId], locationIds: [locationId] })).toEqual([few.variantId]);
  expect(await list({ locationIds: [encodeId('Location', newId())] })).toEqual([]);
  expect(await list({ updatedAt: { lt: inSeconds(-60) } })).toEqual([]);
  expect(await list({ updatedAt: { gte: inSeconds(-60) } })).toHaveLength(2);
});

test('the ledger of a level is read page by page, newest first', async () => {
  const { uuid, variantId } = await aStocked(5);
  await adjust([
    { variantId, locationId, delta: 1 },
    { variantId, locationId, delta: 2 },
    { variantId, locationId, delta: 3 },
  ]);
  const [level] = await shop.levels(uuid);
  const page = async (after: string | null) => {
    const query = `query ($id: ID!, $after: String) {
      inventoryLevel(id: $id) { movements(first: 3, after: $after) { nodes { id quantity } pageInfo { endCursor hasNextPage } totalCount } }
    }`;
    const { inventoryLevel } = await ask(query, { id: encodeId('InventoryLevel', level?.id ?? ''), after });
    if (!inventoryLevel) throw new Error('The level is not there.');
    return inventoryLevel.movements;
  };

  const first = await page(null);
  const second = await page(first.pageInfo.endCursor ?? null);

  expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
  expect(second.pageInfo.hasNextPage).toBe(false);
  const quantities = [...first.nodes, ...second.nodes].map((node) => node.quantity);
  expect(quantities.toSorted()).toEqual([1, 2, 3, 5]);
  expect(quantities.at(-1)).toBe(5);
});
