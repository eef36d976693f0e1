import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, mutate, rows, stockOf, violations } from './order-desk.ts';
import {
  aFilledCart,
  createPayment,
  orderBecomes,
  placeOrder,
  startShop,
  type Shop,
  type ShopMerchant,
} from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const buyers = 500;
const units = 100;
const atATime = 32;

/** Runs many things, so many at a time. */
async function crowd<Result>(count: number, run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let left = count;
  const walk = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      results.push(await run());
    }
  };
  await Promise.all(Array.from({ length: atATime }, walk));
  return results;
}

const busy = ['SUBGRAPH_UNAVAILABLE', 'IDEMPOTENCY_IN_PROGRESS', 'CHECKOUT_PENDING', 'CART_NOT_READY'];

/** Asks again, as a browser does, while the house is too busy to answer in time. */
async function patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error) || !busy.some((code) => error.message.includes(code))) throw error;
    }
  }
}

/** Begins checkout, with one key however often it is asked whether stock is held by now. Answers the refusals. */
async function begins(merchant: ShopMerchant, cart: { id: string; version: number }): Promise<string[]> {
  const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey: newId() };
  for (;;) {
    const codes = codesOf(await patiently(() => mutate(shop, merchant.guest, 'cartCheckoutBegin', 'cart', input)));
    if (!codes.some((code) => busy.includes(code))) return codes;
  }
}

test('500 buyers race for 100 units: exactly 100 get one, and nobody else pays', { timeout: 300_000 }, async () => {
  const merchant = await shop.opensMerchant({ products: [{ sku: 'RARE', price: '99.00', stock: units }] });

  const outcomes = await crowd(buyers, async () => {
    const cart = await patiently(() => aFilledCart(shop, merchant, { RARE: 1 }));
    const refusals = await begins(merchant, cart);
    if (refusals.length > 0) return refusals.join();
    const paymentId = await patiently(() => createPayment(shop, merchant.guest, cart, 'tok_visa'));
    const key = newId();
    const placed = await patiently(() => placeOrder(shop, merchant.guest, cart, paymentId, key));
    return (await orderBecomes(shop, merchant, placed.id, 'CONFIRMED', 'FAILED', 'EXPIRED')).status;
  });
  await shop.house.quiet();

  const count = (outcome: string) => outcomes.filter((other) => other === outcome).length;
  expect(count('CONFIRMED')).toBe(units);
  expect(count('INSUFFICIENT_STOCK') + count('FAILED')).toBe(buyers - units);
  expect(await stockOf(shop, merchant)).toEqual({ onHand: units, reserved: 0, allocated: units, available: 0 });
  const captures = await rows<{ captures: number; orders: number; minor: string }>(
    shop,
    `select count(*)::int as captures, count(distinct order_id)::int as orders, sum(captured_minor)::text as minor
     from "payments"."payment" where tenant_id = $1 and captured_minor > 0`,
    [merchant.id],
  );
  expect(captures).toEqual([{ captures: units, orders: units, minor: String(units * 10_390) }]);
  expect(await violations(shop, merchant)).toEqual([]);
});
