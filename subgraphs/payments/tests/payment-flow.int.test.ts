import { waitFor, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTill, startPayments } from './till.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startPayments();
});
afterAll(() => house.stop());

test('authorises, captures and refunds an order, and the ledger has a line for each', async () => {
  const till = await openTill(house, 'tok_visa');

  await till.authorize();
  const authorized = await till.answer('authorize');
  await till.capture();
  const captured = await till.answer('capture');
  const refundId = await till.refund('10.00');
  await waitFor(
    async () => (await till.read('select 1 from "payments"."outbox" where type = $1', ['RefundSucceeded']))[0],
  );

  expect(authorized).toMatchObject({
    type: 'PaymentAuthorized',
    payload: {
      paymentId: till.paymentId,
      orderId: till.orderId,
      amount: { amount: '25.00', currencyCode: 'EUR' },
      gateway: 'sandbox',
    },
  });
  expect(captured).toMatchObject({
    type: 'PaymentSuccess',
    payload: { amount: { amount: '25.00' }, capturedTotal: { amount: '25.00' }, isFinal: true },
  });
  expect(await till.ledger()).toMatchObject([
    { kind: 'AUTHORIZATION', status: 'SUCCEEDED', amount_minor: '2500' },
    { kind: 'CAPTURE', status: 'SUCCEEDED', amount_minor: '2500' },
    { kind: 'REFUND', status: 'SUCCEEDED', amount_minor: '1000' },
  ]);
  expect(await till.read('select status from "payments"."refund" where id = $1', [refundId])).toEqual([
    { status: 'SUCCEEDED' },
  ]);
  expect(
    await till.read(
      `select account, sum(amount_minor)::int as balance from "payments"."posting" group by 1 order by 1`,
    ),
  ).toEqual([
    { account: 'psp_clearing', balance: 1500 },
    { account: 'receivable', balance: -1500 },
  ]);
});
