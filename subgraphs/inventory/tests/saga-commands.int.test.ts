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

const reserve = (cartId: string, lines: { variantId: string; quantity: number }[], seconds = 600) =>
  shop.send('ReserveStock', { cartId, lines, expiresAt: inSeconds(seconds) });

test('a checkout takes stock from held to allocated and the ledger says why', async () => {
  const variantId = await shop.aVariant(10);
  const [cartId, orderId] = [newId(), newId()];
  const lines = [{ variantId, quantity: 3 }];

  const reserved = await reserve(cartId, lines);
  const confirmed = await shop.send('ConfirmReservation', { cartId, orderId, lines, expiresAt: inSeconds(900) });
  const allocated = await shop.send('AllocateStock', { cartId, orderId });

  expect(await shop.answers(reserved)).toMatchObject([
    { type: 'StockReserved', payload: { cartId, orderId: null, reservations: [{ variantId, quantity: 3 }] } },
  ]);
  expect(await shop.answers(confirmed)).toMatchObject([{ type: 'StockReserved', payload: { orderId } }]);
  expect(await shop.answers(allocated)).toMatchObject([
    { type: 'StockAllocated', payload: { cartId, orderId, lines: [{ variantId, quantity: 3 }] } },
  ]);
  expect(await shop.levels(variantId)).toMatchObject([{ onHand: 10, reserved: 0, allocated: 3, version: 3 }]);
  expect((await shop.published('InventoryUpdated')).map((event) => event['kind'])).toEqual([
    'RECEIVED',
    'RESERVED',
    'ALLOCATED',
  ]);
  expect((await shop.published('InventoryUpdated')).at(-1)).toMatchObject({
    before: { onHand: 10, reserved: 3, allocated: 0, available: 7 },
    after: { onHand: 10, reserved: 0, allocated: 3, available: 7 },
  });
  expect(await shop.drift()).toEqual([]);
});
