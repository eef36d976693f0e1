import { newId } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inSeconds, openShop, startStockHouse, type Shop } from './stock-house.ts';

let house: TestHouse;
let shop: Shop;
beforeAll(async () => {
  house = await startStockHouse();
});
beforeEach(async () => {
  shop = await openShop(house);
});
afterAll(() => house.stop());

test('a checkout takes stock from held to allocated and the ledger says why', async () => {
  const variantId = await shop.aVariant(10);
  const [cartId, orderId] = [newId(), newId()];
  const lines = [{ variantId, quantity: 3 }];

  const reserved = await shop.reserve(cartId, lines);
  const confirmed = await shop.confirm(cartId, orderId, lines, 900);
  const allocated = await shop.send('AllocateStock', { cartId, orderId });

  expect(await shop.answers(reserved)).toMatchObject([
    { type: 'StockReserved', payload: { cartId, orderId: null, reservations: [{ variantId, quantity: 3 }] } },
  ]);
  expect(await shop.answers(confirmed)).toMatchObject([{ type: 'StockReserved', payload: { orderId } }]);
  expect(await shop.answers(allocated)).toMatchObject([
    { type: 'StockAllocated', payload: { cartId, orderId, lines: [{ variantId, quantity: 3 }] } },
  ]);
  expect(await shop.levels(variantId)).toMatchObject([{ onHand: 10, reserved: 0, allocated: 3, version: 3 }]);
  const updates = await shop.published('InventoryUpdated');
  expect(updates.map((event) => event['kind'])).toEqual(['RECEIVED', 'RESERVED', 'ALLOCATED']);
  expect(updates.at(-1)).toMatchObject({
    before: { onHand: 10, reserved: 3, allocated: 0, available: 7 },
    after: { onHand: 10, reserved: 0, allocated: 3, available: 7 },
  });
  expect(await shop.drift()).toEqual([]);
});

test('one short line leaves the whole cart without stock and says what is short', async () => {
  const [mug, cup] = [await shop.aVariant(10), await shop.aVariant(1)];
  const lines = [
    { variantId: mug, quantity: 1 },
    { variantId: cup, quantity: 1 },
    { variantId: cup, quantity: 1 },
  ];

  const key = await shop.reserve(newId(), lines);

  expect(await shop.answers(key)).toMatchObject([
    { type: 'StockReservationFailed', payload: { shortages: [{ variantId: cup, requested: 2, available: 1 }] } },
  ]);
  expect(await shop.levels(mug)).toMatchObject([{ reserved: 0 }]);
});

test('a variant that nobody ever received is short', async () => {
  const variantId = newId();

  const key = await shop.reserve(newId(), [{ variantId, quantity: 1 }]);

  expect(await shop.answers(key)).toMatchObject([
    { payload: { shortages: [{ variantId, requested: 1, available: 0 }] } },
  ]);
});

test('every command that comes again is answered as before and changes nothing', async () => {
  const variantId = await shop.aVariant(10);
  const [cartId, orderId, refundId] = [newId(), newId(), newId()];
  const lines = [{ variantId, quantity: 2 }];
  const expiresAt = inSeconds(600);
  const twice = async (send: (commandKey: string) => Promise<string>) => {
    const key = newId();
    await send(key);
    const before = await shop.levels(variantId);
    await send(key);
    const [first, second, ...rest] = await shop.answers(key);
    expect(second).toEqual(first);
    expect(rest).toEqual([]);
    expect(await shop.levels(variantId)).toEqual(before);
  };

  await twice((commandKey) => shop.send('ReserveStock', { cartId, lines, expiresAt }, { commandKey }));
  await twice((commandKey) =>
    shop.send('ReserveStock', { cartId: newId(), lines: [{ variantId, quantity: 99 }], expiresAt }, { commandKey }),
  );
  await twice((commandKey) => shop.send('ConfirmReservation', { cartId, orderId, lines, expiresAt }, { commandKey }));
  await twice((commandKey) => shop.send('AllocateStock', { cartId, orderId }, { commandKey }));
  const restock = {
    cartId,
    orderId,
    refundId,
    lines: [{ orderLineId: newId(), variantId, quantity: 1, locationId: null }],
  };
  await twice((commandKey) => shop.send('RestockItems', restock, { commandKey }));
  await twice((commandKey) => shop.send('ReleaseStock', { cartId, orderId, reason: 'Cancelled' }, { commandKey }));

  expect(await shop.levels(variantId)).toMatchObject([{ onHand: 11, reserved: 0, allocated: 0 }]);
  expect(await shop.drift()).toEqual([]);
});

test('a reservation that comes again after its release holds nothing', async () => {
  const variantId = await shop.aVariant(10);
  const cartId = newId();
  const commandKey = newId();
  const command = { cartId, lines: [{ variantId, quantity: 2 }], expiresAt: inSeconds(600) };

  await shop.send('ReserveStock', command, { commandKey });
  await shop.send('ReleaseStock', { cartId, orderId: null, reason: 'Checkout left' });
  await shop.send('ReserveStock', command, { commandKey });

  expect(await shop.levels(variantId)).toMatchObject([{ reserved: 0 }]);
});

test('a second checkout of a cart takes the place of the first', async () => {
  const variantId = await shop.aVariant(5);
  const cartId = newId();

  await shop.reserve(cartId, [{ variantId, quantity: 4 }]);
  const key = await shop.reserve(cartId, [{ variantId, quantity: 5 }]);

  expect(await shop.typeOf(key)).toBe('StockReserved');
  expect(await shop.levels(variantId)).toMatchObject([{ reserved: 5 }]);
  expect(await shop.statuses()).toEqual(['RELEASED', 'HELD']);
});

test('giving back is a success with nothing to give, and frees what was held or allocated', async () => {
  const variantId = await shop.aVariant(10);
  const lines = [{ variantId, quantity: 2 }];
  const [cartId, orderId, other] = [newId(), newId(), newId()];

  const empty = await shop.send('ReleaseStock', { cartId: newId(), orderId: null, reason: 'Nothing' });
  await shop.reserve(cartId, lines);
  const held = await shop.send('ReleaseStock', { cartId, orderId: null, reason: 'Left' });
  await shop.reserve(other, lines);
  await shop.confirm(other, orderId, lines);
  await shop.send('AllocateStock', { cartId: other, orderId });
  const foreign = await shop.send('ReleaseStock', { cartId: other, orderId: newId(), reason: 'Another order' });
  const allocated = await shop.send('ReleaseStock', { cartId: other, orderId, reason: 'Cancelled' });

  expect(await shop.answers(empty)).toMatchObject([
    { type: 'StockReleased', payload: { lines: [], reason: 'Nothing' } },
  ]);
  expect(await shop.answers(held)).toMatchObject([{ type: 'StockReleased', payload: { lines } }]);
  expect(await shop.answers(foreign)).toMatchObject([{ type: 'StockReleased', payload: { lines: [] } }]);
  expect(await shop.answers(allocated)).toMatchObject([{ type: 'StockReleased', payload: { orderId, lines } }]);
  expect(await shop.levels(variantId)).toMatchObject([{ reserved: 0, allocated: 0, onHand: 10 }]);
});

test('an order that gave its stock back gets none again', async () => {
  const variantId = await shop.aVariant(10);
  const [cartId, orderId] = [newId(), newId()];
  const lines = [{ variantId, quantity: 2 }];
  await shop.reserve(cartId, lines);
  await shop.send('ReleaseStock', { cartId, orderId, reason: 'Failed' });

  const late = await shop.confirm(cartId, orderId, lines);
  const later = await shop.send('AllocateStock', { cartId, orderId });

  expect(await shop.answers(late)).toMatchObject([
    { type: 'StockReservationFailed', payload: { orderId, shortages: [{ variantId, requested: 2, available: 10 }] } },
  ]);
  expect(await shop.typeOf(later)).toBe('StockReservationFailed');
  expect(await shop.levels(variantId)).toMatchObject([{ reserved: 0, allocated: 0 }]);
});

test('units on backorder and below the safety stock are promised as far as the merchant allows', async () => {
  const variantId = await shop.aVariant(5);
  await shop.read('update "inventory"."level" set safety_stock = 2, backorder_limit = 4');

  const within = await shop.reserve(newId(), [{ variantId, quantity: 7 }]);
  const beyond = await shop.reserve(newId(), [{ variantId, quantity: 1 }]);

  expect(await shop.typeOf(within)).toBe('StockReserved');
  expect(await shop.typeOf(beyond)).toBe('StockReservationFailed');
  const [update] = (await shop.published('InventoryUpdated')).slice(-1);
  expect(update).toMatchObject({ after: { available: -4 } });
});

test('a refund puts units back where they came from, or where it says', async () => {
  const variantId = await shop.aVariant(5);
  const [cartId, orderId, refundId] = [newId(), newId(), newId()];
  const lines = [{ variantId, quantity: 5 }];
  await shop.reserve(cartId, lines);
  await shop.confirm(cartId, orderId, lines);
  await shop.send('AllocateStock', { cartId, orderId });
  const elsewhere = newId();
  await shop.read(
    `insert into "inventory"."location" (id, tenant_id, name, address, is_active, priority) values ($1, $2, 'Shop', '{}', true, 1)`,
    [elsewhere, shop.tenantId],
  );
  const [first, second] = [newId(), newId()];
  const restock = {
    cartId,
    orderId,
    refundId,
    lines: [
      { orderLineId: first, variantId, quantity: 2, locationId: null },
      { orderLineId: second, variantId, quantity: 1, locationId: elsewhere },
    ],
  };

  const key = await shop.send('RestockItems', restock);
  await shop.send('RestockItems', restock);

  expect(await shop.typeOf(key)).toBe('StockRestocked');
  const levels = await shop.levels(variantId);
  expect(levels.map((level) => level.onHand)).toEqual([7, 1]);
  expect(levels[1]?.locationId).toBe(elsewhere);
  expect(await shop.drift()).toEqual([]);
});

test('a status change is told when the stock of all locations crosses a boundary', async () => {
  const variantId = await shop.aVariant(6);
  const cartId = newId();

  await shop.reserve(cartId, [{ variantId, quantity: 1 }]);
  await shop.reserve(newId(), [{ variantId, quantity: 1 }]);
  await shop.reserve(newId(), [{ variantId, quantity: 4 }]);
  await shop.send('ReleaseStock', { cartId, orderId: null, reason: 'Left' });

  expect((await shop.published('StockStatusChanged')).map(({ before, after }) => [before, after])).toEqual([
    ['OUT_OF_STOCK', 'IN_STOCK'],
    ['IN_STOCK', 'LOW_STOCK'],
    ['LOW_STOCK', 'OUT_OF_STOCK'],
    ['OUT_OF_STOCK', 'LOW_STOCK'],
  ]);
});
