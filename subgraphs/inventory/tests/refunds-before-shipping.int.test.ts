import { newId } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
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

/** An order of three units that are allocated, of ten on hand. */
async function anOrder(units = 3) {
  const variantId = await shop.aVariant(10);
  const [cartId, orderId, orderLineId] = [newId(), newId(), newId()];
  const lines = [{ variantId, quantity: units }];
  await shop.reserve(cartId, lines);
  await shop.confirm(cartId, orderId, lines);
  await shop.send('AllocateStock', { cartId, orderId });
  const [level] = await shop.levels(variantId);
  if (!level) throw new Error('The variant lies nowhere.');
  const ship = (quantity: number) =>
    shop.send(
      'ShipmentDispatched',
      {
        shipmentId: newId(),
        orderId,
        cartId,
        number: '1-1',
        returnId: null,
        isReturn: false,
        locationId: level.locationId,
        lines: [{ orderLineId, variantId, quantity }],
        carrierCode: 'post',
        trackingNumber: null,
      },
      { publisher: 'logistics' },
    );
  const refund = (quantity: number, neverLeft: number, isWrittenOff = false) =>
    shop.send('RestockItems', {
      cartId,
      orderId,
      refundId: newId(),
      lines: [{ orderLineId, variantId, quantity, locationId: null, neverLeft, isWrittenOff }],
    });
  return { variantId, cartId, orderId, orderLineId, locationId: level.locationId, ship, refund };
}

const stockOf = async (variantId: string): Promise<readonly [onHand: number, allocated: number, reserved: number]> => {
  const [level] = await shop.levels(variantId);
  return [level?.onHand ?? 0, level?.allocated ?? 0, level?.reserved ?? 0];
};

test('units that are refunded before they left are no longer allocated, and none comes out of nowhere', async () => {
  const { variantId, orderLineId, locationId, ship, refund } = await anOrder();

  const key = await refund(1, 1);
  expect(await stockOf(variantId)).toEqual([10, 2, 0]);
  const [answer] = await shop.answers(key);
  expect(answer?.payload).toMatchObject({
    lines: [],
    released: [{ orderLineId, variantId, locationId, quantity: 1 }],
  });

  await ship(1);
  await refund(2, 1);
  expect(await stockOf(variantId)).toEqual([10, 0, 0]);
  expect(await shop.statuses()).toEqual(['SHIPPED']);
  expect(await shop.drift()).toEqual([]);
});

test('a repeated refund gives nothing back again, and cancelling gives back what is left', async () => {
  const { variantId, cartId, orderId, orderLineId } = await anOrder();
  const command = {
    cartId,
    orderId,
    refundId: newId(),
    lines: [{ orderLineId, variantId, quantity: 1, locationId: null, neverLeft: 1 }],
  };
  const commandKey = newId();
  await shop.send('RestockItems', command, { commandKey });
  await shop.send('RestockItems', command, { commandKey });
  await shop.send('RestockItems', command);
  expect(await stockOf(variantId)).toEqual([10, 2, 0]);

  await shop.send('ReleaseStock', { cartId, orderId, reason: 'Cancelled' });
  expect(await stockOf(variantId)).toEqual([10, 0, 0]);
  expect(await shop.statuses()).toEqual(['RELEASED']);
  expect(await shop.drift()).toEqual([]);
});

test('units that are written off before they left leave the shelf', async () => {
  const { variantId, refund } = await anOrder();
  await refund(2, 2, true);
  expect(await stockOf(variantId)).toEqual([8, 1, 0]);
  expect(await shop.drift()).toEqual([]);
});

test('units that left meanwhile stay gone', async () => {
  const { variantId, ship, refund } = await anOrder();
  await ship(3);
  const key = await refund(1, 1);
  expect(await stockOf(variantId)).toEqual([7, 0, 0]);
  expect((await shop.answers(key))[0]?.payload).toMatchObject({ lines: [], released: [] });
});

test('a parcel that leaves after its stock was given back takes its units off the books, and says so', async () => {
  const { variantId, cartId, orderId, ship } = await anOrder();
  await shop.send('ReleaseStock', { cartId, orderId, reason: 'Cancelled' });
  await ship(3);
  expect(await stockOf(variantId)).toEqual([7, 0, 0]);
  const movements = await shop.read<{ kind: string; reason: string }>(
    `select kind, reason from "inventory"."movement" order by occurred_at, id`,
  );
  expect(movements.at(-1)).toEqual({ kind: 'ADJUSTED', reason: 'Left with parcel 1-1 after they were given back.' });
  expect(await shop.drift()).toEqual([]);
});

test('checkouts that counted on units that are gone lose their hold, the newest first', async () => {
  const { variantId, cartId, orderId, ship } = await anOrder();
  await shop.send('ReleaseStock', { cartId, orderId, reason: 'Cancelled' });
  await shop.reserve(newId(), [{ variantId, quantity: 6 }]);
  await shop.reserve(newId(), [{ variantId, quantity: 3 }]);

  await ship(3);

  expect(await stockOf(variantId)).toEqual([7, 0, 6]);
  expect(await shop.statuses()).toEqual(['RELEASED', 'HELD', 'RELEASED']);
  expect(await shop.drift()).toEqual([]);
});
