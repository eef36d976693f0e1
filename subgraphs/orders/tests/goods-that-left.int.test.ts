import { newId } from '@ordergraph/tenancy';
import { waitFor, type TestHouse } from '@ordergraph/testing';
import { decodeId } from '@ordergraph/subgraph-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, found, OrderShop, startOrders, type OrderView } from './order-house.ts';
import { arrives, leaves } from './parcels.ts';

// Logistics is said to run, and it is the test that tells what leaves.
let house: TestHouse;
beforeAll(async () => {
  house = await startOrders(['logistics']);
});
afterAll(() => house.stop());

/** An order of 2 mugs whose parcel is prepared, and has not left. */
async function anOrder(): Promise<{ shop: OrderShop; id: string; now: () => Promise<OrderView> }> {
  const shop = await new OrderShop(house).opens();
  const { id, sagas } = await shop.order();
  const sagaId = found(decodeId('OrderSaga', found(sagas[0] ?? null).id));
  await shop.answers(sagaId, 'logistics.PrepareShipment', 'ShipmentCreated');
  await waitFor(async () => (await shop.staff.order(id)).sagas[0]?.status === 'COMPLETED');
  return { shop, id, now: () => shop.staff.order(id) };
}

const sendBack = (shop: OrderShop, { id, lines }: OrderView, quantity: number) =>
  shop.staff.returnCall('returnRequest', {
    orderId: id,
    lines: [{ orderLineId: lines[0]?.id, quantity, reason: 'UNWANTED' }],
    idempotencyKey: newId(),
  });
const hold = (shop: OrderShop, { id }: OrderView) =>
  shop.staff.orderCall('orderHoldPlace', { orderId: id, reason: 'Address check' });

test('what has not left is cancelled or refunded, and not sent back', async () => {
  const { shop, now } = await anOrder();

  const order = await now();

  expect(order.availableActions).toEqual(['CANCEL', 'PLACE_HOLD', 'REFUND']);
  expect(order.lines).toMatchObject([{ returnableQuantity: 0 }]);
  expect(codesOf(await sendBack(shop, order, 1))).toEqual(['NOT_RETURNABLE']);
  expect((await now()).returnStatus).toBe('NONE');
});

test('as many units come back as have left and are not announced already', async () => {
  const { shop, now } = await anOrder();
  await leaves(shop, await now(), [1]);

  const order = await now();

  expect(order.availableActions).toEqual(['PLACE_HOLD', 'REFUND', 'REQUEST_RETURN']);
  expect(order.lines).toMatchObject([{ returnableQuantity: 1 }]);
  expect(codesOf(await sendBack(shop, order, 2))).toEqual(['NOT_RETURNABLE']);
  expect(codesOf(await sendBack(shop, order, 1))).toEqual([]);
  const after = await now();
  expect(after.lines).toMatchObject([{ returnableQuantity: 0 }]);
  expect(after.availableActions).not.toContain('REQUEST_RETURN');
  expect(codesOf(await sendBack(shop, after, 1))).toEqual(['NOT_RETURNABLE']);
});

test('a refund before the goods leave takes nothing from what may come back', async () => {
  const { shop, now } = await anOrder();
  const order = await now();
  const quote = { lines: [{ orderLineId: order.lines[0]?.id, quantity: 1 }] };
  const { order: quoted } = await shop.staff.ask<{ order: { refundQuote: { hash: string } } }>(
    'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash } } }',
    { id: order.id, quote },
  );
  const input = { orderId: order.id, quote, quoteHash: quoted.refundQuote.hash, reason: 'x', idempotencyKey: 'x' };
  expect(codesOf(await shop.staff.orderCall('orderRefund', input))).toEqual([]);

  await leaves(shop, order, [1]);

  expect((await now()).lines).toMatchObject([{ refundedQuantity: 1, returnableQuantity: 1 }]);
});

test('a hold is refused where nothing has yet to leave', async () => {
  const { shop, now } = await anOrder();
  await leaves(shop, await now(), [1]);
  expect(codesOf(await hold(shop, await now()))).toEqual([]);
  const [held] = (await now()).holds;
  await shop.staff.orderCall('orderHoldRelease', { orderId: (await now()).id, holdId: held?.id });
  await leaves(shop, await now(), [1]);

  const left = await now();
  expect(left.availableActions).toEqual(['REFUND', 'REQUEST_RETURN']);
  expect(codesOf(await hold(shop, left))).toEqual(['INVALID']);
  await arrives(shop, left);
  expect(codesOf(await hold(shop, left))).toEqual(['INVALID']);

  expect(await now()).toMatchObject({ status: 'CONFIRMED', holds: [] });
});
