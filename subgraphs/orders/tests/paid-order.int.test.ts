import { waitFor } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aShop,
  closeDesk,
  commands,
  firstLine,
  house,
  money,
  openDesk,
  paid,
  placing,
  quoteOf,
  refunds,
  runningSaga,
  superuser,
  uuid,
} from './order-desk.ts';
import { codesOf, found } from './order-house.ts';

beforeAll(openDesk);
afterAll(closeDesk);

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
