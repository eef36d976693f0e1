import { waitFor } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aShop,
  authorized,
  captured,
  closeDesk,
  commands,
  firstLine,
  money,
  openDesk,
  paid,
  placing,
  quoteOf,
  runningSaga,
  superuser,
  uuid,
} from './order-desk.ts';

beforeAll(openDesk);
afterAll(closeDesk);

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

test('points do not come back before the money that was paid beside them is captured', async () => {
  const shop = await aShop({ capturePolicy: 'MANUAL' });
  const order = await authorized(shop);
  const paidByPoints = async (minor: string) => {
    await superuser.query('update "orders"."order" set redeemed_points = 500 where id = $1', [uuid(order.id)]);
    await superuser.query(`update "orders"."order_line" set loyalty_minor = ${minor} where order_id = $1`, [
      uuid(order.id),
    ]);
    return shop.staff.order(order.id);
  };

  expect((await paidByPoints('500')).availableActions).not.toContain('REFUND');
  await expect(quoteOf(shop, order, firstLine(order, 2))).rejects.toThrow(/not captured yet/);

  expect((await paidByPoints('total_minor')).availableActions).toContain('REFUND');
  expect(await quoteOf(shop, order, firstLine(order, 2))).toMatchObject({ total: { amount: '0.00' } });

  await paidByPoints('500');
  await shop.hears('PaymentSuccess', captured(order.id, '23.90', true));
  expect((await shop.staff.order(order.id)).availableActions).toContain('REFUND');
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
