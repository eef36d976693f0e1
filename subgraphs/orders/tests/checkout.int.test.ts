import { decodeId } from '@ordergraph/subgraph-server';
import { waitFor, type TestHouse } from '@ordergraph/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, found, OrderShop, startOrders, type CartView } from './order-house.ts';

// Inventory is said to run, and it is the test that answers for it.
let house: TestHouse;
let superuser: Client;
beforeAll(async () => {
  house = await startOrders(['inventory']);
  superuser = new Client({ connectionString: house.database.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await house.stop();
});

const aShop = () => new OrderShop(house).opens();
const reserve = 'inventory.ReserveStock';

async function sagaOf(shop: OrderShop, cart: CartView, kind = 'CHECKOUT'): Promise<{ id: string; status: string }> {
  const query = 'query ($id: ID!) { cart(id: $id) { sagas { id kind status } order { sagas { id kind status } } } }';
  type Sagas = { sagas: { id: string; kind: string; status: string }[] };
  const { cart: row } = await shop.staff.ask<{ cart: Sagas & { order: Sagas | null } }>(query, { id: cart.id });
  const saga = [...row.sagas, ...(row.order?.sagas ?? [])].find((candidate) => candidate.kind === kind);
  if (!saga) throw new Error('not yet');
  return { ...saga, id: found(decodeId('OrderSaga', saga.id)) };
}

const runningSaga = (shop: OrderShop, cart: CartView, kind?: string) =>
  waitFor(async () => {
    const saga = await sagaOf(shop, cart, kind);
    return saga.status === 'RUNNING' && saga;
  });

/** Begins checkout, with inventory answering as told. */
async function begins(shop: OrderShop, cart: CartView, event = 'StockReserved', payload: Record<string, unknown> = {}) {
  const answer = shop.begin(cart);
  const { id } = await runningSaga(shop, cart);
  await shop.answers(id, reserve, event, payload);
  if (event !== 'StockReserved') await shop.answers(id, 'inventory.ReleaseStock', 'StockReleased');
  return { answer: await answer, sagaId: id };
}

const published = async (shop: OrderShop, type: string) =>
  (
    await superuser.query<{ payload: Record<string, unknown> }>(
      'select payload from "orders"."outbox" where tenant_id = $1 and type = $2',
      [shop.tenantId, type],
    )
  ).rows.map((row) => row.payload);

test('checkout begins when inventory holds the stock', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();

  const { answer } = await begins(shop, cart);

  expect(answer.cart).toMatchObject({ status: 'IN_CHECKOUT', version: cart.version });
  expect(await published(shop, 'CartCheckoutStarted')).toMatchObject([
    { cartVersion: cart.version, totals: { grandTotal: { amount: '23.90' } } },
  ]);
});

test('a shortage refuses checkout and says of which line how many are left', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();

  const { answer } = await begins(shop, cart, 'StockReservationFailed', {
    shortages: [{ variantId: shop.mug, requested: 2, available: 1 }],
  });

  expect(codesOf(answer)).toEqual(['INSUFFICIENT_STOCK']);
  const reopened = await shop.guest.cart(cart.id);
  expect(reopened).toMatchObject({ status: 'ACTIVE', checkoutExpiresAt: null });
  expect(reopened.problems).toMatchObject([
    { code: 'INSUFFICIENT_STOCK', cartLineId: cart.lines[0]?.id, availableQuantity: 1 },
  ]);
  expect(await published(shop, 'CartCheckoutEnded')).toEqual([]);
});

test('says that holding stock takes long, and the same key tells how it ended', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  const idempotencyKey = 'slow';

  const pending = await shop.begin(cart, shop.guest, { idempotencyKey });
  expect(codesOf(pending)).toEqual(['CHECKOUT_PENDING']);
  expect((await shop.guest.cart(cart.id)).status).toBe('CHECKOUT_STARTING');
  expect(codesOf(await shop.guest.cartCall('cartLinesUpdate', { cartId: cart.id, lines: [] }))).toEqual([
    'CART_IN_CHECKOUT',
  ]);

  await shop.answers((await sagaOf(shop, cart)).id, reserve, 'StockReserved');
  const repeated = await shop.begin(cart, shop.guest, { idempotencyKey });

  expect(repeated.cart).toMatchObject({ status: 'IN_CHECKOUT' });
});

test('the price that the customer agreed to is the one that is frozen, though it changed while stock was held', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  const answer = shop.begin(cart);
  const { id } = await runningSaga(shop, cart);
  await shop.reprices(shop.mug, 'MUG', '99.00');

  await shop.answers(id, reserve, 'StockReserved');

  expect((await answer).cart?.totals.grandTotal.amount).toBe('23.90');
});

test('leaving while stock is being held opens the cart once it is given back', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  const begun = shop.begin(cart);
  const { id } = await runningSaga(shop, cart);

  const left = shop.guest.cartCall('cartCheckoutCancel', { cartId: cart.id, idempotencyKey: 'leave' });
  await waitFor(async () => (await sagaOf(shop, cart)).status === 'COMPENSATING');
  await shop.answers(id, reserve, 'StockReserved');
  await shop.answers(id, 'inventory.ReleaseStock', 'StockReleased');

  expect((await left).cart).toMatchObject({ status: 'ACTIVE', problems: [] });
  expect(codesOf(await begun)).toEqual(['CHECKOUT_EXPIRED']);
});

test('no order is placed from a checkout that is being left', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  const { sagaId } = await begins(shop, cart);

  const left = shop.guest.cartCall('cartCheckoutCancel', { cartId: cart.id, idempotencyKey: 'leave' });
  await waitFor(async () => (await sagaOf(shop, cart)).status === 'COMPENSATING');

  expect(codesOf(await shop.place(cart))).toEqual(['CHECKOUT_EXPIRED']);
  await shop.answers(sagaId, 'inventory.ReleaseStock', 'StockReleased');
  expect((await left).cart).toMatchObject({ status: 'ACTIVE' });
  expect(await published(shop, 'CartCheckoutEnded')).toMatchObject([{ reason: 'CANCELLED' }]);
});

/** Lets the time of a finished checkout be over. */
const runsOut = (sagaId: string) =>
  superuser.query(
    `update "orders"."saga" set deadline_at = now() - interval '1 second',
       state = jsonb_set(state, '{facts,expiresAt}', to_jsonb('2020-01-01T00:00:00.000Z'::text)) where id = $1`,
    [sagaId],
  );

test('a checkout that ran out of time gives back its stock and says so', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  const { sagaId } = await begins(shop, cart);

  await runsOut(sagaId);
  await waitFor(async () => (await sagaOf(shop, cart)).status === 'COMPENSATING');
  await shop.answers(sagaId, 'inventory.ReleaseStock', 'StockReleased');

  expect(await shop.guest.cart(cart.id)).toMatchObject({ status: 'ACTIVE', problems: [{ code: 'CHECKOUT_EXPIRED' }] });
  expect(await published(shop, 'CartCheckoutEnded')).toMatchObject([{ reason: 'EXPIRED' }]);
});

test('inventory ends a checkout as well, when it gave back the hold', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  const { sagaId } = await begins(shop, cart);

  await shop.hears('StockReservationExpired', { cartId: found(decodeId('Cart', cart.id)), orderId: null, lines: [] });
  await shop.answers(sagaId, 'inventory.ReleaseStock', 'StockReleased');

  expect((await shop.guest.cart(cart.id)).problems).toMatchObject([{ code: 'CHECKOUT_EXPIRED' }]);
});

test('a checkout whose order has taken over does not end with its time', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  const { sagaId } = await begins(shop, cart);
  const placed = shop.place(cart);
  const placing = await runningSaga(shop, cart, 'PLACE');
  await shop.answers(placing.id, 'inventory.ConfirmReservation', 'StockReserved');
  await shop.answers(placing.id, 'inventory.AllocateStock', 'StockAllocated');
  expect((await placed).order).toMatchObject({ status: 'CONFIRMED' });

  await runsOut(sagaId);
  await waitFor(async () => {
    const { rows } = await superuser.query('select from "orders"."saga" where id = $1 and deadline_at is null', [
      sagaId,
    ]);
    return rows.length === 1;
  });

  expect((await sagaOf(shop, cart)).status).toBe('COMPLETED');
  expect(await published(shop, 'ReleaseStock')).toEqual([]);
});

test('an order whose stock was lost fails, gives everything back, and opens the cart with what is short', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  await begins(shop, cart);
  const placed = shop.place(cart);
  const { id } = await runningSaga(shop, cart, 'PLACE');

  await shop.answers(id, 'inventory.ConfirmReservation', 'StockReservationFailed', {
    shortages: [{ variantId: shop.mug, requested: 2, available: 0 }],
  });
  await shop.answers(id, 'inventory.ReleaseStock', 'StockReleased');

  const { order } = await placed;
  expect(order).toMatchObject({
    status: 'FAILED',
    paymentStatus: 'VOIDED',
    failure: { code: 'INSUFFICIENT_STOCK', step: 'inventory.ConfirmReservation' },
  });
  expect(order?.availableActions).toEqual([]);
  const reopened = await shop.guest.cart(cart.id);
  expect(reopened).toMatchObject({ status: 'ACTIVE', order: null });
  expect(reopened.problems).toMatchObject([
    { code: 'INSUFFICIENT_STOCK', cartLineId: cart.lines[0]?.id, availableQuantity: 0 },
  ]);
});

test('one saga that cannot be moved holds up no other at its deadline', async () => {
  const shop = await aShop();
  const [broken, fine] = [await shop.filledCart(), await shop.filledCart()];
  const { sagaId } = await begins(shop, broken);
  const other = await begins(shop, fine);
  await superuser.query(`update "orders"."saga" set state = '{}', deadline_at = '2020-01-01' where id = $1`, [sagaId]);

  await runsOut(other.sagaId);

  await waitFor(async () => (await sagaOf(shop, fine)).status === 'COMPENSATING');
  await superuser.query('update "orders"."saga" set deadline_at = null where id = $1', [sagaId]);
});
