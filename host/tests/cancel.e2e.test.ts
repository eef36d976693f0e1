import { newId } from '@ordergraph/tenancy';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { codesOf, mutate, readOrder, refund, settled, stockOf, violations, type FullOrder } from './order-desk.ts';
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

/** An order of 2 mugs with shipping, 23.90 in all. */
async function anOrder(paymentMethodToken = 'tok_visa', token = merchant.guest): Promise<FullOrder> {
  const { id } = await buys(shop, merchant, { MUG: 2 }, { paymentMethodToken, token });
  await orderBecomes(shop, merchant, id, 'CONFIRMED');
  await shop.house.quiet();
  return readOrder(shop, merchant, id);
}
const cancel = (order: FullOrder, token = merchant.staff) =>
  mutate<{ order: { status: string } | null }>(shop, token, 'orderCancel', 'order', {
    orderId: order.id,
    reason: 'CUSTOMER',
    idempotencyKey: newId(),
  });
const untouched = { onHand: 100, reserved: 0, allocated: 0, available: 100 };

/** Takes an authorised amount. */
async function capture(order: FullOrder, amount: string | null, isFinal: boolean): Promise<void> {
  const input = {
    paymentId: order.payments[0]?.id,
    isFinal,
    idempotencyKey: newId(),
    ...(amount ? { amount: { amount, currencyCode: 'EUR' } } : {}),
  };
  expect(codesOf(await mutate(shop, merchant.staff, 'paymentCapture', 'payment', input))).toEqual([]);
  await shop.house.quiet();
}
const movements = (order: FullOrder): string[][] =>
  order.payments.flatMap(({ transactions }) => transactions.map(({ kind, amount }) => [kind, amount.amount]));

test('a paid order that is cancelled gives back the money and the stock', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder();

  expect(codesOf(await cancel(order))).toEqual([]);

  expect(await settled(shop, merchant, order.id)).toMatchObject({ status: 'CANCELLED', paymentStatus: 'REFUNDED' });
  expect(await stockOf(shop, merchant)).toEqual(untouched);
});

test('a customer cancels their own order, and nobody else’s', async () => {
  merchant = await shop.opensMerchant();
  const customer = shop.token(merchant.id, 'CUSTOMER');
  const order = await anOrder('tok_visa', customer);

  expect(codesOf(await cancel(order, shop.token(merchant.id, 'CUSTOMER')))).toEqual(['NOT_FOUND']);
  expect(codesOf(await cancel(order, merchant.guest))).toEqual(['NOT_FOUND']);
  expect(codesOf(await cancel(order, customer))).toEqual([]);
  expect(await settled(shop, merchant, order.id)).toMatchObject({ status: 'CANCELLED' });
  expect(codesOf(await cancel(order, customer))).toEqual(['NOT_CANCELLABLE']);
});

test('what was refunded before is not refunded again', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder();
  await refund(shop, merchant, order.id, {
    lines: [{ orderLineId: order.lines[0]?.id, quantity: 1, disposition: 'KEEP' }],
  });
  await settled(shop, merchant, order.id);

  await cancel(order);

  expect(await settled(shop, merchant, order.id)).toMatchObject({
    status: 'CANCELLED',
    totalRefunded: { amount: '23.90' },
    refunds: expect.arrayContaining([
      expect.objectContaining({ amount: { amount: '9.50' } }),
      expect.objectContaining({ amount: { amount: '14.40' } }),
    ]),
  });
  expect(await stockOf(shop, merchant)).toEqual(untouched);
});

test('a cancellation whose refund fails leaves the order and its stock', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder('tok_refund_fails');

  await cancel(order);

  expect(await settled(shop, merchant, order.id)).toMatchObject({
    status: 'CONFIRMED',
    paymentStatus: 'PAID',
    availableActions: expect.arrayContaining(['CANCEL']),
  });
  expect(await stockOf(shop, merchant)).toMatchObject({ allocated: 2 });
});

test('under manual capture an order is confirmed authorised, and cancelling gives the authorisation up', async () => {
  merchant = await shop.opensMerchant({ capturePolicy: 'MANUAL' });
  const order = await anOrder();
  expect(order).toMatchObject({
    paymentStatus: 'AUTHORIZED',
    totalCaptured: { amount: '0.00' },
    availableActions: expect.arrayContaining(['CAPTURE', 'CANCEL']),
  });

  await cancel(order);

  const after = await settled(shop, merchant, order.id);
  expect(after).toMatchObject({
    status: 'CANCELLED',
    paymentStatus: 'VOIDED',
    payments: [{ status: 'VOIDED' }],
    refunds: [],
  });
  expect(movements(after)).toEqual([
    ['AUTHORIZATION', '23.90'],
    ['VOID', '23.90'],
  ]);
  expect(await stockOf(shop, merchant)).toEqual(untouched);
});

test('staff take the authorised money in parts, and the order says where it stands', async () => {
  merchant = await shop.opensMerchant({ capturePolicy: 'MANUAL' });
  const order = await anOrder();

  await capture(order, '10.00', false);
  expect(await readOrder(shop, merchant, order.id)).toMatchObject({
    paymentStatus: 'PARTIALLY_PAID',
    availableActions: expect.arrayContaining(['CAPTURE', 'REFUND']),
  });
  await capture(order, null, true);

  const paid = await readOrder(shop, merchant, order.id);
  expect(paid).toMatchObject({ paymentStatus: 'PAID', totalCaptured: { amount: '23.90' } });
  expect(paid.availableActions).not.toContain('CAPTURE');
});

test('cancelling an order that is captured in part refunds the part and gives the rest up', async () => {
  merchant = await shop.opensMerchant({ capturePolicy: 'MANUAL' });
  const order = await anOrder();
  await capture(order, '10.00', false);

  await cancel(order);

  const after = await settled(shop, merchant, order.id);
  expect(after).toMatchObject({
    status: 'CANCELLED',
    paymentStatus: 'REFUNDED',
    totalCaptured: { amount: '10.00' },
    totalRefunded: { amount: '10.00' },
  });
  expect(movements(after)).toEqual([
    ['AUTHORIZATION', '23.90'],
    ['CAPTURE', '10.00'],
    ['REFUND', '10.00'],
    ['VOID', '13.90'],
  ]);
});

test('an authorisation that staff gave up can neither be captured nor hold up a cancellation', async () => {
  merchant = await shop.opensMerchant({ capturePolicy: 'MANUAL' });
  const order = await anOrder();
  const input = { paymentId: order.payments[0]?.id, reason: 'Fraud', idempotencyKey: newId() };
  expect(codesOf(await mutate(shop, merchant.staff, 'paymentVoid', 'payment', input))).toEqual([]);
  await shop.house.quiet();
  expect(await readOrder(shop, merchant, order.id)).toMatchObject({
    paymentStatus: 'VOIDED',
    availableActions: expect.not.arrayContaining(['CAPTURE']),
  });

  await cancel(order);

  expect(await settled(shop, merchant, order.id)).toMatchObject({ status: 'CANCELLED', paymentStatus: 'VOIDED' });
  expect(await stockOf(shop, merchant)).toEqual(untouched);
});

test.each([1, 2, 3])(
  'whoever is first, capturing and cancelling at the same moment leave nobody’s money behind (round %i)',
  async () => {
    merchant = await shop.opensMerchant({ capturePolicy: 'MANUAL' });
    const order = await anOrder();
    const input = { paymentId: order.payments[0]?.id, idempotencyKey: newId() };

    await Promise.all([mutate(shop, merchant.staff, 'paymentCapture', 'payment', input), cancel(order)]);

    const after = await settled(shop, merchant, order.id);
    expect(after.status).toBe('CANCELLED');
    expect(after.totalCaptured).toEqual(after.totalRefunded);
    expect(await stockOf(shop, merchant)).toEqual(untouched);
  },
);

test('holds, notes and a cancellation at the same moment leave one history without gaps', async () => {
  merchant = await shop.opensMerchant();
  const order = await anOrder();
  const notes = Array.from({ length: 8 }, (_, index) =>
    mutate(shop, merchant.staff, 'orderNoteAdd', 'order', { orderId: order.id, message: `Note ${index}` }),
  );
  const holds = Array.from({ length: 4 }, () =>
    mutate(shop, merchant.staff, 'orderHoldPlace', 'order', { orderId: order.id, reason: 'Wait' }),
  );

  await Promise.all([...notes, cancel(order), ...holds]);
  await settled(shop, merchant, order.id);

  const { order: seen } = await shop.ask<{ order: { timeline: { nodes: { sequence: number; type: string }[] } } }>(
    merchant.staff,
    'query ($id: ID!) { order(id: $id) { timeline(first: 50) { nodes { sequence type } } } }',
    { id: order.id },
  );
  const { nodes } = seen.timeline;
  expect(nodes.map(({ sequence }) => sequence)).toEqual(nodes.map((_node, index) => index + 1));
  expect(nodes.filter(({ type }) => type === 'Note')).toHaveLength(8);
  expect(shop.house.logged).toEqual([]);
});
