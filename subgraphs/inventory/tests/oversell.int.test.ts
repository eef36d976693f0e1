import { newId } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StockDraft } from '../src/domain/stock-draft.ts';
import { lockStock } from '../src/ledger/lock-stock.ts';
import { writeStock } from '../src/ledger/write-stock.ts';
import { inSeconds, openShop, startStockHouse } from './stock-house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startStockHouse();
});
afterAll(() => house.stop());

test('200 checkouts that want one of 50 units at the same time get exactly 50', async () => {
  const shop = await openShop(house);
  const variantId = await shop.aVariant(50);
  const lines = [{ variantId, quantity: 1 }];

  const keys = await Promise.all(
    Array.from({ length: 200 }, () => shop.send('ReserveStock', { cartId: newId(), lines, expiresAt: inSeconds(600) })),
  );

  const answers = (await Promise.all(keys.map((key) => shop.answers(key)))).flat();
  expect(answers.filter((answer) => answer.type === 'StockReserved')).toHaveLength(50);
  expect(answers.filter((answer) => answer.type === 'StockReservationFailed')).toHaveLength(150);
  expect(await shop.levels(variantId)).toMatchObject([{ onHand: 50, reserved: 50, allocated: 0 }]);
  expect(await shop.read('select sum(quantity)::int as units from "inventory"."reservation"')).toEqual([{ units: 50 }]);
  expect(await shop.drift()).toEqual([]);
});

test('whole checkouts race for the same units through every step and the last unit is sold once', async () => {
  const shop = await openShop(house);
  const [mug, cup] = [await shop.aVariant(20), await shop.aVariant(30)];

  const outcomes = await Promise.all(
    Array.from({ length: 60 }, async (_one, index) => {
      const [cartId, orderId] = [newId(), newId()];
      // Opposite orders of the same variants: whoever locks as the cart lists them would deadlock.
      const both = [
        { variantId: mug, quantity: 1 },
        { variantId: cup, quantity: 1 },
      ];
      const lines = index % 2 === 0 ? both : both.toReversed();
      const [reserved] = await shop.answers(
        await shop.send('ReserveStock', { cartId, lines, expiresAt: inSeconds(600) }),
      );
      if (reserved?.type !== 'StockReserved') return reserved?.type;
      await shop.send('ConfirmReservation', { cartId, orderId, lines, expiresAt: inSeconds(600) });
      const [allocated] = await shop.answers(await shop.send('AllocateStock', { cartId, orderId }));
      return allocated?.type;
    }),
  );

  expect(outcomes.filter((type) => type === 'StockAllocated')).toHaveLength(20);
  expect(outcomes.filter((type) => type === 'StockReservationFailed')).toHaveLength(40);
  expect(await shop.levels(mug)).toMatchObject([{ onHand: 20, reserved: 0, allocated: 20 }]);
  expect(await shop.levels(cup)).toMatchObject([{ onHand: 30, reserved: 0, allocated: 20 }]);
  expect(await shop.drift()).toEqual([]);
});

test('a decision on wrong numbers is not written', async () => {
  const shop = await openShop(house);
  const variantId = await shop.aVariant(5);
  const cartId = newId();
  await shop.send('ReserveStock', { cartId, lines: [{ variantId, quantity: 2 }], expiresAt: inSeconds(600) });

  const promised = shop.command(async (tx) => {
    const { levels } = await lockStock(tx, { variantIds: [variantId] });
    const draft = new StockDraft(levels.map((level) => ({ ...level, onHand: 100 })));
    draft.move(levels[0]?.id ?? '', 'RESERVED', 4, { cartId });
    await writeStock(tx, { draft });
  });
  await expect(promised).rejects.toMatchObject({ constraint: 'level_reserved_check' });

  const settled = shop.command(async (tx) => {
    const { claims } = await lockStock(tx, { cartId });
    await writeStock(tx, {
      settlements: claims.map((claim) => ({ claim: { ...claim, status: 'ALLOCATED' }, status: 'RELEASED' })),
    });
  });
  await expect(settled).rejects.toMatchObject({ constraint: 'reservation_quantity_check' });

  const expired = shop.command(async (tx) => {
    const { claims } = await lockStock(tx, { cartId });
    await writeStock(tx, { settlements: claims.map((claim) => ({ claim, status: 'EXPIRED' })) });
  });
  await expect(expired).rejects.toMatchObject({ constraint: 'reservation_quantity_check' });

  expect(await shop.levels(variantId)).toMatchObject([{ onHand: 5, reserved: 2, version: 2 }]);
  expect(await shop.read('select status, quantity from "inventory"."reservation"')).toEqual([
    { status: 'HELD', quantity: 2 },
  ]);
  expect(await shop.drift()).toEqual([]);
});
