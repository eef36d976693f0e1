import { decodeId } from '@ordergraph/subgraph-server';
import { waitFor, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, found, OrderShop, startOrders, type OrderView } from './order-house.ts';

// Payments is said to run, and it is the test that answers for it.
let house: TestHouse;
let superuser: Client;
beforeAll(async () => {
  house = await startOrders(['payments']);
  superuser = new Client({ connectionString: house.database.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await house.stop();
});

const aShop = (options = {}) => new OrderShop(house).opens(options);
const uuid = (opaque: string) => found(decodeId('Order', opaque));
const money = (amount: string) => ({ amount, currencyCode: 'EUR' });

/** The saga of a kind that is at work on an order. */
const runningSaga = (shop: OrderShop, orderId: string, kind: string): Promise<string> =>
  waitFor(async () => {
    const saga = (await shop.staff.order(orderId)).sagas.find(
      (row) => row.kind === kind && row.status !== 'COMPLETED' && row.status !== 'COMPENSATED',
    );
    return saga && found(decodeId('OrderSaga', saga.id));
  });

/** Places an order whose payment waits for an answer. */
async function placing(shop: OrderShop) {
  const cart = await shop.filledCart();
  await shop.begin(cart);
  const answer = shop.place(cart);
  const orderId = await waitFor(async () => (await shop.guest.cart(cart.id)).order?.id);
  return { cart, answer, orderId, sagaId: await runningSaga(shop, orderId, 'PLACE') };
}

const captured = (orderId: string, total: string, isFinal = true, amount = total) => ({
  paymentId: newId(),
  orderId: uuid(orderId),
  customerId: null,
  transactionId: newId(),
  amount: money(amount),
  capturedTotal: money(total),
  isFinal,
  gateway: 'sandbox',
});

async function paid(shop: OrderShop): Promise<OrderView> {
  const { orderId, sagaId, answer } = await placing(shop);
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentAuthorized');
  await shop.answers(sagaId, 'payments.CapturePayment', 'PaymentSuccess');
  await answer;
  return shop.staff.order(orderId);
}

/** An order of 23.90 that is authorised, with nothing captured. */
async function authorized(shop: OrderShop): Promise<OrderView> {
  const { orderId, sagaId, answer } = await placing(shop);
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentAuthorized');
  await answer;
  return shop.staff.order(orderId);
}

const commands = async (orderId: string, type: string) =>
  (
    await superuser.query<{ payload: Record<string, unknown>; command_key: string }>(
      `select payload, command_key from "orders"."outbox" where type = $2 and payload ->> 'orderId' = $1 order by event_id`,
      [uuid(orderId), type],
    )
  ).rows;

async function quoteOf(
  shop: OrderShop,
  order: OrderView,
  quote: object,
): Promise<{ hash: string; total: { amount: string }; maximumRefundable: { amount: string } }> {
  const answer = await shop.staff.ask<{
    order: { refundQuote: { hash: string; total: { amount: string }; maximumRefundable: { amount: string } } };
  }>(
    'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash total { amount } maximumRefundable { amount } } } }',
    { id: order.id, quote },
  );
  return answer.order.refundQuote;
}

async function refunds(shop: OrderShop, order: OrderView, quote: object, more: object = {}) {
  const quoteHash = 'quoteHash' in more ? '' : (await quoteOf(shop, order, quote)).hash;
  return shop.staff.orderCall('orderRefund', {
    orderId: order.id,
    quote,
    quoteHash,
    reason: 'Broken',
    idempotencyKey: newId(),
    ...more,
  });
}

const firstLine = (order: OrderView, quantity: number) => ({ lines: [{ orderLineId: order.lines[0]?.id, quantity }] });

test('an order that nobody answers for is told as it stands after a moment', async () => {
  const shop = await aShop();
  const { answer, orderId } = await placing(shop);

  expect((await answer).order).toMatchObject({
    id: orderId,
    status: 'PENDING',
    paymentStatus: 'PENDING',
    availableActions: [],
  });
  expect(codesOf(await shop.staff.orderCall('orderCancel', { orderId, reason: 'OTHER', idempotencyKey: 'x' }))).toEqual(
    ['SAGA_IN_PROGRESS'],
  );
  expect(codesOf(await shop.staff.orderCall('orderHoldPlace', { orderId, reason: 'x' }))).toEqual(['INVALID']);
});

test('a refund executes the quote that was seen, and nothing else happens to the order meanwhile', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const running = refunds(shop, order, firstLine(order, 1));
  const sagaId = await runningSaga(shop, order.id, 'REFUND');

  expect(await shop.staff.order(order.id)).toMatchObject({
    availableActions: ['PLACE_HOLD'],
    lines: [{ refundedQuantity: 1, refundableQuantity: 1 }],
  });
  expect(codesOf(await refunds(shop, order, firstLine(order, 1)))).toEqual(['SAGA_IN_PROGRESS']);
  expect(
    codesOf(await shop.staff.orderCall('orderCancel', { orderId: order.id, reason: 'OTHER', idempotencyKey: 'x' })),
  ).toEqual(['SAGA_IN_PROGRESS']);
  const returned = {
    orderId: order.id,
    idempotencyKey: 'x',
    lines: [{ orderLineId: order.lines[0]?.id, quantity: 1, reason: 'OTHER' }],
  };
  expect(codesOf(await shop.staff.returnCall('returnRequest', returned))).toEqual(['SAGA_IN_PROGRESS']);

  await shop.answers(sagaId, 'payments.RefundPayment', 'RefundSucceeded');
  expect((await running).order).toMatchObject({ paymentStatus: 'PARTIALLY_REFUNDED' });
  expect((await commands(order.id, 'RefundPayment')).map(({ payload }) => payload['amount'])).toEqual([money('9.50')]);
});

test('a quote is stale once the order changed', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const { hash } = await quoteOf(shop, order, firstLine(order, 1));
  const running = refunds(shop, order, { amount: money('1.00') });
  await shop.answers(await runningSaga(shop, order.id, 'REFUND'), 'payments.RefundPayment', 'RefundSucceeded');
  await running;

  expect(codesOf(await refunds(shop, order, firstLine(order, 1), { quoteHash: hash }))).toEqual(['QUOTE_STALE']);
});

test('refuses a refund of more than is left, of units that are gone, and of nothing', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const attempt = async (quote: object) => codesOf(await refunds(shop, order, quote, { quoteHash: 'none' }));

  expect(await attempt({ amount: money('23.91') })).toEqual(['REFUND_EXCEEDS_PAID']);
  expect(await attempt(firstLine(order, 3))).toEqual(['NOT_REFUNDABLE']);
  expect(await attempt({})).toEqual(['NOT_REFUNDABLE']);
  expect(await attempt({ ...firstLine(order, 1), amount: money('1.00') })).toEqual(['INVALID']);
  expect(await attempt({ lines: [{ orderLineId: 'x', quantity: 1 }] })).toEqual(['NOT_FOUND']);
  expect(await attempt({ lines: [{ orderLineId: order.lines[0]?.id, quantity: 1, locationId: 'x' }] })).toEqual([
    'NOT_FOUND',
  ]);
  expect(await attempt(firstLine(order, 1))).toEqual(['QUOTE_STALE']);
});

test('a quote that cannot be is refused with its reason', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const result = await house.execute(
    'orders',
    shop.staff.caller,
    'query ($id: ID!) { order(id: $id) { refundQuote(input: { amount: { amount: "99.00", currencyCode: "EUR" } }) { hash } } }',
    { id: order.id },
  );

  expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'REFUND_EXCEEDS_PAID' });
});

test('a refund that fails gives its units and its money free to be refunded again', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const everything = { ...firstLine(order, 2), refundShipping: true };
  const running = refunds(shop, order, everything);
  await shop.answers(await runningSaga(shop, order.id, 'REFUND'), 'payments.RefundPayment', 'RefundFailed', {
    code: 'account_closed',
  });

  expect((await running).order).toMatchObject({ paymentStatus: 'PAID', lines: [{ refundedQuantity: 0 }] });
  expect(await quoteOf(shop, order, everything)).toMatchObject({
    total: { amount: '23.90' },
    maximumRefundable: { amount: '23.90' },
  });
});

test('a return whose refund fails is closed, and its units may be refunded by hand', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const asked = await shop.staff.returnCall('returnRequest', {
    orderId: order.id,
    idempotencyKey: 'x',
    lines: [{ orderLineId: order.lines[0]?.id, quantity: 1, reason: 'OTHER' }],
  });
  const row = found(asked.return);
  await shop.staff.returnCall('returnReview', { returnId: row.id, approve: true });
  const input = {
    returnId: row.id,
    idempotencyKey: 'y',
    lines: [{ returnLineId: row.lines[0]?.id, quantity: 1, disposition: 'WRITE_OFF' }],
  };
  expect((await shop.staff.returnCall('returnReceive', input)).return).toMatchObject({
    status: 'RECEIVED',
    refund: null,
  });

  await shop.answers(await runningSaga(shop, order.id, 'REFUND'), 'payments.RefundPayment', 'RefundFailed', {
    code: 'account_closed',
  });

  expect((await shop.staff.returnCall('returnReceive', input)).return).toMatchObject({
    status: 'CLOSED',
    refund: null,
  });
  expect(await shop.staff.order(order.id)).toMatchObject({
    lines: [{ returnedQuantity: 1, refundedQuantity: 0 }],
    availableActions: expect.arrayContaining(['REFUND']),
  });
});

test('a saga that needs attention is found, tells where it is stuck, and goes on when staff retry it', async () => {
  const shop = await aShop();
  const { orderId, sagaId } = await placing(shop);
  const retry = (id: string) =>
    shop.staff.call<{ saga: { status: string } | null }>('orderSagaRetry', 'saga', {
      sagaId: id,
      note: 'Asked the bank',
      idempotencyKey: newId(),
    });
  const opaque = found((await shop.staff.order(orderId)).sagas[0] ?? null).id;
  expect(codesOf(await retry(opaque))).toEqual(['SAGA_NOT_RETRYABLE']);
  await superuser.query(
    `update "orders"."saga" set deadline_at = '2020-01-01',
       state = jsonb_set(jsonb_set(state, '{steps,2,attempts}', '9'), '{deadlineAt}', '"2020-01-01T00:00:00.000Z"') where id = $1`,
    [sagaId],
  );
  await waitFor(async () => (await shop.staff.order(orderId)).sagas[0]?.status === 'NEEDS_ATTENTION');
  expect((await shop.staff.order(orderId)).availableActions).toEqual(['RETRY_SAGA']);

  expect((await retry(opaque)).saga).toMatchObject({ status: 'RUNNING' });
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentAuthorized');
  await shop.answers(sagaId, 'payments.CapturePayment', 'PaymentSuccess');

  expect(await shop.staff.order(orderId)).toMatchObject({ status: 'CONFIRMED' });
  expect((await commands(orderId, 'AuthorizePayment')).map(({ command_key }) => command_key)).toEqual(
    Array(3).fill(`${sagaId}:payments.AuthorizePayment`),
  );
});

test('a refund that the provider took back reopens the order’s money and holds it for staff', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const running = refunds(shop, order, { ...firstLine(order, 2), refundShipping: true });
  await shop.answers(await runningSaga(shop, order.id, 'REFUND'), 'payments.RefundPayment', 'RefundSucceeded');
  expect((await running).order).toMatchObject({ paymentStatus: 'REFUNDED' });

  await shop.hears('RefundReversed', {
    refundId: newId(),
    orderId: uuid(order.id),
    transactionId: newId(),
    amount: money('23.90'),
  });

  const reopened = await shop.staff.order(order.id);
  expect(reopened).toMatchObject({
    status: 'ON_HOLD',
    paymentStatus: 'PAID',
    availableActions: expect.arrayContaining(['REFUND', 'RELEASE_HOLD']),
  });
  expect(reopened.holds).toMatchObject([{ reason: expect.stringContaining('reversed') }]);
});

test('under manual capture an order is confirmed when the money is reserved, and staff take it in parts', async () => {
  const shop = await aShop({ capturePolicy: 'MANUAL' });
  const order = await authorized(shop);
  expect(order).toMatchObject({
    status: 'CONFIRMED',
    paymentStatus: 'AUTHORIZED',
    availableActions: expect.arrayContaining(['CAPTURE']),
  });

  await shop.hears('PaymentSuccess', captured(order.id, '10.00', false));
  expect(await shop.staff.order(order.id)).toMatchObject({
    paymentStatus: 'PARTIALLY_PAID',
    availableActions: expect.arrayContaining(['CAPTURE']),
  });
  await shop.hears('PaymentSuccess', captured(order.id, '23.90', true, '13.90'));

  const full = await shop.staff.order(order.id);
  expect(full.paymentStatus).toBe('PAID');
  expect(full.availableActions).not.toContain('CAPTURE');
});

test('a final capture of a part, or giving up the authorisation, ends capturing', async () => {
  const shop = await aShop({ capturePolicy: 'MANUAL' });
  const [part, none] = [await authorized(shop), await authorized(shop)];

  await shop.hears('PaymentSuccess', captured(part.id, '10.00', true));
  await shop.hears('PaymentVoided', { paymentId: newId(), orderId: uuid(none.id), amount: money('23.90') });

  expect((await shop.staff.order(part.id)).availableActions).not.toContain('CAPTURE');
  expect(await shop.staff.order(none.id)).toMatchObject({
    paymentStatus: 'VOIDED',
    availableActions: expect.not.arrayContaining(['CAPTURE']),
  });
});

test('money that staff took before the order was confirmed is not forgotten', async () => {
  const shop = await aShop({ capturePolicy: 'MANUAL' });
  const { orderId, sagaId, answer } = await placing(shop);

  await shop.hears('PaymentSuccess', captured(orderId, '23.90'));
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentAuthorized');

  expect((await answer).order).toMatchObject({ status: 'CONFIRMED', paymentStatus: 'PAID' });
});

test('cancelling an order that is captured in part gives the part back and the rest up', async () => {
  const shop = await aShop({ capturePolicy: 'MANUAL' });
  const order = await authorized(shop);
  await shop.hears('PaymentSuccess', captured(order.id, '10.00', false));

  const cancelling = shop.staff.orderCall('orderCancel', {
    orderId: order.id,
    reason: 'CUSTOMER',
    idempotencyKey: 'x',
  });
  const refund = await runningSaga(shop, order.id, 'REFUND');
  expect((await commands(order.id, 'RefundPayment')).map(({ payload }) => payload['amount'])).toEqual([money('10.00')]);
  await shop.answers(refund, 'payments.RefundPayment', 'RefundSucceeded');
  await shop.answers(await runningSaga(shop, order.id, 'CANCEL'), 'payments.VoidPayment', 'PaymentVoided');

  expect((await cancelling).order).toMatchObject({ status: 'CANCELLED', paymentStatus: 'REFUNDED' });
});

test('a cancellation whose refund fails leaves the order standing', async () => {
  const shop = await aShop();
  const order = await paid(shop);
  const cancelling = shop.staff.orderCall('orderCancel', {
    orderId: order.id,
    reason: 'CUSTOMER',
    idempotencyKey: 'x',
  });

  await shop.answers(await runningSaga(shop, order.id, 'REFUND'), 'payments.RefundPayment', 'RefundFailed', {
    code: 'account_closed',
  });

  expect((await cancelling).order).toMatchObject({
    status: 'CONFIRMED',
    paymentStatus: 'PAID',
    availableActions: expect.arrayContaining(['CANCEL', 'REFUND']),
  });
  expect((await shop.staff.order(order.id)).timeline.nodes.at(-1)).toMatchObject({ type: 'CancellationFailed' });
});

test('money that staff took while a cancellation gave up the payment comes back with it', async () => {
  const shop = await aShop({ capturePolicy: 'MANUAL' });
  const order = await authorized(shop);
  const cancelling = shop.staff.orderCall('orderCancel', {
    orderId: order.id,
    reason: 'CUSTOMER',
    idempotencyKey: 'x',
  });
  const saga = await runningSaga(shop, order.id, 'CANCEL');

  await shop.hears('PaymentSuccess', captured(order.id, '23.90'));
  await shop.answers(saga, 'payments.VoidPayment', 'RefundSucceeded', { refundId: newId() });

  expect((await cancelling).order).toMatchObject({
    status: 'CANCELLED',
    paymentStatus: 'REFUNDED',
    availableActions: [],
  });
});

test('money that comes after the order has failed goes back once, however often it is told', async () => {
  const shop = await aShop();
  const { orderId, sagaId, answer } = await placing(shop);
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentAuthorized');
  await shop.answers(sagaId, 'payments.CapturePayment', 'PaymentFailed', { code: 'declined' });
  await shop.answers(sagaId, 'payments.VoidPayment', 'PaymentVoided');
  expect((await answer).order).toMatchObject({
    status: 'FAILED',
    paymentStatus: 'FAILED',
    failure: { code: 'PAYMENT_DECLINED', step: 'payments.CapturePayment' },
  });

  await shop.hears('PaymentSuccess', captured(orderId, '23.90'), `${sagaId}:payments.CapturePayment`);
  await shop.hears('PaymentSuccess', captured(orderId, '23.90'));

  const voids = (await commands(orderId, 'VoidPayment')).map(({ command_key }) => command_key);
  expect(voids).toEqual([
    `${sagaId}:payments.VoidPayment`,
    `${sagaId}:payments.VoidPayment:late`,
    `${sagaId}:payments.VoidPayment:late`,
  ]);
  expect(await shop.staff.order(orderId)).toMatchObject({ status: 'FAILED' });
});

test('a customer who does not finish paying in time gets the order expired and the cart back', async () => {
  const shop = await aShop();
  const { cart, orderId, sagaId, answer } = await placing(shop);
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentActionRequired', {
    deadlineAt: new Date(Date.now() + 60_000).toISOString(),
  });
  expect((await answer).order).toMatchObject({ status: 'PENDING' });

  await superuser.query(
    `update "orders"."saga" set deadline_at = '2020-01-01', state = jsonb_set(state, '{deadlineAt}', '"2020-01-01T00:00:00.000Z"') where id = $1`,
    [sagaId],
  );
  await waitFor(async () => (await commands(orderId, 'VoidPayment')).length === 1);
  await shop.answers(sagaId, 'payments.VoidPayment', 'PaymentVoided');

  expect(await shop.staff.order(orderId)).toMatchObject({
    status: 'EXPIRED',
    paymentStatus: 'VOIDED',
    failure: { code: 'CHECKOUT_EXPIRED', step: null },
  });
  expect(await shop.guest.cart(cart.id)).toMatchObject({ status: 'ACTIVE', problems: [{ code: 'CHECKOUT_EXPIRED' }] });
});

test('a payment that is not for this cart fails the order with its own code', async () => {
  const shop = await aShop();
  const { sagaId, answer } = await placing(shop);

  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentFailed', { code: 'PAYMENT_MISMATCH' });
  await shop.answers(sagaId, 'payments.VoidPayment', 'PaymentVoided');

  expect((await answer).order).toMatchObject({
    status: 'FAILED',
    failure: { code: 'PAYMENT_MISMATCH', step: 'payments.AuthorizePayment' },
  });
});
