import { newId } from '@ordergraph/tenancy';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { askAgain } from './ask-again.ts';
import { codesOf, mutate, quoteRefund, readOrder, rows, settled, stockOf, uuidOf, violations } from './order-desk.ts';
import {
  aFilledCart,
  beginCheckout,
  buys,
  createPayment,
  orderBecomes,
  startShop,
  type Shop,
  type ShopMerchant,
} from './shop.ts';

let shop: Shop;
let merchant: ShopMerchant;
beforeAll(async () => {
  shop = await startShop();
});
afterEach(async () => {
  expect(await violations(shop, merchant)).toEqual([]);
});
afterAll(() => shop.stop());

const times = 64;

// What a house says that is too busy to answer in time.
const pending = ['CHECKOUT_PENDING', 'IDEMPOTENCY_IN_PROGRESS'];

/** The same call with the same key, many times at once. */
async function atOnce<Payload>(token: string, mutation: string, object: string, input: object): Promise<Payload[]> {
  const repeated = { ...input, idempotencyKey: newId() };
  const call = () =>
    askAgain(() => mutate<Payload>(shop, token, mutation, object, repeated), {
      isPending: (payload) => codesOf(payload).some((code) => pending.includes(code)),
      describe: `an answer of ${mutation}`,
    });
  return Promise.all(Array.from({ length: times }, call));
}
const distinct = (values: readonly unknown[]): unknown[] =>
  [...new Set(values.map((value) => JSON.stringify(value)))].map((text) => JSON.parse(text));

interface OrderAnswer {
  readonly order: { readonly id: string } | null;
  readonly userErrors: readonly unknown[];
}
/** Of which order, and with what refusals: its status may move on between two answers. */
const ordersOf = (answers: readonly OrderAnswer[]): unknown[] =>
  distinct(answers.map(({ order, userErrors }) => [order?.id, userErrors]));

test('one key for an order, 64 times at once: one order, one charge, 64 equal answers', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 2 });
  await beginCheckout(shop, merchant.guest, cart);
  const paymentId = await createPayment(shop, merchant.guest, cart, 'tok_visa');

  const answers = await atOnce<OrderAnswer>(merchant.guest, 'orderPlace', 'order', {
    cartId: cart.id,
    cartVersion: cart.version,
    paymentId,
  });

  expect(ordersOf(answers)).toEqual([[answers[0]?.order?.id, []]]);
  await orderBecomes(shop, merchant, answers[0]?.order?.id ?? '', 'CONFIRMED');
  expect(await rows(shop, 'select from "orders"."order" where tenant_id = $1', [merchant.id])).toHaveLength(1);
  expect(await stockOf(shop, merchant)).toMatchObject({ allocated: 2 });
  expect((await readOrder(shop, merchant, answers[0]?.order?.id ?? '')).totalCaptured.amount).toBe('23.90');
});

test('one key for a checkout, 64 times at once: one hold, 64 equal answers', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 2 });

  const answers = await atOnce(merchant.guest, 'cartCheckoutBegin', 'cart', {
    cartId: cart.id,
    expectedVersion: cart.version,
  });

  expect(distinct(answers)).toEqual([
    { cart: { id: cart.id, version: cart.version, status: 'IN_CHECKOUT', problems: [] }, userErrors: [] },
  ]);
  expect(await stockOf(shop, merchant)).toMatchObject({ reserved: 2 });
  expect(await rows(shop, 'select from "orders"."saga" where cart_id = $1', [uuidOf('Cart', cart.id)])).toHaveLength(1);
});

test('one key for a refund, 64 times at once: the money goes back once, 64 equal answers', async () => {
  merchant = await shop.opensMerchant();
  const { id } = await buys(shop, merchant, { MUG: 2 });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');
  const quote = { amount: { amount: '5.00', currencyCode: 'EUR' } };
  const { hash } = await quoteRefund(shop, merchant, id, quote);

  const answers = await atOnce<OrderAnswer>(merchant.staff, 'orderRefund', 'order', {
    orderId: id,
    quote,
    quoteHash: hash,
    reason: 'Sorry',
  });

  expect(ordersOf(answers)).toEqual([[id, []]]);
  expect(await settled(shop, merchant, id)).toMatchObject({
    status: 'CONFIRMED',
    paymentStatus: 'PARTIALLY_REFUNDED',
    totalRefunded: { amount: '5.00' },
    refunds: [{ status: 'SUCCEEDED' }],
  });
});

test('one key for a cancellation, 64 times at once: cancelled once', async () => {
  merchant = await shop.opensMerchant();
  const { id } = await buys(shop, merchant, { MUG: 2 });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');

  const answers = await atOnce<OrderAnswer>(merchant.staff, 'orderCancel', 'order', {
    orderId: id,
    reason: 'CUSTOMER',
  });

  expect(ordersOf(answers)).toEqual([[id, []]]);
  const order = await settled(shop, merchant, id);
  expect(order).toMatchObject({ status: 'CANCELLED', paymentStatus: 'REFUNDED' });
  expect(order.sagas.map(({ kind }) => kind).sort()).toEqual(['CANCEL', 'PLACE', 'REFUND']);
});

test('many keys for one cart at once: one order, and the others are told that the cart is closed', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 1 });
  await beginCheckout(shop, merchant.guest, cart);
  const paymentId = await createPayment(shop, merchant.guest, cart, 'tok_visa');
  const place = () =>
    mutate<{ order: { id: string } | null }>(shop, merchant.guest, 'orderPlace', 'order', {
      cartId: cart.id,
      cartVersion: cart.version,
      paymentId,
      idempotencyKey: newId(),
    });

  const answers = await Promise.all(Array.from({ length: 16 }, place));

  const placed = answers.flatMap(({ order }) => order?.id ?? []);
  expect(placed).toHaveLength(1);
  expect(distinct(answers.filter(({ order }) => !order).map(codesOf))).toEqual([['CART_CLOSED']]);
  await orderBecomes(shop, merchant, placed[0] ?? '', 'CONFIRMED');
});

test('a key that was used is refused for another request', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 1 });
  const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey: newId() };
  expect(
    codesOf(await mutate(shop, merchant.guest, 'cartCheckoutBegin', 'cart', { ...input, expectedVersion: 1 })),
  ).toEqual(['VERSION_MISMATCH']);

  expect(codesOf(await mutate(shop, merchant.guest, 'cartCheckoutBegin', 'cart', input))).toEqual([
    'IDEMPOTENCY_KEY_REUSED',
  ]);
});
