import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, waitFor, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expirePayment } from '../src/commands/expire-payment.ts';
import { openTill, startPayments, type Till } from './till.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startPayments();
});
afterAll(() => house.stop());

async function paidOrder(customerId: string | null): Promise<Till & { refundId: string }> {
  const till = await openTill(house, 'tok_visa', newId(), customerId);
  const zero = { amount: '0.00', currencyCode: 'EUR' };
  const total = { amount: '25.00', currencyCode: 'EUR' };
  await till.receive('OrderCreated', {
    orderId: till.orderId,
    number: '1001',
    cartId: till.cartId,
    sagaId: till.sagaId,
    customerId,
    email: { subject: till.cartId, keyId: newId(), ciphertext: 'AA==' },
    shippingAddress: null,
    lines: [],
    totals: {
      subtotal: total,
      shippingTotal: zero,
      taxTotal: zero,
      loyaltyTotal: zero,
      grandTotal: total,
      taxesIncluded: true,
    },
    paymentId: till.paymentId,
    redemptionId: null,
  });
  await till.authorize();
  await till.answer('authorize');
  await till.capture();
  await till.answer('capture');
  const refundId = await till.refund('5.00');
  await waitFor(async () => (await till.read(`select 1 from "payments"."outbox" where type = 'RefundSucceeded'`))[0]);
  return { ...till, refundId };
}

const orderFields = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Order {
  id payments { id status refundedAmount { amount } } refunds { id status kind amount { amount } }
  totalAuthorized { amount } totalCaptured { amount } totalRefunded { amount } } } }`;
const orderOf = (till: Till) => ({ representations: [{ __typename: 'Order', id: encodeId('Order', till.orderId) }] });
const nothing = { payments: null, refunds: null, totalAuthorized: null, totalCaptured: null, totalRefunded: null };

test("an order shows its payments, refunds and totals to staff and to its customer, and to nobody else's customer", async () => {
  const customerId = newId();
  const till = await paidOrder(customerId);
  const seenBy = async (viewer: ReturnType<typeof aViewer>) =>
    expectData<{ _entities: object[] }>(await house.execute('payments', viewer, orderFields, orderOf(till)))
      ._entities[0];

  const full = {
    payments: [{ id: encodeId('Payment', till.paymentId), status: 'CAPTURED', refundedAmount: { amount: '5.00' } }],
    refunds: [
      { id: encodeId('Refund', till.refundId), status: 'SUCCEEDED', kind: 'REFERENCED', amount: { amount: '5.00' } },
    ],
    totalAuthorized: { amount: '25.00' },
    totalCaptured: { amount: '25.00' },
    totalRefunded: { amount: '5.00' },
  };
  const { tenantId } = till;
  expect(await seenBy(aViewer({ tenantId, scopes: ['read_payments'] }))).toMatchObject(full);
  expect(await seenBy(aViewer({ tenantId, type: 'CUSTOMER', id: customerId }))).toMatchObject(full);
  expect(await seenBy(aViewer({ tenantId, type: 'CUSTOMER' }))).toMatchObject(nothing);
  expect(await seenBy(aViewer({ tenantId, type: 'ANONYMOUS' }))).toMatchObject(nothing);
  expect(await seenBy(aViewer({ scopes: ['read_payments'] }))).toMatchObject({ ...nothing, payments: [], refunds: [] });
});

test('lists and filters payments and refunds, with their ledger and who asked for them', async () => {
  const till = await paidOrder(null);
  const staff = aViewer({ tenantId: till.tenantId, scopes: ['read_payments'] });
  const query = `query ($orderId: ID!, $otherId: ID!) {
    payments(first: 5, where: { orderId: $orderId, status: [CAPTURED] }) {
      totalCount nodes { order { id } transactions { kind status amount { amount } actor { type id } gatewayReference } } }
    none: payments(first: 5, where: { ids: [$otherId] }) { nodes { id } }
    refunds(first: 5, where: { orderId: $orderId, kind: REFERENCED, createdAt: { gte: "2026-01-01T00:00:00.000Z" } }) {
      nodes { order { id } reason requestedBy { type } settledAt transactions { kind status } } }
    failed: refunds(first: 5, where: { status: [FAILED] }) { nodes { id } } }`;

  const orderId = encodeId('Order', till.orderId);
  const data = expectData(
    await house.execute('payments', staff, query, { orderId, otherId: encodeId('Payment', newId()) }),
  );

  expect(data).toMatchObject({
    payments: {
      totalCount: 1,
      nodes: [
        {
          order: { id: orderId },
          transactions: [
            {
              kind: 'AUTHORIZATION',
              status: 'SUCCEEDED',
              amount: { amount: '25.00' },
              actor: { type: 'SYSTEM', id: null },
            },
            { kind: 'CAPTURE', status: 'SUCCEEDED' },
            { kind: 'REFUND', status: 'SUCCEEDED', amount: { amount: '5.00' } },
          ],
        },
      ],
    },
    none: { nodes: [] },
    refunds: {
      nodes: [
        {
          order: { id: orderId },
          reason: 'Returned.',
          requestedBy: { type: 'SYSTEM' },
          transactions: [{ kind: 'REFUND' }],
        },
      ],
    },
    failed: { nodes: [] },
  });
});

test('an operation whose outcome is unknown is shown as such until it is known', async () => {
  await using slow = await startPayments({ PAYMENT_SANDBOX_DECISION_MS: '600000' });
  const till = await openTill(slow, 'tok_late_success');
  await till.authorize();
  await waitFor(
    async () => (await till.read(`select 1 from "payments"."provider_operation" where state = 'AWAITING'`))[0],
  );
  const staff = aViewer({ tenantId: till.tenantId, scopes: ['read_payments'] });

  const query = 'query ($id: ID!) { payment(id: $id) { status transactions { kind status } } }';
  const data = expectData(await slow.execute('payments', staff, query, { id: encodeId('Payment', till.paymentId) }));

  expect(data).toEqual({
    payment: { status: 'CREATED', transactions: [{ kind: 'AUTHORIZATION', status: 'PENDING' }] },
  });
});

const byId =
  'query ($payment: ID!, $refund: ID!) { payment(id: $payment) { status } refund(id: $refund) { status order { id } } }';
const idsOf = (till: Till & { refundId: string }) => ({
  payment: encodeId('Payment', till.paymentId),
  refund: encodeId('Refund', till.refundId),
});
const found = { payment: { status: 'CAPTURED' }, refund: { status: 'SUCCEEDED' } };
const absent = { payment: null, refund: null };

test("a payment and a refund are found by their customer and by staff, and look absent to others and to another merchant's staff", async () => {
  const customerId = newId();
  const till = await paidOrder(customerId);
  const { tenantId } = till;
  const seenBy = async (viewer: ReturnType<typeof aViewer>) =>
    expectData(await house.execute('payments', viewer, byId, idsOf(till)));

  expect(await seenBy(aViewer({ tenantId, scopes: ['read_payments'] }))).toMatchObject(found);
  expect(await seenBy(aViewer({ tenantId, type: 'CUSTOMER', id: customerId }))).toMatchObject(found);
  expect(await seenBy(aViewer({ tenantId, type: 'CUSTOMER' }))).toEqual(absent);
  expect(await seenBy(aViewer({ tenantId, type: 'ANONYMOUS' }))).toEqual(absent);
  expect(await seenBy(aViewer({ scopes: ['read_payments'] }))).toEqual(absent);
});

test("a guest's payment and refund are found by staff only, and shown to who is led to them from the cart", async () => {
  const till = await paidOrder(null);
  const { tenantId } = till;
  const seenBy = async (viewer: ReturnType<typeof aViewer>) =>
    expectData(await house.execute('payments', viewer, byId, idsOf(till)));
  const [guest, customer] = [aViewer({ tenantId, type: 'ANONYMOUS' }), aViewer({ tenantId, type: 'CUSTOMER' })];

  expect(await seenBy(aViewer({ tenantId, scopes: ['read_payments'] }))).toMatchObject(found);
  expect(await seenBy(guest)).toEqual(absent);
  expect(await seenBy(customer)).toEqual(absent);
  const line = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on PaymentTransaction { kind } } }`;
  const [{ id: lineId } = { id: '' }] = await till.read<{ id: string }>('select id from "payments"."journal" limit 1');
  const named = { representations: [{ __typename: 'PaymentTransaction', id: encodeId('PaymentTransaction', lineId) }] };
  expect(expectData(await house.execute('payments', guest, line, named))).toEqual({ _entities: [null] });

  const led = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Payment { payment: status } ... on Refund { refund: status } } }`;
  const { payment, refund } = idsOf(till);
  const representations = [
    { __typename: 'Payment', id: payment },
    { __typename: 'Refund', id: refund },
  ];
  expect(expectData(await house.execute('payments', guest, led, { representations }))).toEqual({
    _entities: [{ payment: 'CAPTURED' }, { refund: 'SUCCEEDED' }],
  });
});

test('an authorisation that lapsed is expired, and the ledger says so', async () => {
  const till = await openTill(house, 'tok_visa');
  await till.authorize();
  await till.answer('authorize');
  await till.read(`update "payments"."payment" set expires_at = now() - interval '1 minute'`);

  const isExpired = await house.command('payments', till.tenantId, (tx) => expirePayment(tx, till.paymentId));

  expect(isExpired).toBe(true);
  expect(await till.status()).toBe('EXPIRED');
  expect(await till.ledger()).toMatchObject([
    { kind: 'AUTHORIZATION' },
    { kind: 'VOID', error_code: 'authorization_expired' },
  ]);
  await till.capture();
  expect(await till.answer('capture')).toMatchObject({
    type: 'PaymentFailed',
    payload: { code: 'AUTHORIZATION_EXPIRED' },
  });
});

test("an order cannot be paid with another cart's payment, another amount, or a payment that is used", async () => {
  const till = await openTill(house, 'tok_visa');
  const deadlineAt = new Date(Date.now() + 60_000).toISOString();
  const command = {
    paymentId: till.paymentId,
    cartId: till.cartId,
    orderId: till.orderId,
    amount: { amount: '25.00', currencyCode: 'EUR' },
    deadlineAt,
  };

  await till.receive('AuthorizePayment', { ...command, cartId: newId() }, `${till.sagaId}:cart`);
  await till.receive(
    'AuthorizePayment',
    { ...command, amount: { ...command.amount, amount: '24.99' } },
    `${till.sagaId}:amount`,
  );
  await till.receive('AuthorizePayment', { ...command, paymentId: newId() }, `${till.sagaId}:absent`);
  await till.authorize();
  await till.answer('authorize');
  await till.receive('AuthorizePayment', command, `${till.sagaId}:used`);

  const codes = await Promise.all(
    ['cart', 'amount', 'absent', 'used'].map(async (step) => (await till.answer(step)).payload['code']),
  );
  expect(codes).toEqual(['PAYMENT_MISMATCH', 'PAYMENT_MISMATCH', 'PAYMENT_MISMATCH', 'PAYMENT_USED']);
});
