import { encodeId } from '@ordergraph/subgraph-server';
import type { TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, found, OrderShop, startOrders, type Orders, type OrderView, type ReturnView } from './order-house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startOrders();
});
afterAll(() => house.stop());

const aShop = (options = {}) => new OrderShop(house).opens(options);

const request = (by: Orders, order: OrderView, ...lines: readonly (readonly [line: number, quantity: number])[]) =>
  by.returnCall('returnRequest', {
    orderId: order.id,
    lines: lines.map(([line, quantity]) => ({
      orderLineId: order.lines[line]?.id ?? encodeId('OrderLine', newId()),
      quantity,
      reason: 'UNWANTED',
      note: 'Too small',
    })),
    idempotencyKey: newId(),
  });
const review = (shop: OrderShop, row: ReturnView, approve: boolean, more = {}) =>
  shop.staff.returnCall('returnReview', { returnId: row.id, approve, ...more });
const receive = (
  shop: OrderShop,
  row: ReturnView,
  quantities: readonly number[],
  more: object = {},
  perLine: object = {},
) =>
  shop.staff.returnCall('returnReceive', {
    returnId: row.id,
    lines: quantities.map((quantity, index) => ({
      returnLineId: row.lines[index]?.id,
      quantity,
      disposition: 'RESTOCK',
      ...perLine,
    })),
    idempotencyKey: newId(),
    ...more,
  });

async function approved(
  shop: OrderShop,
  order: OrderView,
  ...lines: readonly (readonly [number, number])[]
): Promise<ReturnView> {
  const { return: row } = await request(shop.staff, order, ...lines);
  return found((await review(shop, found(row), true)).return);
}

test('goods come back: requested, approved, received, refunded, closed', async () => {
  const shop = await aShop();
  const customer = shop.as('CUSTOMER');
  const order = await shop.order(customer, [shop.line(shop.mug, 2), shop.line(shop.book, 1)]);

  const requested = found((await request(customer, order, [0, 2])).return);
  expect(requested).toMatchObject({
    status: 'REQUESTED',
    version: 1,
    lines: [{ quantity: 2, receivedQuantity: 0, disposition: null }],
  });
  expect((await shop.staff.order(order.id)).returnStatus).toBe('REQUESTED');
  const agreed = found((await review(shop, requested, true, { expectedVersion: 1 })).return);
  expect(agreed).toMatchObject({ status: 'APPROVED', version: 2 });
  const received = await receive(shop, agreed, [1]);

  expect(received.return).toMatchObject({ status: 'CLOSED', lines: [{ receivedQuantity: 1, disposition: 'RESTOCK' }] });
  expect(received.return?.refund).not.toBeNull();
  expect(await shop.staff.order(order.id)).toMatchObject({
    returnStatus: 'PARTIALLY_RETURNED',
    paymentStatus: 'PARTIALLY_REFUNDED',
    lines: [{ returnedQuantity: 1, refundedQuantity: 1, refundableQuantity: 1 }, { returnedQuantity: 0 }],
  });
});

test('a return that is declined leaves the order as it was', async () => {
  const shop = await aShop();
  const order = await shop.order(shop.guest, [shop.line(shop.mug, 2), shop.line(shop.book, 1)]);
  await receive(shop, await approved(shop, order, [0, 1]), [1]);
  const { return: row } = await request(shop.staff, order, [1, 1]);
  expect((await shop.staff.order(order.id)).returnStatus).toBe('REQUESTED');

  expect((await review(shop, found(row), false, { note: 'No.' })).return).toMatchObject({ status: 'DECLINED' });

  expect((await shop.staff.order(order.id)).returnStatus).toBe('PARTIALLY_RETURNED');
  expect(codesOf(await review(shop, found(row), true))).toEqual(['INVALID']);
  expect(codesOf(await receive(shop, found(row), [1]))).toEqual(['INVALID']);
});

test('goods may be taken back without a refund', async () => {
  const shop = await aShop();
  const order = await shop.order();

  const received = await receive(shop, await approved(shop, order, [0, 2]), [2], { refund: false });

  expect(received.return).toMatchObject({ status: 'CLOSED', refund: null });
  expect(await shop.staff.order(order.id)).toMatchObject({ returnStatus: 'RETURNED', paymentStatus: 'PAID' });
});

test('when nothing arrives, nothing came back and nothing is refunded', async () => {
  const shop = await aShop();
  const order = await shop.order();

  const received = await receive(shop, await approved(shop, order, [0, 1]), [0]);

  expect(received.return).toMatchObject({ status: 'CLOSED', refund: null });
  expect(await shop.staff.order(order.id)).toMatchObject({ returnStatus: 'NONE', paymentStatus: 'PAID' });
});

test('no more units are announced than the customer still has', async () => {
  const shop = await aShop();
  const order = await shop.order(shop.guest, [shop.line(shop.mug, 3)]);

  expect(codesOf(await request(shop.staff, order, [0, 4]))).toEqual(['NOT_RETURNABLE']);
  expect(codesOf(await request(shop.staff, order, [0, 0]))).toEqual(['NOT_RETURNABLE']);
  expect(codesOf(await request(shop.staff, order, [0, 2], [0, 1]))).toEqual(['INVALID']);
  expect(codesOf(await request(shop.staff, order))).toEqual(['INVALID']);
  expect(codesOf(await request(shop.staff, order, [7, 1]))).toEqual(['NOT_FOUND']);
  await request(shop.staff, order, [0, 2]);
  expect(codesOf(await request(shop.staff, order, [0, 2]))).toEqual(['NOT_RETURNABLE']);
  expect(codesOf(await request(shop.staff, order, [0, 1]))).toEqual([]);
});

test('nothing is returned after the window, or of an order that is over', async () => {
  const late = await aShop({ returnWindowDays: 0 });
  expect(codesOf(await request(late.staff, await late.order(), [0, 1]))).toEqual(['NOT_RETURNABLE']);

  const shop = await aShop();
  const order = await shop.order();
  await shop.staff.orderCall('orderCancel', { orderId: order.id, reason: 'OTHER', idempotencyKey: 'x' });
  expect(codesOf(await request(shop.staff, order, [0, 1]))).toEqual(['NOT_RETURNABLE']);
});

test('refuses to receive what was not announced, and changes nothing', async () => {
  const shop = await aShop();
  const order = await shop.order();
  const row = await approved(shop, order, [0, 1]);
  const twice = { returnLineId: row.lines[0]?.id, quantity: 1, disposition: 'KEEP' };

  expect(codesOf(await receive(shop, row, [2]))).toEqual(['INVALID']);
  expect(codesOf(await receive(shop, row, [1], { lines: [twice, twice] }))).toEqual(['INVALID']);
  expect(
    codesOf(await receive(shop, row, [1, 1], { lines: [{ ...twice, returnLineId: encodeId('ReturnLine', newId()) }] })),
  ).toEqual(['NOT_FOUND']);
  expect(codesOf(await receive(shop, row, [1], {}, { locationId: 'nonsense' }))).toEqual(['NOT_FOUND']);
  expect(codesOf(await receive(shop, row, [1], { expectedVersion: 1 }))).toEqual(['VERSION_MISMATCH']);

  expect((await shop.staff.order(order.id)).lines).toMatchObject([{ returnedQuantity: 0, refundedQuantity: 0 }]);
});

test('what was refunded already is taken back without another refund, or not at all', async () => {
  const shop = await aShop();
  const order = await shop.order(shop.guest, [shop.line(shop.mug, 1)]);
  const row = await approved(shop, order, [0, 1]);
  const quote = { amount: { amount: '14.40', currencyCode: 'EUR' } };
  const { order: quoted } = await shop.staff.ask<{ order: { refundQuote: { hash: string } } }>(
    'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash } } }',
    { id: order.id, quote },
  );
  await shop.staff.orderCall('orderRefund', {
    orderId: order.id,
    quote,
    quoteHash: quoted.refundQuote.hash,
    reason: 'x',
    idempotencyKey: 'x',
  });

  expect(codesOf(await receive(shop, row, [1]))).toEqual(['NOT_REFUNDABLE']);
  expect(await shop.staff.order(order.id)).toMatchObject({
    returnStatus: 'REQUESTED',
    lines: [{ returnedQuantity: 0 }],
  });
  expect((await receive(shop, row, [1], { refund: false })).return).toMatchObject({ status: 'CLOSED' });
});

test('a customer reaches their own returns and no other', async () => {
  const shop = await aShop();
  const [owner, other] = [shop.as('CUSTOMER'), shop.as('CUSTOMER')];
  const order = await shop.order(owner);
  const { return: row } = await request(owner, order, [0, 1]);
  const read = (by: Orders) =>
    by.ask('query ($id: ID!) { return(id: $id) { status order { id } lines { orderLine { sku } } } }', { id: row?.id });

  expect(codesOf(await request(other, order, [0, 1]))).toEqual(['NOT_FOUND']);
  expect(codesOf(await request(shop.guest, order, [0, 1]))).toEqual(['NOT_FOUND']);
  expect(await read(owner)).toEqual({
    return: { status: 'REQUESTED', order: { id: order.id }, lines: [{ orderLine: { sku: 'MUG' } }] },
  });
  expect(await read(other)).toEqual({ return: null });
});

test('staff list returns by order and status', async () => {
  const shop = await aShop();
  const [first, second] = [await shop.order(), await shop.order()];
  await request(shop.staff, first, [0, 1]);
  await approved(shop, second, [0, 1]);
  const list = async (where: string) =>
    (
      await shop.staff.ask<{ returns: { nodes: { order: { id: string } }[] } }>(
        `{ returns(first: 10, where: { ${where} }) { nodes { order { id } } } }`,
      )
    ).returns.nodes.map(({ order }) => order.id);

  expect(await list('status: [REQUESTED]')).toEqual([first.id]);
  expect(await list(`orderId: "${second.id}"`)).toEqual([second.id]);
  expect(await list('')).toEqual([second.id, first.id]);
});

test('an id that is none names no return', async () => {
  const shop = await aShop();
  const key = { idempotencyKey: 'x' };

  expect(codesOf(await shop.staff.returnCall('returnRequest', { ...key, orderId: 'x', lines: [] }))).toEqual([
    'NOT_FOUND',
  ]);
  expect(codesOf(await shop.staff.returnCall('returnReview', { returnId: 'x', approve: true }))).toEqual(['NOT_FOUND']);
  expect(codesOf(await shop.staff.returnCall('returnReceive', { ...key, returnId: 'x', lines: [] }))).toEqual([
    'NOT_FOUND',
  ]);
  expect(
    codesOf(await shop.staff.returnCall('returnReview', { returnId: encodeId('Return', newId()), approve: true })),
  ).toEqual(['NOT_FOUND']);
});
