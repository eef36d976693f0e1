import { readdirSync } from 'node:fs';
import { waitFor } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buys, orderBecomes, startShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

test('a guest buys: the order is confirmed, paid, allocated and announced by mail', async () => {
  const merchant = await shop.opensMerchant();

  const placed = await buys(shop, merchant, { MUG: 2 });
  const order = await orderBecomes(shop, merchant, placed.id, 'CONFIRMED');

  expect(order).toMatchObject({ paymentStatus: 'PAID', failure: null, totals: { grandTotal: { amount: '23.90' } } });
  await shop.house.quiet();
  await waitFor(() => readdirSync(shop.mailDirectory).length === 1, { describe: 'one mail in the mailbox' });
});

test('a declined card fails the order and leaves no hold on stock or money', async () => {
  const merchant = await shop.opensMerchant();

  const placed = await buys(shop, merchant, { MUG: 1 }, { paymentMethodToken: 'tok_chargeDeclined' });
  const order = await orderBecomes(shop, merchant, placed.id, 'FAILED');

  expect(order.failure).toMatchObject({ code: 'PAYMENT_DECLINED', step: 'payments.AuthorizePayment' });
  const { inventoryLevels } = await shop.ask<{ inventoryLevels: { nodes: object[] } }>(
    merchant.staff,
    '{ inventoryLevels(first: 10) { nodes { onHand reserved allocated available } } }',
  );
  expect(inventoryLevels.nodes).toEqual([{ onHand: 100, reserved: 0, allocated: 0, available: 100 }]);
});
