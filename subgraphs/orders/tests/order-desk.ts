import { decodeId } from '@ordergraph/subgraph-server';
import { waitFor, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { Client } from 'pg';
import { found, OrderShop, startOrders, type OrderView } from './order-house.ts';

// Payments is said to run, and it is the test that answers for it.
// Set once, before the first test.
// oxlint-disable-next-line import/no-mutable-exports
export let house: TestHouse;
// oxlint-disable-next-line import/no-mutable-exports
export let superuser: Client;

/** Starts orders alone. */
export async function openDesk(): Promise<void> {
  house = await startOrders(['payments']);
  superuser = new Client({ connectionString: house.database.superuserUrl });
  await superuser.connect();
}

export async function closeDesk(): Promise<void> {
  await superuser.end();
  await house.stop();
}

export const aShop = (options = {}) => new OrderShop(house).opens(options);
export const uuid = (opaque: string) => found(decodeId('Order', opaque));
export const money = (amount: string) => ({ amount, currencyCode: 'EUR' });

/** The saga of a kind that is at work on an order. */
export const runningSaga = (shop: OrderShop, orderId: string, kind: string): Promise<string> =>
  waitFor(async () => {
    const saga = (await shop.staff.order(orderId)).sagas.find(
      (row) => row.kind === kind && row.status !== 'COMPLETED' && row.status !== 'COMPENSATED',
    );
    return saga && found(decodeId('OrderSaga', saga.id));
  });

/** Places an order whose payment waits for an answer. */
export async function placing(shop: OrderShop) {
  const cart = await shop.filledCart();
  await shop.begin(cart);
  const answer = shop.place(cart);
  const orderId = await waitFor(async () => (await shop.guest.cart(cart.id)).order?.id);
  return { cart, answer, orderId, sagaId: await runningSaga(shop, orderId, 'PLACE') };
}

export const captured = (orderId: string, total: string, isFinal = true, amount = total) => ({
  paymentId: newId(),
  orderId: uuid(orderId),
  customerId: null,
  transactionId: newId(),
  amount: money(amount),
  capturedTotal: money(total),
  isFinal,
  gateway: 'sandbox',
});

export async function paid(shop: OrderShop): Promise<OrderView> {
  const { orderId, sagaId, answer } = await placing(shop);
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentAuthorized');
  await shop.answers(sagaId, 'payments.CapturePayment', 'PaymentSuccess');
  await answer;
  return shop.staff.order(orderId);
}

/** An order of 23.90 that is authorised, with nothing captured. */
export async function authorized(shop: OrderShop): Promise<OrderView> {
  const { orderId, sagaId, answer } = await placing(shop);
  await shop.answers(sagaId, 'payments.AuthorizePayment', 'PaymentAuthorized');
  await answer;
  return shop.staff.order(orderId);
}

export const commands = async (orderId: string, type: string) =>
  (
    await superuser.query<{ payload: Record<string, unknown>; command_key: string }>(
      `select payload, command_key from "orders"."outbox" where type = $2 and payload ->> 'orderId' = $1 order by event_id`,
      [uuid(orderId), type],
    )
  ).rows;

export async function quoteOf(
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

export async function refunds(shop: OrderShop, order: OrderView, quote: object, more: object = {}) {
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

export const firstLine = (order: OrderView, quantity: number) => ({
  lines: [{ orderLineId: order.lines[0]?.id, quantity }],
});
