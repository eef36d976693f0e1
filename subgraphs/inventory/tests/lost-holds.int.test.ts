import { newId } from '@ordergraph/tenancy';
import { waitFor, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openShop, startStockHouse, type Shop } from './stock-house.ts';

let house: TestHouse;
let shop: Shop;
beforeAll(async () => {
  house = await startStockHouse();
});
beforeEach(async () => {
  shop = await openShop(house);
});
afterAll(() => house.stop());

test('an order holds again what its checkout lost, and what it never held', async () => {
  const variantId = await shop.aVariant(10);
  const [cartId, orderId] = [newId(), newId()];
  await shop.reserve(cartId, [{ variantId, quantity: 2 }], -1);
  await waitFor(async () => (await shop.published('StockReservationExpired')).length === 1, {
    describe: 'the sweeper',
  });

  const again = await shop.confirm(cartId, orderId, [{ variantId, quantity: 3 }]);
  const never = await shop.confirm(newId(), newId(), [{ variantId, quantity: 4 }]);
  const tooMuch = await shop.confirm(newId(), newId(), [{ variantId, quantity: 4 }]);
  const allocated = await shop.send('AllocateStock', { cartId, orderId });

  expect(await shop.answers(again)).toMatchObject([
    { type: 'StockReserved', payload: { orderId, reservations: [{ quantity: 3 }] } },
  ]);
  expect(await shop.typeOf(never)).toBe('StockReserved');
  expect(await shop.answers(tooMuch)).toMatchObject([{ payload: { shortages: [{ requested: 4, available: 3 }] } }]);
  expect(await shop.typeOf(allocated)).toBe('StockAllocated');
  expect(await shop.levels(variantId)).toMatchObject([{ reserved: 4, allocated: 3 }]);
  expect(await shop.drift()).toEqual([]);
});

test('a hold that ran out gives its units to the next checkout, and its cart is told once', async () => {
  const variantId = await shop.aVariant(3);
  const loser = newId();
  await shop.reserve(loser, [{ variantId, quantity: 3 }], -1);

  const key = await shop.reserve(newId(), [{ variantId, quantity: 3 }]);

  expect(await shop.typeOf(key)).toBe('StockReserved');
  await house.quiet();
  expect(await shop.published('StockReservationExpired')).toMatchObject([
    { cartId: loser, orderId: null, lines: [{ variantId, quantity: 3 }] },
  ]);
  expect(await shop.statuses()).toEqual(['EXPIRED', 'HELD']);
  expect(await shop.levels(variantId)).toMatchObject([{ reserved: 3 }]);
  expect(await shop.drift()).toEqual([]);
});

test('an order that lost its hold after it was confirmed gets nothing', async () => {
  const [mug, cup] = [await shop.aVariant(1), await shop.aVariant(5)];
  const [cartId, orderId] = [newId(), newId()];
  const lines = [
    { variantId: mug, quantity: 1 },
    { variantId: cup, quantity: 1 },
  ];
  await shop.reserve(cartId, lines);
  await shop.confirm(cartId, orderId, lines, -1);
  await shop.reserve(newId(), [{ variantId: mug, quantity: 1 }]);

  const key = await shop.send('AllocateStock', { cartId, orderId });

  expect(await shop.typeOf(key)).toBe('StockReservationFailed');
  expect(await shop.levels(mug)).toMatchObject([{ reserved: 1, allocated: 0 }]);
  expect(await shop.levels(cup)).toMatchObject([{ allocated: 0 }]);
});

test('an order that lost its hold may allocate what it holds again, and the loss is told once', async () => {
  const variantId = await shop.aVariant(10);
  const lines = [{ variantId, quantity: 2 }];
  const [throughCart, atOnce] = [
    { cartId: newId(), orderId: newId() },
    { cartId: newId(), orderId: newId() },
  ];
  for (const { cartId, orderId } of [throughCart, atOnce]) await shop.confirm(cartId, orderId, lines, -1);
  await waitFor(async () => (await shop.published('StockReservationExpired')).length === 2, {
    describe: 'the sweeper',
  });

  await shop.reserve(throughCart.cartId, lines);
  for (const { cartId, orderId } of [throughCart, atOnce]) {
    expect(await shop.typeOf(await shop.confirm(cartId, orderId, lines))).toBe('StockReserved');
    expect(await shop.typeOf(await shop.send('AllocateStock', { cartId, orderId }))).toBe('StockAllocated');
  }

  expect(await shop.published('StockReservationExpired')).toHaveLength(2);
  expect(await shop.levels(variantId)).toMatchObject([{ reserved: 0, allocated: 4 }]);
});
