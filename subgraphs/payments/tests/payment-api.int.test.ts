import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, waitFor, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTill, startPayments, type Till } from './till.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startPayments();
});
afterAll(() => house.stop());

interface PaymentPayload {
  readonly payment: { readonly id: string; readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly field: string[] | null }[];
}

const create = `mutation ($input: PaymentCreateInput!) { result: paymentCreate(input: $input) {
  payment { id status gateway amount { amount currencyCode } method { kind brand last4 } nextAction { url } expiresAt version }
  userErrors { code field message } } }`;
const capture = `mutation ($input: PaymentCaptureInput!) { result: paymentCapture(input: $input) {
  payment { id status capturedAmount { amount } } userErrors { code field message } } }`;
const giveUp = `mutation ($input: PaymentVoidInput!) { result: paymentVoid(input: $input) {
  payment { id status } userErrors { code field message } } }`;

const staffOf = (tenantId: string) =>
  aViewer({ tenantId, scopes: ['read_payments', 'write_payments', 'write_captures'] });

async function run(viewer: ReturnType<typeof aViewer>, mutation: string, input: object): Promise<PaymentPayload> {
  return expectData<{ result: PaymentPayload }>(await house.execute('payments', viewer, mutation, { input })).result;
}

const codes = ({ payment, userErrors }: PaymentPayload) => ({ payment, codes: userErrors.map(({ code }) => code) });
const refused = (code: string) => ({ payment: null, codes: [code] });

async function startCheckout(till: Till, over: { customerId?: string; expiresAt?: Date } = {}): Promise<void> {
  const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
  await till.receive('CartCheckoutStarted', {
    cartId: till.cartId,
    cartVersion: 3,
    customerId: over.customerId ?? null,
    lines: [],
    totals: {
      subtotal: euros('40.00'),
      shippingTotal: euros('5.00'),
      taxTotal: euros('7.00'),
      loyaltyTotal: euros('3.00'),
      grandTotal: euros('42.00'),
      taxesIncluded: true,
    },
    redemptionId: null,
    expiresAt: (over.expiresAt ?? new Date(Date.now() + 600_000)).toISOString(),
  });
}

const createInput = (till: Till, over: object = {}) => ({
  cartId: encodeId('Cart', till.cartId),
  cartVersion: 3,
  paymentMethodToken: 'tok_visa',
  idempotencyKey: newId(),
  ...over,
});

describe('paymentCreate', () => {
  test("prepares a guest's payment for exactly the frozen total, once per key", async () => {
    const till = await openTill(house, 'tok_visa');
    await startCheckout(till);
    const guest = aViewer({ tenantId: till.tenantId, type: 'ANONYMOUS' });
    const input = createInput(till);

    const [first, second] = [await run(guest, create, input), await run(guest, create, input)];

    expect(first).toMatchObject({
      payment: {
        status: 'CREATED',
        gateway: 'sandbox',
        amount: { amount: '42.00', currencyCode: 'EUR' },
        method: { kind: 'card', brand: 'visa', last4: '4242' },
        nextAction: null,
        expiresAt: null,
      },
      userErrors: [],
    });
    expect(second).toEqual(first);
    expect(codes(await run(guest, create, { ...input, paymentMethodToken: 'tok_amex' }))).toEqual(
      refused('IDEMPOTENCY_KEY_REUSED'),
    );
  });

  test('waits for the news that checkout has begun', async () => {
    const till = await openTill(house, 'tok_visa');
    const guest = aViewer({ tenantId: till.tenantId, type: 'ANONYMOUS' });

    const answer = run(guest, create, createInput(till));
    await startCheckout(till);

    expect(await answer).toMatchObject({ payment: { status: 'CREATED' }, userErrors: [] });
  });

  test('refuses a cart that is not in checkout, is at another version, ran out of time or is somebody else’s', async () => {
    const [absent, changed, late, foreign] = await Promise.all([1, 2, 3, 4].map(() => openTill(house, 'tok_visa')));
    if (!absent || !changed || !late || !foreign) throw new Error('Four tills were opened.');
    await startCheckout(changed);
    await startCheckout(late, { expiresAt: new Date(Date.now() - 1_000) });
    await startCheckout(foreign, { customerId: newId() });
    const guestOf = (till: Till) => aViewer({ tenantId: till.tenantId, type: 'ANONYMOUS' });

    const answers = await Promise.all([
      run(guestOf(absent), create, createInput(absent)),
      run(guestOf(changed), create, createInput(changed, { cartVersion: 4 })),
      run(guestOf(late), create, createInput(late)),
      run(guestOf(foreign), create, createInput(foreign)),
    ]);

    expect(answers.map(codes)).toEqual(Array.from({ length: 4 }, () => refused('CART_NOT_READY')));
  });

  test('refuses what is malformed or unknown', async () => {
    const till = await openTill(house, 'tok_visa');
    await startCheckout(till);
    const guest = aViewer({ tenantId: till.tenantId, type: 'ANONYMOUS' });

    expect(codes(await run(guest, create, createInput(till, { cartId: 'cart' })))).toEqual(refused('NOT_FOUND'));
    expect(codes(await run(guest, create, createInput(till, { gateway: 'acme' })))).toEqual(refused('INVALID'));
    expect(codes(await run(guest, create, createInput(till, { paymentMethodToken: 'tok_x' })))).toEqual(
      refused('INVALID'),
    );
    expect(codes(await run(guest, create, createInput(till, { idempotencyKey: '' })))).toEqual(refused('INVALID'));
  });

  test('what was prepared ends with the checkout', async () => {
    const till = await openTill(house, 'tok_visa');
    await startCheckout(till);

    await till.receive('CartCheckoutEnded', { cartId: till.cartId, reason: 'CANCELLED' });

    expect(await till.status()).toBe('VOIDED');
    const guest = aViewer({ tenantId: till.tenantId, type: 'ANONYMOUS' });
    expect(codes(await run(guest, create, createInput(till)))).toEqual(refused('CART_NOT_READY'));
  });
});

const authorized = async (token: string): Promise<Till> => {
  const till = await openTill(house, token);
  await till.authorize();
  await till.answer('authorize');
  return till;
};

const captureInput = (till: Till, over: object = {}) => ({
  paymentId: encodeId('Payment', till.paymentId),
  idempotencyKey: newId(),
  ...over,
});
const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

describe('paymentCapture', () => {
  test('takes parts, then the rest, and refuses what goes beyond', async () => {
    const till = await authorized('tok_visa');
    const staff = staffOf(till.tenantId);

    const part = await run(staff, capture, captureInput(till, { amount: euros('10.00'), isFinal: false }));
    const beyond = await run(staff, capture, captureInput(till, { amount: euros('15.01') }));
    const rest = await run(staff, capture, captureInput(till));
    const again = await run(staff, capture, captureInput(till));

    expect(part.payment).toMatchObject({ status: 'PARTIALLY_CAPTURED', capturedAmount: { amount: '10.00' } });
    expect(codes(beyond)).toEqual(refused('AMOUNT_EXCEEDS_AUTHORIZED'));
    expect(rest.payment).toMatchObject({ status: 'CAPTURED', capturedAmount: { amount: '25.00' } });
    expect(codes(again)).toEqual(refused('ALREADY_CAPTURED'));
    expect(
      await till.read(
        `select payload -> 'capturedTotal' ->> 'amount' as total from "payments"."outbox" where type = 'PaymentSuccess' order by id`,
      ),
    ).toEqual([{ total: '10.00' }, { total: '25.00' }]);
  });

  test('a final part gives up the rest, in the ledger too', async () => {
    const till = await authorized('tok_visa');

    const answer = await run(staffOf(till.tenantId), capture, captureInput(till, { amount: euros('10.00') }));

    expect(answer.payment).toMatchObject({ status: 'CAPTURED' });
    expect((await till.ledger()).map(({ kind, amount_minor }) => [kind, amount_minor]).sort()).toEqual([
      ['AUTHORIZATION', '2500'],
      ['CAPTURE', '1000'],
      ['VOID', '1500'],
    ]);
  });

  test('refuses with a code for each reason', async () => {
    const till = await authorized('tok_visa');
    const staff = staffOf(till.tenantId);

    const refuse = async (over: object) => codes(await run(staff, capture, captureInput(till, over)));
    expect(await refuse({ paymentId: 'x' })).toEqual(refused('NOT_FOUND'));
    expect(await refuse({ paymentId: encodeId('Payment', newId()) })).toEqual(refused('NOT_FOUND'));
    expect(await refuse({ amount: { amount: '5.00', currencyCode: 'USD' } })).toEqual(refused('CURRENCY_MISMATCH'));
    expect(await refuse({ amount: euros('5.001') })).toEqual(refused('INVALID'));
    expect(await refuse({ amount: euros('999999999999999999') })).toEqual(refused('INVALID'));
    expect(await refuse({ amount: { amount: '5.00', currencyCode: 'XXX' } })).toEqual(refused('INVALID'));
    expect(await refuse({ amount: euros('0.00') })).toEqual(refused('INVALID'));
    expect(codes(await run(staff, giveUp, captureInput(till, { reason: 'Sold out.' })))).toMatchObject({ codes: [] });
    expect(await refuse({})).toEqual(refused('AUTHORIZATION_EXPIRED'));
  });

  test('tells a decline of the provider, and the same key tells it again', async () => {
    const till = await authorized('tok_capture_declined');
    const input = captureInput(till);

    const [first, second] = [
      await run(staffOf(till.tenantId), capture, input),
      await run({ ...staffOf(till.tenantId), actor: { type: 'STAFF', id: till.cartId } }, capture, input),
    ];

    expect(codes(first)).toEqual(refused('DECLINED'));
    expect(codes(second)).toEqual(refused('DECLINED'));
    expect(await till.status()).toBe('AUTHORIZED');
  });

  test('says so when the provider does not answer, and the same key finds out', async () => {
    await using slow = await startPayments({ PAYMENT_PROVIDER_TIMEOUT_MS: '5000' });
    const till = await openTill(slow, 'tok_capture_timeout');
    await till.authorize();
    await till.answer('authorize');
    const staff = staffOf(till.tenantId);
    const input = captureInput(till);
    const runSlow = async () =>
      expectData<{ result: PaymentPayload }>(await slow.execute('payments', staff, capture, { input })).result;

    const first = await runSlow();
    const second = await runSlow();

    expect(codes(first)).toEqual(refused('GATEWAY_UNAVAILABLE'));
    expect(second.payment).toMatchObject({ status: 'CAPTURED' });
    expect(await till.ledger()).toHaveLength(2);
  });
});

describe('paymentVoid', () => {
  test('gives up an authorisation once and tells the order', async () => {
    const till = await authorized('tok_visa');
    const staff = staffOf(till.tenantId);

    const first = await run(staff, giveUp, captureInput(till, { reason: 'Sold out.' }));
    const again = await run(staff, giveUp, captureInput(till, { reason: 'Sold out.' }));

    expect(first.payment).toMatchObject({ status: 'VOIDED' });
    expect(codes(again)).toEqual(refused('AUTHORIZATION_EXPIRED'));
    await waitFor(async () => (await till.read(`select 1 from "payments"."outbox" where type = 'PaymentVoided'`))[0]);
  });

  test('refuses once money was taken, and without a reason', async () => {
    const till = await authorized('tok_visa');
    const staff = staffOf(till.tenantId);
    await run(staff, capture, captureInput(till, { amount: euros('1.00'), isFinal: false }));

    expect(codes(await run(staff, giveUp, captureInput(till, { reason: 'Sold out.' })))).toEqual(
      refused('ALREADY_CAPTURED'),
    );
    expect(codes(await run(staff, giveUp, captureInput(till, { reason: ' ' })))).toEqual(refused('INVALID'));
    expect(codes(await run(staff, giveUp, captureInput(till, { paymentId: 'x', reason: 'No.' })))).toEqual(
      refused('NOT_FOUND'),
    );
  });

  test('needs the scope for captures', async () => {
    const till = await authorized('tok_visa');
    const clerk = aViewer({ tenantId: till.tenantId, scopes: ['write_payments'] });

    const result = await house.execute('payments', clerk, giveUp, { input: captureInput(till, { reason: 'No.' }) });

    expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', requiredScopes: ['write_captures'] });
  });
});
