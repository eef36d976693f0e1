import { encodeId } from '@ordergraph/subgraph-server';
import type { TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, found, delivery, OrderShop, startOrders } from './order-house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startOrders();
});
afterAll(() => house.stop());

const aShop = () => new OrderShop(house).opens();

test('a cart is priced at the prices of today, with tax and shipping', async () => {
  const shop = await aShop();

  const cart = await shop.filledCart();

  expect(cart).toMatchObject({
    version: 2,
    status: 'ACTIVE',
    email: 'buyer@example.com',
    lines: [{ sku: 'MUG', title: 'MUG', quantity: 2, unitPrice: { amount: '9.50' } }],
    totals: {
      subtotal: { amount: '19.00' },
      shippingTotal: { amount: '4.90' },
      taxTotal: { amount: '3.03' },
      grandTotal: { amount: '23.90' },
    },
    shippingOptions: [{ handle: 'post', price: { amount: '4.90' } }],
    selectedShippingOption: { handle: 'post' },
    problems: [],
  });
});

test('lines are set, added and removed, and each change is a new version', async () => {
  const shop = await aShop();
  const { id } = await shop.cart();

  const changed = await shop.guest.cartCall('cartLinesUpdate', {
    cartId: id,
    lines: [shop.line(shop.mug, 0), shop.line(shop.book, 3)],
  });

  expect(changed.cart).toMatchObject({ version: 2, lines: [{ sku: 'BOOK', quantity: 3 }] });
});

test('null clears a field, and an absent one stays', async () => {
  const shop = await aShop();
  const { id } = await shop.filledCart();

  const { cart } = await shop.guest.cartCall('cartUpdate', { cartId: id, shippingOptionHandle: null });

  expect(cart).toMatchObject({
    selectedShippingOption: null,
    email: 'buyer@example.com',
    shippingOptions: [{ handle: 'post' }],
  });
});

test('refuses lines that say nothing sensible', async () => {
  const shop = await aShop();
  const change = async (...lines: object[]) =>
    codesOf(await shop.guest.cartCall('cartLinesUpdate', { cartId: (await shop.cart()).id, lines }));

  expect(await change(shop.line(shop.mug, -1))).toEqual(['INVALID']);
  expect(await change(shop.line(shop.mug, 1_000_001))).toEqual(['INVALID']);
  expect(await change(shop.line(shop.mug, 1), shop.line(shop.mug, 2))).toEqual(['INVALID']);
  expect(await change(shop.line(newId(), 1))).toEqual(['NOT_FOUND']);
  expect(await change({ variantId: encodeId('Product', shop.mug), quantity: 1 })).toEqual(['NOT_FOUND']);
});

test('refuses a currency that the merchant does not sell in, and an email that is none', async () => {
  const shop = await aShop();
  const { id } = await shop.cart();

  expect(codesOf(await shop.guest.cartCall('cartCreate', { currencyCode: 'USD', idempotencyKey: newId() }))).toEqual([
    'INVALID',
  ]);
  expect(codesOf(await shop.guest.cartCall('cartUpdate', { cartId: id, email: 'nobody' }))).toEqual(['INVALID']);
});

test('refuses a change of a cart that moved on', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();

  expect(
    codesOf(await shop.guest.cartCall('cartUpdate', { cartId: cart.id, expectedVersion: 1, email: null })),
  ).toEqual(['VERSION_MISMATCH']);
  expect(codesOf(await shop.begin({ ...cart, version: 1 }))).toEqual(['VERSION_MISMATCH']);
});

test('answers a repeated key with the same cart, and refuses it for another input', async () => {
  const shop = await aShop();
  const customer = shop.as('CUSTOMER');
  const input = { currencyCode: 'EUR', lines: [shop.line(shop.mug, 1)], idempotencyKey: 'one' };

  const first = await customer.cartCall('cartCreate', input);
  const again = await customer.cartCall('cartCreate', input);
  const other = await customer.cartCall('cartCreate', { ...input, lines: [] });

  expect(again.cart?.id).toBe(first.cart?.id);
  expect(codesOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  expect(codesOf(await customer.cartCall('cartCreate', { ...input, idempotencyKey: '' }))).toEqual(['INVALID']);
});

test('a customer reaches their own cart and a guest’s by its id, and no other customer’s', async () => {
  const shop = await aShop();
  const [owner, other] = [shop.as('CUSTOMER'), shop.as('CUSTOMER')];
  const { id } = await shop.cart(owner);
  const open = await shop.cart();
  const read = async (by: typeof owner, cartId: string) =>
    (await by.ask<{ cart: object | null }>('query ($id: ID!) { cart(id: $id) { id } }', { id: cartId })).cart;

  expect(await read(owner, id)).toEqual({ id });
  expect(await read(other, id)).toBeNull();
  expect(await read(shop.guest, id)).toBeNull();
  expect(await read(other, open.id)).toEqual({ id: open.id });
  expect(codesOf(await other.cartCall('cartUpdate', { cartId: id, email: null }))).toEqual(['NOT_FOUND']);
  expect(codesOf(await other.cartCall('cartCheckoutCancel', { cartId: id, idempotencyKey: 'x' }))).toEqual([
    'NOT_FOUND',
  ]);
});

test('staff open a cart for a customer, and customers for nobody else', async () => {
  const shop = await aShop();
  const customerId = encodeId('Customer', newId());
  const input = { currencyCode: 'EUR', customerId, idempotencyKey: newId() };

  expect((await shop.staff.cartCall('cartCreate', input)).cart).toMatchObject({ status: 'ACTIVE' });
  expect(codesOf(await shop.as('CUSTOMER').cartCall('cartCreate', input))).toEqual(['NOT_FOUND']);
});

test('checkout needs a line, an email, an address and a way to ship', async () => {
  const shop = await aShop();
  const attempt = async (update: object, lines = [shop.line(shop.mug, 1)]) => {
    const { id } = await shop.cart(shop.guest, lines);
    return codesOf(await shop.begin(found((await shop.guest.cartCall('cartUpdate', { cartId: id, ...update })).cart)));
  };

  expect(await attempt(delivery, [])).toEqual(['CART_INCOMPLETE']);
  expect(await attempt({ ...delivery, email: null })).toEqual(['CART_INCOMPLETE']);
  expect(await attempt({ ...delivery, shippingAddress: null })).toEqual(['CART_INCOMPLETE']);
  expect(await attempt({ ...delivery, shippingOptionHandle: 'balloon' })).toEqual(['CART_INCOMPLETE']);
  expect(await attempt({ ...delivery, shippingAddress: { ...delivery.shippingAddress, countryCode: 'FR' } })).toEqual([
    'CART_INCOMPLETE',
  ]);
  expect(await attempt(delivery)).toEqual([]);
});

test('a price that changed is shown before anybody agrees to it, and agreeing names the new version', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  await shop.reprices(shop.mug, 'MUG', '10.50');

  expect(codesOf(await shop.begin(cart))).toEqual(['PRICE_CHANGED']);

  const changed = await shop.guest.cart(cart.id);
  expect(changed).toMatchObject({ version: 3, totals: { grandTotal: { amount: '25.90' } } });
  expect(changed.problems).toMatchObject([
    { code: 'PRICE_CHANGED', cartLineId: cart.lines[0]?.id, newUnitPrice: { amount: '10.50' } },
  ]);
  expect(codesOf(await shop.begin(cart))).toEqual(['VERSION_MISMATCH']);
  expect((await shop.begin(changed)).cart).toMatchObject({
    status: 'IN_CHECKOUT',
    problems: [],
    totals: { grandTotal: { amount: '25.90' } },
  });
});

test('a variant that is no longer sold is a problem of its line', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart(shop.guest, [shop.line(shop.mug, 1), shop.line(shop.book, 1)]);
  await shop.hears('ProductArchived', { productId: shop.book, variantIds: [shop.book] });

  expect(codesOf(await shop.begin(cart))).toEqual(['CART_INCOMPLETE']);
  expect((await shop.guest.cart(cart.id)).problems).toMatchObject([
    { code: 'VARIANT_UNAVAILABLE', cartLineId: cart.lines[1]?.id },
  ]);
});

test('an address that nobody delivers to is a problem', async () => {
  const shop = await aShop();
  const { id } = await shop.cart();

  const { cart } = await shop.guest.cartCall('cartUpdate', {
    cartId: id,
    ...delivery,
    shippingAddress: { ...delivery.shippingAddress, countryCode: 'FR' },
  });

  expect(cart).toMatchObject({ shippingOptions: [], problems: [{ code: 'ADDRESS_UNSERVICEABLE', cartLineId: null }] });
});

test('what ships by itself needs no address', async () => {
  const shop = await aShop();
  const voucher = newId();
  await shop.sells(voucher, 'VOUCHER', '25.00', false);
  const { id } = await shop.cart(shop.guest, [shop.line(voucher, 1)]);
  const { cart } = await shop.guest.cartCall('cartUpdate', { cartId: id, email: 'buyer@example.com' });

  expect(codesOf(await shop.begin(found(cart)))).toEqual([]);
});

test('redeems no points where there is no programme', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();

  expect(codesOf(await shop.begin(cart, shop.guest, { redeemPoints: 10 }))).toEqual(['INSUFFICIENT_POINTS']);
  expect(codesOf(await shop.begin(cart, shop.guest, { redeemPoints: -1 }))).toEqual(['INVALID']);
});

test('in checkout the prices stand and the cart cannot change', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  await shop.begin(cart);
  await shop.reprices(shop.mug, 'MUG', '99.00');

  const frozen = await shop.guest.cart(cart.id);

  expect(frozen).toMatchObject({
    status: 'IN_CHECKOUT',
    version: cart.version,
    totals: { grandTotal: { amount: '23.90' } },
  });
  expect(frozen.checkoutExpiresAt).not.toBeNull();
  expect(codesOf(await shop.guest.cartCall('cartLinesUpdate', { cartId: cart.id, lines: [] }))).toEqual([
    'CART_IN_CHECKOUT',
  ]);
  expect(codesOf(await shop.begin(cart))).toEqual(['CART_IN_CHECKOUT']);
});

test('leaving checkout opens the cart again, and leaving twice is the same', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  await shop.begin(cart);
  const leave = (idempotencyKey: string) =>
    shop.guest.cartCall('cartCheckoutCancel', { cartId: cart.id, idempotencyKey });

  expect((await leave('a')).cart).toMatchObject({ status: 'ACTIVE', checkoutExpiresAt: null, problems: [] });
  expect((await leave('b')).cart).toMatchObject({ status: 'ACTIVE' });
  expect(codesOf(await shop.place(cart))).toEqual(['CHECKOUT_EXPIRED']);
  expect((await shop.begin(cart)).cart).toMatchObject({ status: 'IN_CHECKOUT' });
});

test('a cart that became an order is closed', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  await shop.begin(cart);
  await shop.place(cart);

  expect(codesOf(await shop.place(cart))).toEqual(['CART_CLOSED']);
  expect(codesOf(await shop.begin(cart))).toEqual(['CART_CLOSED']);
  expect(codesOf(await shop.guest.cartCall('cartUpdate', { cartId: cart.id, email: null }))).toEqual(['CART_CLOSED']);
  expect(codesOf(await shop.guest.cartCall('cartCheckoutCancel', { cartId: cart.id, idempotencyKey: 'x' }))).toEqual([
    'CART_CLOSED',
  ]);
});

test('places no order from a cart outside checkout, at another version, or without its payment', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  expect(codesOf(await shop.place(cart))).toEqual(['CHECKOUT_EXPIRED']);
  await shop.begin(cart);

  expect(codesOf(await shop.place({ ...cart, version: 1 }))).toEqual(['VERSION_MISMATCH']);
  expect(codesOf(await shop.place(cart, shop.guest, { paymentId: null }))).toEqual(['PAYMENT_MISMATCH']);
  expect(codesOf(await shop.place(cart, shop.guest, { paymentId: 'nonsense' }))).toEqual(['NOT_FOUND']);
});

test('an id that is none names no cart', async () => {
  const shop = await aShop();
  const cartId = 'nonsense';
  const key = { idempotencyKey: 'x' };

  for (const [mutation, input] of [
    ['cartUpdate', {}],
    ['cartLinesUpdate', { lines: [] }],
    ['cartCheckoutBegin', { ...key, expectedVersion: 1 }],
    ['cartCheckoutCancel', key],
  ] as const) {
    expect([mutation, codesOf(await shop.guest.cartCall(mutation, { cartId, ...input }))]).toEqual([
      mutation,
      ['NOT_FOUND'],
    ]);
  }
});
