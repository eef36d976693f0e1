import { createCustomer } from '@ordergraph/customers-subgraph';
import { adjustPoints } from '@ordergraph/loyalty-subgraph';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer } from '@ordergraph/testing';
import { Client } from 'pg';
import { verify } from '../../verify/src/verify.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { codesOf, mutate, rows, settled } from './order-desk.ts';
import {
  aFilledCart,
  beginCheckout,
  buys,
  orderBecomes,
  placeOrder,
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
  await shop.house.quiet();
  const client = new Client({ connectionString: shop.house.database.superuserUrl });
  await client.connect();
  try {
    const { findings } = await verify(client, { patienceMs: 5_000 });
    const broken = findings.filter(({ violations }) => violations.length > 0);
    expect(broken.map(({ oracle, violations }) => [oracle.name, violations])).toEqual([]);
  } finally {
    await client.end();
  }
});
afterAll(() => shop.stop());

interface Buyer {
  readonly id: string;
  readonly token: string;
}

/** A customer with so many points. */
async function aBuyer(points = 0): Promise<Buyer> {
  const email = `${newId()}@example.com`;
  const created = await shop.house.command('customers', merchant.id, (tx) =>
    createCustomer(tx, {
      email,
      firstName: 'Ada',
      lastName: null,
      phone: null,
      languageCode: null,
      acceptsMarketing: false,
    }),
  );
  const id = created.value?.customerId ?? '';
  await shop.house.quiet();
  if (points > 0) {
    await shop.house.command('loyalty', merchant.id, (tx) =>
      adjustPoints(tx, { customerId: id, points, reason: 'Welcome.', expiresAt: undefined }),
    );
    await shop.house.quiet();
  }
  return { id, token: shop.token(merchant.id, 'CUSTOMER', { id }) };
}

async function pointsOf({ token }: Buyer) {
  await shop.house.quiet();
  const { me } = await shop.ask<{ me: { loyaltyAccount: { balance: Record<string, number> } } }>(
    token,
    '{ me { loyaltyAccount { balance { available pending held } } } }',
  );
  return me.loyaltyAccount.balance;
}

interface OrderPoints {
  readonly totals: Record<'subtotal' | 'taxTotal' | 'loyaltyTotal' | 'grandTotal', { amount: string }>;
  readonly loyalty: Record<'pointsEarned' | 'pointsRedeemed' | 'pointsReversed' | 'pointsRestored', number> | null;
  readonly lines: readonly { id: string }[];
}

async function read(orderId: string): Promise<OrderPoints> {
  await shop.house.quiet();
  const { order } = await shop.ask<{ order: OrderPoints }>(
    merchant.staff,
    `query ($id: ID!) { order(id: $id) { lines { id }
       totals { subtotal { amount } taxTotal { amount } loyaltyTotal { amount } grandTotal { amount } }
       loyalty { pointsEarned pointsRedeemed pointsReversed pointsRestored } } }`,
    { id: orderId },
  );
  return order;
}

interface Quote {
  readonly hash: string;
  readonly total: { amount: string };
  readonly pointsReversed: number;
  readonly pointsRestored: number;
  readonly pointsShortfall: number;
}

async function quote(orderId: string, request: object): Promise<Quote> {
  const { order } = await shop.ask<{ order: { refundQuote: Quote } }>(
    merchant.staff,
    `query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) {
       hash total { amount } pointsReversed pointsRestored pointsShortfall } } }`,
    { id: orderId, quote: request },
  );
  return order.refundQuote;
}

async function refundAs(orderId: string, request: object): Promise<Quote> {
  const quoted = await quote(orderId, request);
  const input = { orderId, quote: request, quoteHash: quoted.hash, reason: 'Broken', idempotencyKey: newId() };
  expect(codesOf(await mutate(shop, merchant.staff, 'orderRefund', 'order', input))).toEqual([]);
  await settled(shop, merchant, orderId);
  return quoted;
}

test('a customer earns points by an order and pays with them for the next', async () => {
  merchant = await shop.opensMerchant();
  const buyer = await aBuyer(495);

  const cart = await aFilledCart(shop, merchant, { MUG: 2 }, buyer.token);
  const { cart: quoted } = await shop.ask<{ cart: { loyaltyQuote: object } }>(
    buyer.token,
    'query ($id: ID!) { cart(id: $id) { loyaltyQuote { pointsToEarn redeemablePoints redeemableValue { amount } } } }',
    { id: cart.id },
  );
  expect(quoted.loyaltyQuote).toEqual({ pointsToEarn: 10, redeemablePoints: 495, redeemableValue: { amount: '4.95' } });

  const { id } = await buys(shop, merchant, { MUG: 2 }, { token: buyer.token, redeemPoints: 400 });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');

  // 19.00 with 3.03 of tax in it becomes 15.00 with 2.39.
  expect(await read(id)).toMatchObject({
    totals: {
      subtotal: { amount: '19.00' },
      taxTotal: { amount: '2.39' },
      loyaltyTotal: { amount: '4.00' },
      grandTotal: { amount: '19.90' },
    },
    loyalty: { pointsEarned: 10, pointsRedeemed: 400, pointsReversed: 0, pointsRestored: 0 },
  });
  expect(await pointsOf(buyer)).toEqual({ available: 105, pending: 0, held: 0 });
});

test('a cart says what it would earn, by rules for some of its goods too, and the order earns just that', async () => {
  merchant = await shop.opensMerchant({
    products: [
      { sku: 'MUG', price: '9.50', stock: 100 },
      { sku: 'TEA', price: '4.00', stock: 100 },
    ],
  });
  const staff = merchant.staff;
  const create = async (name: string, parentId: string | null): Promise<string> => {
    const { categoryUpsert } = await shop.ask<{ categoryUpsert: { category: { id: string } } }>(
      staff,
      'mutation ($input: CategoryUpsertInput!) { categoryUpsert(input: $input) { category { id } userErrors { code message } } }',
      { input: { handle: name, name, parentId } },
    );
    return categoryUpsert.category.id;
  };
  const drinks = await create('drinks', null);
  const tea = await create('tea', drinks);
  const { products } = await shop.ask<{ products: { nodes: { id: string; handle: string }[] } }>(
    staff,
    '{ products(first: 5) { nodes { id handle } } }',
  );
  await shop.ask(
    staff,
    'mutation ($input: ProductUpdateInput!) { productUpdate(input: $input) { userErrors { code message } } }',
    { input: { id: products.nodes.find(({ handle }) => handle === 'tea')?.id, categoryId: tea } },
  );
  await shop.house.quiet();
  const rule = { name: 'Drinks', points: 3, per: { amount: '1.00', currencyCode: 'EUR' }, categoryIds: [drinks] };
  await shop.ask(
    staff,
    'mutation ($input: EarningRuleUpsertInput!) { earningRuleUpsert(input: $input) { userErrors { code message } } }',
    { input: { ...rule, isActive: true } },
  );
  await shop.house.quiet();
  const buyer = await aBuyer();
  const cart = await aFilledCart(shop, merchant, { MUG: 1, TEA: 2 }, buyer.token);

  const { cart: quoted } = await shop.ask<{ cart: { loyaltyQuote: { pointsToEarn: number } } }>(
    buyer.token,
    'query ($id: ID!) { cart(id: $id) { loyaltyQuote { pointsToEarn } } }',
    { id: cart.id },
  );
  // 10 for the order; 8.00 of 17.50 for goods are tea, and so 10.24 of 22.40 to be paid, of which each full euro gives 3.
  expect(quoted.loyaltyQuote).toEqual({ pointsToEarn: 40 });
  // Without catalog nobody knows what the goods are, and nothing too low is promised.
  const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
  const representation = {
    __typename: 'Cart',
    id: cart.id,
    customer: { id: encodeId('Customer', buyer.id) },
    totals: { subtotal: euros('17.50'), grandTotal: euros('22.40') },
    lines: [{ total: euros('17.50'), variant: null }],
  };
  const alone = await shop.house.execute(
    'loyalty',
    aViewer({ tenantId: merchant.id, type: 'CUSTOMER', id: buyer.id }),
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Cart { loyaltyQuote { pointsToEarn } } } }',
    { r: [representation] },
  );
  expect(alone).toMatchObject({ data: { _entities: [{ loyaltyQuote: { pointsToEarn: null } }] } });

  const { id } = await buys(shop, merchant, { MUG: 1, TEA: 2 }, { token: buyer.token });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');
  expect(await pointsOf(buyer)).toEqual({ available: 40, pending: 0, held: 0 });
});

test('refunds restore redeemed points in proportion, and a full one leaves nothing of the order', async () => {
  merchant = await shop.opensMerchant();
  const buyer = await aBuyer(401);
  const { id } = await buys(shop, merchant, { MUG: 2 }, { token: buyer.token, redeemPoints: 401 });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');
  const { lines } = await read(id);
  const line = (quantity: number) => ({ lines: [{ orderLineId: lines[0]?.id, quantity }] });

  const first = await refundAs(id, line(1));
  const last = await refundAs(id, { ...line(1), refundShipping: true });

  expect(first).toMatchObject({ total: { amount: '7.50' }, pointsReversed: 0, pointsRestored: 200 });
  expect(last).toMatchObject({
    total: { amount: '12.39' },
    pointsReversed: 10,
    pointsRestored: 201,
    pointsShortfall: 0,
  });
  expect(await pointsOf(buyer)).toEqual({ available: 401, pending: 0, held: 0 });
});

test('points that were spent elsewhere are quoted as a shortfall, and forgiven', async () => {
  merchant = await shop.opensMerchant();
  const buyer = await aBuyer();
  const first = await buys(shop, merchant, { MUG: 1 }, { token: buyer.token });
  await orderBecomes(shop, merchant, first.id, 'CONFIRMED');
  expect(await pointsOf(buyer)).toMatchObject({ available: 10 });
  const second = await buys(shop, merchant, { MUG: 1 }, { token: buyer.token, redeemPoints: 10 });
  await orderBecomes(shop, merchant, second.id, 'CONFIRMED');
  await pointsOf(buyer);
  const given = await mutate(shop, merchant.staff, 'loyaltyPointsAdjust', 'loyaltyAccount', {
    customerId: encodeId('Customer', buyer.id),
    points: -4,
    reason: 'Counted twice.',
    idempotencyKey: newId(),
  });
  expect(codesOf(given)).toEqual([]);
  await shop.house.quiet();
  const { lines } = await read(first.id);

  const all = { lines: [{ orderLineId: lines[0]?.id, quantity: 1 }], refundShipping: true };
  expect(await refundAs(first.id, all)).toMatchObject({ pointsReversed: 6, pointsShortfall: 4 });
  expect(await pointsOf(buyer)).toEqual({ available: 0, pending: 0, held: 0 });
});

test('an order that is cancelled, declined or left in checkout gives its points back', async () => {
  merchant = await shop.opensMerchant();
  const buyer = await aBuyer(300);

  const cancelled = await buys(shop, merchant, { MUG: 1 }, { token: buyer.token, redeemPoints: 100 });
  await orderBecomes(shop, merchant, cancelled.id, 'CONFIRMED');
  await shop.house.quiet();
  const input = { orderId: cancelled.id, reason: 'CUSTOMER', idempotencyKey: newId() };
  expect(codesOf(await mutate(shop, buyer.token, 'orderCancel', 'order', input))).toEqual([]);
  await orderBecomes(shop, merchant, cancelled.id, 'CANCELLED');
  expect(await pointsOf(buyer)).toEqual({ available: 300, pending: 0, held: 0 });

  const options = { token: buyer.token, redeemPoints: 100, paymentMethodToken: 'tok_chargeDeclined' };
  const declined = await buys(shop, merchant, { MUG: 1 }, options);
  await orderBecomes(shop, merchant, declined.id, 'FAILED');
  expect(await pointsOf(buyer)).toEqual({ available: 300, pending: 0, held: 0 });

  const cart = await aFilledCart(shop, merchant, { MUG: 1 }, buyer.token);
  expect(await beginCheckout(shop, buyer.token, cart, { redeemPoints: 100 })).toEqual([]);
  expect(await pointsOf(buyer)).toEqual({ available: 200, pending: 0, held: 100 });
  const setAside = (): Promise<unknown> =>
    shop.ask(buyer.token, 'query ($id: ID!) { cart(id: $id) { redeemedPoints } }', { id: cart.id });
  expect(await setAside()).toEqual({ cart: { redeemedPoints: 100 } });
  await mutate(shop, buyer.token, 'cartCheckoutCancel', 'cart', { cartId: cart.id, idempotencyKey: newId() });
  expect(await setAside()).toEqual({ cart: { redeemedPoints: 0 } });
  expect(await pointsOf(buyer)).toEqual({ available: 300, pending: 0, held: 0 });
});

test('checkout refuses points that are not there or worth more than the goods', async () => {
  merchant = await shop.opensMerchant();
  const buyer = await aBuyer(5_000);
  const cart = await aFilledCart(shop, merchant, { MUG: 1 }, buyer.token);
  expect(await beginCheckout(shop, buyer.token, cart, { redeemPoints: 951 })).toEqual(['POINTS_NOT_REDEEMABLE']);
  expect(await beginCheckout(shop, buyer.token, cart, { redeemPoints: 5_001 })).toEqual(['POINTS_NOT_REDEEMABLE']);

  const poor = await aBuyer(3);
  const other = await aFilledCart(shop, merchant, { MUG: 1 }, poor.token);
  expect(await beginCheckout(shop, poor.token, other, { redeemPoints: 4 })).toEqual(['INSUFFICIENT_POINTS']);
});

test('goods that points pay in full leave nothing to pay, and come back as points', async () => {
  merchant = await shop.opensMerchant();
  await rows(shop, 'update orders.shipping_method set price_minor = 0 where tenant_id = $1', [merchant.id]);
  const buyer = await aBuyer(1_900);
  const cart = await aFilledCart(shop, merchant, { MUG: 2 }, buyer.token);
  expect(await beginCheckout(shop, buyer.token, cart, { redeemPoints: 1_900 })).toEqual([]);
  const { id } = await placeOrder(shop, buyer.token, cart, null);
  await orderBecomes(shop, merchant, id, 'CONFIRMED');
  expect(await pointsOf(buyer)).toEqual({ available: 0, pending: 0, held: 0 });
  const order = await read(id);
  expect(order.totals.grandTotal.amount).toBe('0.00');

  const quoted = await refundAs(id, { lines: [{ orderLineId: order.lines[0]?.id, quantity: 1 }] });

  expect(quoted).toMatchObject({ total: { amount: '0.00' }, pointsRestored: 950 });
  expect(await pointsOf(buyer)).toEqual({ available: 950, pending: 0, held: 0 });

  const input = { orderId: id, reason: 'CUSTOMER', idempotencyKey: newId() };
  expect(codesOf(await mutate(shop, buyer.token, 'orderCancel', 'order', input))).toEqual([]);
  // No money was taken, and none is owed any more.
  expect(await orderBecomes(shop, merchant, id, 'CANCELLED')).toMatchObject({ paymentStatus: 'VOIDED' });
  expect(await pointsOf(buyer)).toEqual({ available: 1_900, pending: 0, held: 0 });
});
