import { newId } from '@ordergraph/tenancy';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { codesOf, mutate, readOrder, settled, stockOf, violations, type FullOrder } from './order-desk.ts';
import { parcelsOf, reports, ships } from './ships.ts';
import { buys, orderBecomes, startShop, type Shop, type ShopMerchant } from './shop.ts';

let shop: Shop;
let merchant: ShopMerchant;
let customer: string;
beforeAll(async () => {
  shop = await startShop();
});
afterEach(async () => {
  expect(await violations(shop, merchant)).toEqual([]);
});
afterAll(() => shop.stop());

interface ReturnRow {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly lines: readonly { id: string }[];
}

async function anOrder(paymentMethodToken = 'tok_visa'): Promise<FullOrder> {
  merchant = await shop.opensMerchant();
  customer = shop.token(merchant.id, 'CUSTOMER');
  const { id } = await buys(shop, merchant, { MUG: 3 }, { token: customer, paymentMethodToken });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');
  await shop.house.quiet();
  return readOrder(shop, merchant, id);
}

/** An order of 3 mugs, all of them with the carrier. */
async function aShippedOrder(paymentMethodToken?: string): Promise<FullOrder> {
  const { id } = await anOrder(paymentMethodToken);
  await ships(shop, merchant, id);
  return readOrder(shop, merchant, id);
}

async function approvedReturn(order: FullOrder, quantity: number): Promise<ReturnRow> {
  const requested = await mutate<{ return: ReturnRow }>(shop, customer, 'returnRequest', 'return', {
    orderId: order.id,
    lines: [{ orderLineId: order.lines[0]?.id, quantity, reason: 'DEFECTIVE' }],
    idempotencyKey: newId(),
  });
  expect(requested.return).toMatchObject({ status: 'REQUESTED' });
  const reviewed = await mutate<{ return: ReturnRow }>(shop, merchant.staff, 'returnReview', 'return', {
    returnId: requested.return.id,
    approve: true,
  });
  return reviewed.return;
}

const receive = (row: ReturnRow, quantity: number, disposition: string, more: object = {}) =>
  mutate<{ return: ReturnRow | null }>(shop, merchant.staff, 'returnReceive', 'return', {
    returnId: row.id,
    lines: [{ returnLineId: row.lines[0]?.id, quantity, disposition }],
    idempotencyKey: newId(),
    ...more,
  });

test('goods whose parcel waits to be picked up are not sent back, but cancelled', async () => {
  const order = await anOrder();
  const request = (quantity: number) =>
    mutate<{ return: ReturnRow | null }>(shop, customer, 'returnRequest', 'return', {
      orderId: order.id,
      lines: [{ orderLineId: order.lines[0]?.id, quantity, reason: 'UNWANTED' }],
      idempotencyKey: newId(),
    });

  expect(codesOf(await request(1))).toEqual(['NOT_RETURNABLE']);
  expect(await parcelsOf(shop, merchant, order.id)).toHaveLength(1);
  await ships(shop, merchant, order.id);

  expect(codesOf(await request(4))).toEqual(['NOT_RETURNABLE']);
  expect(codesOf(await request(3))).toEqual([]);
});

test('an approved return gets a parcel of its own, which moves the return and no stock', async () => {
  const order = await aShippedOrder();
  const [outbound] = await parcelsOf(shop, merchant, order.id);
  const row = await approvedReturn(order, 2);
  await shop.house.quiet();
  const [, back] = await parcelsOf(shop, merchant, order.id);
  expect(back).toMatchObject({ number: `${order.number}-2`, status: 'PENDING' });
  const before = await stockOf(shop, merchant);

  await reports(shop, merchant, back?.id ?? '', 'IN_TRANSIT');
  expect(await readReturn(row)).toMatchObject({ status: 'IN_TRANSIT' });
  await reports(shop, merchant, back?.id ?? '', 'DELIVERED');
  expect(await stockOf(shop, merchant)).toEqual(before);
  expect(outbound).toMatchObject({ status: 'PICKED_UP' });

  expect(codesOf(await receive({ ...row, status: 'IN_TRANSIT' }, 2, 'RESTOCK', { refund: false }))).toEqual([]);
  await shop.house.quiet();
});

interface ReturnState {
  readonly status: string;
  readonly refund: { status: string; amount: { amount: string } } | null;
}
const readReturn = async (row: ReturnRow): Promise<ReturnState> =>
  (
    await shop.ask<{ return: ReturnState }>(
      customer,
      'query ($id: ID!) { return(id: $id) { status refund { status amount { amount } } } }',
      { id: row.id },
    )
  ).return;

test('goods come back: the customer asks, staff agree, and what arrives is refunded and put on the shelf', async () => {
  const order = await aShippedOrder();

  const row = await approvedReturn(order, 3);
  await receive(row, 2, 'RESTOCK');
  await settled(shop, merchant, order.id);

  expect(await readReturn(row)).toEqual({
    status: 'CLOSED',
    refund: { status: 'SUCCEEDED', amount: { amount: '19.00' } },
  });
  expect(await readOrder(shop, merchant, order.id)).toMatchObject({
    returnStatus: 'PARTIALLY_RETURNED',
    paymentStatus: 'PARTIALLY_REFUNDED',
    lines: [{ returnedQuantity: 2, refundedQuantity: 2 }],
  });
  expect(await stockOf(shop, merchant)).toMatchObject({ onHand: 99, allocated: 0, available: 99 });
});

test('what comes back unfit for sale is refunded and not put on the shelf', async () => {
  const order = await aShippedOrder();

  await receive(await approvedReturn(order, 3), 3, 'WRITE_OFF');

  expect(await settled(shop, merchant, order.id)).toMatchObject({
    returnStatus: 'RETURNED',
    totalRefunded: { amount: '28.50' },
  });
  expect(await stockOf(shop, merchant)).toMatchObject({ onHand: 97, allocated: 0, available: 97 });
});

test('a return whose refund the bank refuses is closed, and staff find the refund among those that failed', async () => {
  const order = await aShippedOrder('tok_refund_fails');
  const row = await approvedReturn(order, 1);

  await receive(row, 1, 'RESTOCK');
  await settled(shop, merchant, order.id);

  expect(await readReturn(row)).toEqual({ status: 'CLOSED', refund: null });
  expect(await readOrder(shop, merchant, order.id)).toMatchObject({
    refunds: [{ status: 'FAILED' }],
    paymentStatus: 'PAID',
    lines: [{ returnedQuantity: 1, refundedQuantity: 0 }],
  });
  expect(await stockOf(shop, merchant)).toMatchObject({ onHand: 97 });
});

test('receiving twice with one key refunds once, and with another key is refused', async () => {
  const order = await aShippedOrder();
  const row = await approvedReturn(order, 1);
  const idempotencyKey = newId();

  await Promise.all([1, 2, 3].map(() => receive(row, 1, 'RESTOCK', { idempotencyKey })));
  await settled(shop, merchant, order.id);

  expect(codesOf(await receive(row, 1, 'RESTOCK'))).toEqual(['INVALID']);
  expect(await readOrder(shop, merchant, order.id)).toMatchObject({
    totalRefunded: { amount: '9.50' },
    lines: [{ returnedQuantity: 1 }],
  });
});
