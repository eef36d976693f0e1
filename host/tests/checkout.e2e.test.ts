import { readdirSync } from 'node:fs';
import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { askAgain } from './ask-again.ts';
import { codesOf, mutate, readOrder, rows, settled, stockOf, uuidOf, violations } from './order-desk.ts';
import { answersBank } from './sandbox-bank.ts';
import {
  aFilledCart,
  beginCheckout,
  buys,
  createPayment,
  orderBecomes,
  placeOrder,
  startShop,
  type Shop,
  type ShopMerchant,
} from './shop.ts';

let shop: Shop;
let merchant: ShopMerchant;
beforeAll(async () => {
  // Short times, so that what the provider does late is late by moments.
  shop = await startShop({ settings: { PAYMENT_PROVIDER_TIMEOUT_MS: '500', PAYMENT_SANDBOX_DECISION_MS: '300' } });
});
afterEach(async () => {
  expect(await violations(shop, merchant)).toEqual([]);
});
afterAll(() => shop.stop());

const untouched = { onHand: 100, reserved: 0, allocated: 0, available: 100 };
const sold = (units: number) => ({ onHand: 100, reserved: 0, allocated: units, available: 100 - units });

interface CartState {
  readonly status: string;
  readonly order: { id: string } | null;
  readonly problems: readonly { code: string; availableQuantity: number | null; cartLineId: string | null }[];
}
const readCart = async (id: string): Promise<CartState> =>
  (
    await shop.ask<{ cart: CartState }>(
      merchant.guest,
      'query ($id: ID!) { cart(id: $id) { status order { id } problems { code availableQuantity cartLineId } } }',
      { id },
    )
  ).cart;

test('a guest buys: the order is confirmed, paid, allocated and announced by mail', async () => {
  merchant = await shop.opensMerchant();

  const placed = await buys(shop, merchant, { MUG: 2 });
  const order = await orderBecomes(shop, merchant, placed.id, 'CONFIRMED');

  expect(order).toMatchObject({ paymentStatus: 'PAID', failure: null, totals: { grandTotal: { amount: '23.90' } } });
  expect(await stockOf(shop, merchant)).toEqual(sold(2));
  await shop.house.quiet();
  await waitFor(() => readdirSync(shop.mailDirectory).length === 1, { describe: 'one mail in the mailbox' });
});

test('a customer buys and finds the order in their account', async () => {
  merchant = await shop.opensMerchant();
  const customer = shop.token(merchant.id, 'CUSTOMER');

  const { id } = await buys(shop, merchant, { MUG: 1 }, { token: customer });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');

  const answer = await shop.ask<{ order: object }>(
    customer,
    'query ($id: ID!) { order(id: $id) { id status payments { status } } }',
    { id },
  );
  expect(answer.order).toEqual({ id, status: 'CONFIRMED', payments: [{ status: 'CAPTURED' }] });
});

test.each([
  'tok_chargeDeclined',
  'tok_insufficient_funds',
  'tok_timeout_then_decline',
  'tok_late_decline',
  'tok_capture_declined',
])('a card that is declined (%s) leaves no hold on stock or money', async (paymentMethodToken) => {
  merchant = await shop.opensMerchant();

  const placed = await buys(shop, merchant, { MUG: 1 }, { paymentMethodToken });
  const order = await orderBecomes(shop, merchant, placed.id, 'FAILED');

  const step = paymentMethodToken === 'tok_capture_declined' ? 'payments.CapturePayment' : 'payments.AuthorizePayment';
  expect(order).toMatchObject({ paymentStatus: 'FAILED', failure: { code: 'PAYMENT_DECLINED', step } });
  expect(await stockOf(shop, merchant)).toEqual(untouched);
  expect((await readOrder(shop, merchant, placed.id)).totalCaptured.amount).toBe('0.00');
});

test('after a declined card the cart opens again and another card buys it', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 1 });
  await beginCheckout(shop, merchant.guest, cart);
  const failed = await placeOrder(
    shop,
    merchant.guest,
    cart,
    await createPayment(shop, merchant.guest, cart, 'tok_chargeDeclined'),
  );
  await orderBecomes(shop, merchant, failed.id, 'FAILED');
  expect(await readCart(cart.id)).toMatchObject({
    status: 'ACTIVE',
    order: null,
    problems: [{ code: 'PAYMENT_DECLINED', cartLineId: null }],
  });

  expect(await beginCheckout(shop, merchant.guest, cart)).toEqual([]);
  const placed = await placeOrder(
    shop,
    merchant.guest,
    cart,
    await createPayment(shop, merchant.guest, cart, 'tok_visa'),
  );

  await orderBecomes(shop, merchant, placed.id, 'CONFIRMED');
  expect(placed.id).not.toBe(failed.id);
  expect(await stockOf(shop, merchant)).toEqual(sold(1));
});

test.each([
  'tok_timeout_then_succeed',
  'tok_call_lost',
  'tok_server_error',
  'tok_late_success',
  'tok_capture_timeout',
  'tok_webhook_twice',
  'tok_webhook_out_of_order',
])('a provider that troubles (%s) and then succeeds leaves one charge', async (paymentMethodToken) => {
  merchant = await shop.opensMerchant();

  const placed = await buys(shop, merchant, { MUG: 1 }, { paymentMethodToken });
  await orderBecomes(shop, merchant, placed.id, 'CONFIRMED');

  const order = await readOrder(shop, merchant, placed.id);
  expect(order.totalCaptured.amount).toBe('14.40');
  const charges = order.payments.flatMap((payment) =>
    payment.transactions.filter(({ status }) => status === 'SUCCEEDED'),
  );
  expect(charges.map(({ kind, amount }) => [kind, amount.amount])).toEqual([
    ['AUTHORIZATION', '14.40'],
    ['CAPTURE', '14.40'],
  ]);
  expect(
    await rows(shop, 'select amount_minor from "payments"."sandbox_charge" where key like $1', [`${merchant.id}:%`]),
  ).toHaveLength(1);
});

/** A cart placed with a card that wants to be confirmed, and where to confirm it. */
async function placesWith3DS(): Promise<{ orderId: string; cartId: string; url: string }> {
  const cart = await aFilledCart(shop, merchant, { MUG: 1 });
  await beginCheckout(shop, merchant.guest, cart);
  const paymentId = await createPayment(shop, merchant.guest, cart, 'tok_3ds_required');
  type Placed = {
    orderPlace: {
      order: { id: string; status: string } | null;
      payment: { id: string; status: string; nextAction: { url: string } | null } | null;
    };
  };
  const input = { cartId: cart.id, cartVersion: cart.version, paymentId, idempotencyKey: newId() };
  const ask = () =>
    shop.ask<Placed>(
      merchant.guest,
      'mutation ($input: OrderPlaceInput!) { orderPlace(input: $input) { order { id status } payment { id status nextAction { kind url } } userErrors { code } } }',
      { input },
    );
  const { orderPlace } = await askAgain(ask, {
    isPending: ({ orderPlace: { order, payment } }) => order?.status === 'PENDING' && !payment,
    describe: 'a payment that wants to be confirmed',
  });
  expect(orderPlace).toMatchObject({
    order: { status: 'PENDING' },
    payment: { id: paymentId, status: 'REQUIRES_ACTION' },
  });
  return { orderId: orderPlace.order?.id ?? '', cartId: cart.id, url: orderPlace.payment?.nextAction?.url ?? '' };
}

test('a customer who has to confirm the payment is sent there, and confirming it confirms the order', async () => {
  merchant = await shop.opensMerchant();
  const { orderId, url } = await placesWith3DS();
  expect(await stockOf(shop, merchant)).toMatchObject({ reserved: 1, allocated: 0 });

  expect(await answersBank(shop, url, 'approve')).toBe(200);

  expect(await orderBecomes(shop, merchant, orderId, 'CONFIRMED')).toMatchObject({ paymentStatus: 'PAID' });
});

test('a customer who refuses at the bank gets the cart back', async () => {
  merchant = await shop.opensMerchant();
  const { orderId, cartId, url } = await placesWith3DS();

  await answersBank(shop, url, 'decline');

  expect(await orderBecomes(shop, merchant, orderId, 'FAILED')).toMatchObject({
    failure: { code: 'PAYMENT_DECLINED' },
  });
  expect(await readCart(cartId)).toMatchObject({ status: 'ACTIVE', problems: [{ code: 'PAYMENT_DECLINED' }] });
  expect(await stockOf(shop, merchant)).toEqual(untouched);
});

test('a customer who does not confirm in time gets the order expired, and confirming it later takes nothing', async () => {
  merchant = await shop.opensMerchant();
  const { orderId, cartId, url } = await placesWith3DS();

  await rows(
    shop,
    `update "orders"."saga" set deadline_at = now(), state = jsonb_set(state, '{deadlineAt}', '"2020-01-01T00:00:00.000Z"') where order_id = $1 returning 1`,
    [uuidOf('Order', orderId)],
  );
  expect(await orderBecomes(shop, merchant, orderId, 'EXPIRED')).toMatchObject({
    failure: { code: 'CHECKOUT_EXPIRED', step: null },
  });
  await answersBank(shop, url, 'approve');
  await shop.house.quiet();

  expect(await readCart(cartId)).toMatchObject({
    status: 'ACTIVE',
    order: null,
    problems: [{ code: 'CHECKOUT_EXPIRED' }],
  });
  expect(await stockOf(shop, merchant)).toEqual(untouched);
  expect((await readOrder(shop, merchant, orderId)).totalCaptured.amount).toBe('0.00');
});

test('leaving checkout gives the stock back', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 3 });
  await beginCheckout(shop, merchant.guest, cart);
  expect(await stockOf(shop, merchant)).toMatchObject({ reserved: 3 });

  const left = await mutate(shop, merchant.guest, 'cartCheckoutCancel', 'cart', {
    cartId: cart.id,
    idempotencyKey: newId(),
  });

  expect(codesOf(left)).toEqual([]);
  await waitFor(async () => (await readCart(cart.id)).status === 'ACTIVE', { describe: 'the cart to open again' });
  expect(await stockOf(shop, merchant)).toEqual(untouched);
});

test('a checkout that runs out of time gives the stock back, and the customer begins again', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 3 });
  await beginCheckout(shop, merchant.guest, cart);
  const paymentId = await createPayment(shop, merchant.guest, cart, 'tok_visa');

  await rows(
    shop,
    `with past as (update "orders"."cart" set checkout_expires_at = now() where id = $1)
     update "orders"."saga" set deadline_at = now(), state = jsonb_set(state, '{facts,expiresAt}', '"2020-01-01T00:00:00.000Z"') where cart_id = $1 returning 1`,
    [uuidOf('Cart', cart.id)],
  );
  const late = await mutate(shop, merchant.guest, 'orderPlace', 'order', {
    cartId: cart.id,
    cartVersion: cart.version,
    paymentId,
    idempotencyKey: newId(),
  });
  expect(codesOf(late)).toEqual(['CHECKOUT_EXPIRED']);
  await waitFor(async () => (await readCart(cart.id)).problems[0]?.code === 'CHECKOUT_EXPIRED');

  expect(await stockOf(shop, merchant)).toEqual(untouched);
  expect(await beginCheckout(shop, merchant.guest, cart)).toEqual([]);
});

test('what is short is told by line and number', async () => {
  merchant = await shop.opensMerchant();
  const cart = await aFilledCart(shop, merchant, { MUG: 101 });

  expect(await beginCheckout(shop, merchant.guest, cart)).toEqual(['INSUFFICIENT_STOCK']);

  const { status, problems } = await readCart(cart.id);
  expect(status).toBe('ACTIVE');
  expect(problems).toMatchObject([
    { code: 'INSUFFICIENT_STOCK', availableQuantity: 100, cartLineId: expect.any(String) },
  ]);
  expect(await stockOf(shop, merchant)).toEqual(untouched);
});

test('the payment of another cart buys nothing', async () => {
  merchant = await shop.opensMerchant();
  const [own, other] = [await aFilledCart(shop, merchant, { MUG: 1 }), await aFilledCart(shop, merchant, { MUG: 1 })];
  await beginCheckout(shop, merchant.guest, own);
  await beginCheckout(shop, merchant.guest, other);
  const paymentId = await createPayment(shop, merchant.guest, other, 'tok_visa');

  const placed = await placeOrder(shop, merchant.guest, own, paymentId);

  expect(await orderBecomes(shop, merchant, placed.id, 'FAILED')).toMatchObject({
    failure: { code: 'PAYMENT_MISMATCH' },
  });
  const bought = await placeOrder(shop, merchant.guest, other, paymentId);
  await orderBecomes(shop, merchant, bought.id, 'CONFIRMED');
});

test('an order that costs nothing needs no payment', async () => {
  merchant = await shop.opensMerchant({ products: [{ sku: 'LEAFLET', price: '0.00', stock: 100 }] });
  await shop.ask(
    merchant.staff,
    `mutation { shippingMethodUpsert(input: { handle: "gift", title: "Free", carrierCode: "post",
    price: { amount: "0.00", currencyCode: "EUR" } }) { userErrors { code } } }`,
  );
  const cart = await aFilledCart(shop, merchant, { LEAFLET: 1 });
  const { cart: free } = await mutate<{ cart: { id: string; version: number } }>(
    shop,
    merchant.guest,
    'cartUpdate',
    'cart',
    { cartId: cart.id, shippingOptionHandle: 'gift' },
  );
  expect(await beginCheckout(shop, merchant.guest, free)).toEqual([]);

  const placed = await mutate<{ order: { id: string } }>(shop, merchant.guest, 'orderPlace', 'order', {
    cartId: free.id,
    cartVersion: free.version,
    idempotencyKey: newId(),
  });

  const order = await settled(shop, merchant, placed.order.id);
  expect(order).toMatchObject({ status: 'CONFIRMED', paymentStatus: 'PAID', payments: [] });
  expect(order.sagas[0]?.steps.filter(({ status }) => status === 'SUCCEEDED').map(({ name }) => name)).toEqual([
    'inventory.ConfirmReservation',
    'inventory.AllocateStock',
    'orders.ConfirmOrder',
    'logistics.PrepareShipment',
  ]);
});
