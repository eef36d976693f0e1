import { readdirSync } from 'node:fs';
import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  codesOf,
  mutate,
  quoteRefund,
  readOrder,
  refund,
  rows,
  settled,
  stockOf,
  uuidOf,
  violations,
  type FullOrder,
} from './order-desk.ts';
import { buys, orderBecomes, startShop, type Shop, type ShopMerchant } from './shop.ts';

let shop: Shop;
let merchant: ShopMerchant;
beforeAll(async () => {
  shop = await startShop({ settings: { PAYMENT_PROVIDER_TIMEOUT_MS: '500', PAYMENT_SANDBOX_DECISION_MS: '300' } });
});
afterEach(async () => {
  expect(await violations(shop, merchant)).toEqual([]);
});
afterAll(() => shop.stop());

/** An order of 3 mugs with shipping, 33.40 in all, confirmed and paid. */
async function anOrder(paymentMethodToken = 'tok_visa'): Promise<FullOrder> {
  const { id } = await buys(shop, merchant, { MUG: 3 }, { paymentMethodToken });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');
  await shop.house.quiet();
  return readOrder(shop, merchant, id);
}
const mugs = (order: FullOrder, quantity: number, more: object = {}) => ({
  lines: [{ orderLineId: order.lines[0]?.id, quantity, ...more }],
});
const euros = (amount: string) => ({ amount: { amount, currencyCode: 'EUR' } });

test('units go back one by one, then shipping, until nothing is left', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder();

  expect(codesOf(await refund(shop, merchant, order.id, mugs(order, 1)))).toEqual([]);
  expect(await settled(shop, merchant, order.id)).toMatchObject({
    paymentStatus: 'PARTIALLY_REFUNDED',
    totalRefunded: { amount: '9.50' },
    lines: [{ refundedQuantity: 1 }],
  });
  await refund(shop, merchant, order.id, { ...mugs(order, 2), refundShipping: true });

  const refunded = await settled(shop, merchant, order.id);
  expect(refunded).toMatchObject({
    status: 'CONFIRMED',
    paymentStatus: 'REFUNDED',
    totalCaptured: { amount: '33.40' },
    totalRefunded: { amount: '33.40' },
  });
  expect(refunded.availableActions).not.toContain('REFUND');
  expect(await stockOf(shop, merchant)).toMatchObject({ onHand: 100, allocated: 0, available: 100 });
  await waitFor(() => readdirSync(shop.mailDirectory).length === 3, {
    describe: 'a mail for the order and for each refund',
  });
});

test('goodwill gives money back and no goods, and the last refund takes what is left', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder();

  await refund(shop, merchant, order.id, euros('5.01'));
  await settled(shop, merchant, order.id);
  expect(await stockOf(shop, merchant)).toMatchObject({ onHand: 100 });
  const everything = { ...mugs(order, 3, { disposition: 'KEEP' }), refundShipping: true };
  expect(await quoteRefund(shop, merchant, order.id, everything)).toMatchObject({
    total: { amount: '28.39' },
    maximumRefundable: { amount: '28.39' },
  });
  await refund(shop, merchant, order.id, everything);

  expect(await settled(shop, merchant, order.id)).toMatchObject({
    paymentStatus: 'REFUNDED',
    totalRefunded: { amount: '33.40' },
  });
  expect(await stockOf(shop, merchant)).toMatchObject({ onHand: 100, allocated: 3 });
});

test('a quote that the order has outrun is refused, and nothing moves', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder();
  const { hash } = await quoteRefund(shop, merchant, order.id, mugs(order, 1));
  await refund(shop, merchant, order.id, euros('1.00'));
  await settled(shop, merchant, order.id);
  const input = { orderId: order.id, quoteHash: hash, reason: 'Broken', idempotencyKey: newId() };

  expect(
    codesOf(await mutate(shop, merchant.staff, 'orderRefund', 'order', { ...input, quote: mugs(order, 1) })),
  ).toEqual(['QUOTE_STALE']);
  expect(
    codesOf(
      await mutate(shop, merchant.staff, 'orderRefund', 'order', {
        ...input,
        idempotencyKey: newId(),
        quote: euros('32.41'),
      }),
    ),
  ).toEqual(['REFUND_EXCEEDS_PAID']);
  expect(
    codesOf(
      await mutate(shop, merchant.staff, 'orderRefund', 'order', {
        ...input,
        idempotencyKey: newId(),
        quote: mugs(order, 4),
      }),
    ),
  ).toEqual(['NOT_REFUNDABLE']);
  expect(await readOrder(shop, merchant, order.id)).toMatchObject({ totalRefunded: { amount: '1.00' } });
});

test('a refund needs its own permission', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder();
  const packer = shop.token(merchant.id, 'STAFF', { scopes: ['read_orders', 'write_orders'] });

  await expect(
    mutate(shop, packer, 'orderRefund', 'order', {
      orderId: order.id,
      quote: euros('1.00'),
      quoteHash: 'x',
      reason: 'x',
      idempotencyKey: 'x',
    }),
  ).rejects.toThrow('FORBIDDEN');
});

test('a refund that the bank refuses leaves everything as it was, to be tried again', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder('tok_refund_fails');

  await refund(shop, merchant, order.id, mugs(order, 1));

  const after = await settled(shop, merchant, order.id);
  expect(after).toMatchObject({
    paymentStatus: 'PAID',
    totalRefunded: { amount: '0.00' },
    lines: [{ refundedQuantity: 0 }],
    refunds: [{ status: 'FAILED' }],
  });
  expect(after.availableActions).toContain('REFUND');
  expect(await stockOf(shop, merchant)).toMatchObject({ onHand: 100 });
});

test.each(['tok_refund_timeout', 'tok_refund_pending'])(
  'a refund that the bank is slow to confirm (%s) is made once',
  async (token) => {
    merchant = await shop.opensMerchant();
    const order = await anOrder(token);

    await refund(shop, merchant, order.id, mugs(order, 1));

    const after = await settled(shop, merchant, order.id);
    expect(after).toMatchObject({
      totalRefunded: { amount: '9.50' },
      refunds: [{ status: 'SUCCEEDED', amount: { amount: '9.50' } }],
    });
  },
);

test('a refund that the bank takes back again holds the order for staff, who refund once more', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder('tok_refund_reversed');
  await refund(shop, merchant, order.id, mugs(order, 3));

  await orderBecomes(shop, merchant, order.id, 'ON_HOLD');

  expect(await readOrder(shop, merchant, order.id)).toMatchObject({
    paymentStatus: 'PAID',
    totalRefunded: { amount: '0.00' },
  });
  expect(await quoteRefund(shop, merchant, order.id, euros('28.50'))).toMatchObject({
    maximumRefundable: { amount: '33.40' },
  });
});

test('money that a provider takes after all for an order that has failed is refunded exactly once', async () => {
  merchant = await shop.opensMerchant();
  const { id } = await buys(shop, merchant, { MUG: 1 }, { paymentMethodToken: 'tok_capture_declined' });
  await orderBecomes(shop, merchant, id, 'FAILED');
  await shop.house.quiet();
  const [payment] = await rows<{ id: string }>(shop, 'select id from "payments"."payment" where order_id = $1', [
    uuidOf('Order', id),
  ]);
  // The provider declined the capture, and yet the money is there: the books say so from now on, and payments tells it.
  await rows(
    shop,
    `update "payments"."payment" set status = 'CAPTURED', authorized_minor = 1440, captured_minor = 1440, given_up_by = null where id = $1 returning 1`,
    [payment?.id],
  );
  await rows(
    shop,
    `update "payments"."sandbox_charge" set status = 'CAPTURED', captured_minor = 1440, is_closed = false where key like $1 returning 1`,
    [`${merchant.id}:%`],
  );
  const tell = () =>
    shop.house.command('payments', merchant.id, async (tx) =>
      tx.publish('PaymentSuccess', {
        paymentId: payment?.id ?? '',
        orderId: uuidOf('Order', id),
        customerId: null,
        transactionId: newId(),
        amount: { amount: '14.40', currencyCode: 'EUR' },
        capturedTotal: { amount: '14.40', currencyCode: 'EUR' },
        isFinal: true,
        gateway: 'sandbox',
      }),
    );

  await tell();
  await tell();
  await waitFor(async () => (await readOrder(shop, merchant, id)).refunds.some(({ status }) => status === 'SUCCEEDED'));
  await shop.house.quiet();

  expect((await readOrder(shop, merchant, id)).refunds).toEqual([{ status: 'SUCCEEDED', amount: { amount: '14.40' } }]);
});
