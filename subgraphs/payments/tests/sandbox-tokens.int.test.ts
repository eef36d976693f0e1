import { waitFor, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derivedRefundId } from '../src/operations/derived-refund-id.ts';
import { openTill, startPayments, type Till } from './till.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startPayments();
});
afterAll(() => house.stop());

const paid = async (token: string): Promise<Till> => {
  const till = await openTill(house, token);
  await till.authorize();
  await till.answer('authorize');
  await till.capture();
  await till.answer('capture');
  return till;
};

const charges = (till: Till) =>
  till.read(
    'select status, captured_minor::int as captured, refunded_minor::int as refunded from "payments"."sandbox_charge"',
  );

const published = (till: Till, type: string) =>
  waitFor(
    async () =>
      (await till.read<{ payload: object }>('select payload from "payments"."outbox" where type = $1', [type]))[0],
    {
      describe: `${type} to be published`,
    },
  );

describe('cards that are refused', () => {
  test.each([
    ['tok_chargeDeclined', 'card_declined', true],
    ['tok_insufficient_funds', 'insufficient_funds', true],
    ['tok_incorrect_cvc', 'incorrect_cvc', true],
    ['tok_expired_card', 'expired_card', false],
    ['tok_timeout_then_decline', 'card_declined', false],
    ['tok_late_decline', 'card_declined', false],
    ['tok_nobody_knows', 'invalid_payment_method', false],
  ])('%s fails with %s', async (token, code, isRetryable) => {
    const till = await openTill(house, token);

    await till.authorize();

    expect(await till.answer('authorize')).toMatchObject({
      type: 'PaymentFailed',
      payload: { during: 'AUTHORIZE', code, isRetryable },
    });
    expect(await till.status()).toBe('FAILED');
    expect(await till.ledger()).toMatchObject([{ kind: 'AUTHORIZATION', status: 'FAILED', error_code: code }]);
  });

  test('tok_capture_declined fails at the capture, and giving up then voids the authorisation', async () => {
    const till = await paid('tok_capture_declined');

    expect(await till.answer('capture')).toMatchObject({
      type: 'PaymentFailed',
      payload: { during: 'CAPTURE', code: 'card_declined' },
    });
    await till.giveUp();

    expect(await till.answer('void')).toMatchObject({
      type: 'PaymentVoided',
      payload: { amount: { amount: '25.00' } },
    });
    expect(await charges(till)).toEqual([{ status: 'VOIDED', captured: 0, refunded: 0 }]);
  });
});

describe('cards that take their time', () => {
  test.each([
    'tok_visa',
    'tok_timeout_then_succeed',
    'tok_call_lost',
    'tok_server_error',
    'tok_late_success',
    'tok_webhook_twice',
    'tok_webhook_out_of_order',
  ])('%s is authorised in the end, with one charge at the provider', async (token) => {
    const till = await openTill(house, token);

    await till.authorize();

    expect(await till.answer('authorize')).toMatchObject({ type: 'PaymentAuthorized' });
    expect(await charges(till)).toEqual([{ status: 'AUTHORIZED', captured: 0, refunded: 0 }]);
    expect(await till.ledger()).toMatchObject([{ kind: 'AUTHORIZATION', status: 'SUCCEEDED' }]);
  });

  test('tok_capture_timeout is captured once, although the answer was lost', async () => {
    const till = await paid('tok_capture_timeout');

    expect(await till.answer('capture')).toMatchObject({ type: 'PaymentSuccess' });
    expect(await charges(till)).toEqual([{ status: 'AUTHORIZED', captured: 2500, refunded: 0 }]);
  });

  test('tok_webhook_twice has an effect once', async () => {
    const till = await openTill(house, 'tok_webhook_twice');
    await till.authorize();
    await till.answer('authorize');

    await waitFor(async () => {
      const [row] = await till.read<{ count: number }>(
        'select count(*)::int from "payments"."sandbox_event" where delivered_at is not null',
      );
      return row?.count === 2;
    });

    expect(await till.read('select type from "payments"."webhook_event"')).toEqual([{ type: 'charge.authorized' }]);
    expect(await till.answers('authorize')).toHaveLength(1);
  });

  test('tok_void_timeout is given up once, although the answer was lost', async () => {
    const till = await openTill(house, 'tok_void_timeout');
    await till.authorize();
    await till.answer('authorize');

    await till.giveUp();

    expect(await till.answer('void')).toMatchObject({ type: 'PaymentVoided' });
    expect(await till.ledger()).toMatchObject([{ kind: 'AUTHORIZATION' }, { kind: 'VOID', amount_minor: '2500' }]);
  });
});

describe('refunds', () => {
  test('tok_refund_fails leaves the money taken and tells why', async () => {
    const till = await paid('tok_refund_fails');

    const refundId = await till.refund('25.00');

    expect(await published(till, 'RefundFailed')).toMatchObject({ payload: { refundId, code: 'account_closed' } });
    expect(await charges(till)).toEqual([{ status: 'AUTHORIZED', captured: 2500, refunded: 0 }]);
  });

  test('tok_refund_timeout is refunded once, although the answer was lost', async () => {
    const till = await paid('tok_refund_timeout');

    await till.refund('25.00');
    await published(till, 'RefundSucceeded');

    expect(await charges(till)).toEqual([{ status: 'AUTHORIZED', captured: 2500, refunded: 2500 }]);
  });

  test('tok_refund_pending succeeds when the provider has decided', async () => {
    const till = await paid('tok_refund_pending');

    const refundId = await till.refund('25.00');

    expect(await published(till, 'RefundSucceeded')).toMatchObject({ payload: { refundId } });
  });

  test('tok_refund_reversed is taken back later, by a new line of the ledger', async () => {
    const till = await paid('tok_refund_reversed');

    const refundId = await till.refund('25.00');
    await published(till, 'RefundSucceeded');

    expect(await published(till, 'RefundReversed')).toMatchObject({
      payload: { refundId, amount: { amount: '25.00' } },
    });
    expect((await till.ledger()).map(({ kind }) => kind)).toEqual([
      'AUTHORIZATION',
      'CAPTURE',
      'REFUND',
      'REFUND_REVERSAL',
    ]);
    expect(
      await till.read(`select sum(amount_minor)::int as held from "payments"."posting" where account = 'psp_clearing'`),
    ).toEqual([{ held: 2500 }]);
  });
});

describe('giving up', () => {
  test('a payment that was never tried is voided without the provider', async () => {
    const till = await openTill(house, 'tok_chargeDeclined');
    await till.authorize();
    await till.answer('authorize');

    await till.giveUp();

    expect(await till.answer('void')).toMatchObject({ type: 'PaymentVoided', payload: { amount: { amount: '0.00' } } });
  });

  test('money that was taken after all is refunded, under the id derived from payment and saga', async () => {
    const till = await paid('tok_visa');

    await till.giveUp();

    expect(await till.answer('void')).toMatchObject({
      type: 'RefundSucceeded',
      payload: { refundId: derivedRefundId(till.paymentId, till.sagaId), amount: { amount: '25.00' } },
    });
    expect(await charges(till)).toEqual([{ status: 'AUTHORIZED', captured: 2500, refunded: 2500 }]);
  });

  test('an unknown authorisation is not given up before the provider has said what it did', async () => {
    const till = await openTill(house, 'tok_timeout_then_succeed');
    await till.authorize();

    await till.giveUp();

    expect(await till.answer('void')).toMatchObject({
      type: 'PaymentVoided',
      payload: { amount: { amount: '25.00' } },
    });
    expect(await charges(till)).toEqual([{ status: 'VOIDED', captured: 0, refunded: 0 }]);
    expect(await till.answers('authorize')).toEqual([]);
  });

  test('an unknown capture is not undone before the provider has said what it did', async () => {
    const till = await openTill(house, 'tok_capture_timeout');
    await till.authorize();
    await till.answer('authorize');
    await till.capture();

    await till.giveUp();

    expect(await till.answer('void')).toMatchObject({ type: 'RefundSucceeded' });
    expect(await charges(till)).toEqual([{ status: 'AUTHORIZED', captured: 2500, refunded: 2500 }]);
    expect((await till.ledger()).map(({ kind }) => kind)).toEqual(['AUTHORIZATION', 'CAPTURE', 'REFUND']);
  });

  test('a yes that comes after giving up is given up itself', async () => {
    const till = await openTill(house, 'tok_late_success');
    await till.authorize();
    await till.giveUp();
    expect(await till.answer('void')).toMatchObject({ type: 'PaymentVoided', payload: { amount: { amount: '0.00' } } });

    await waitFor(async () => (await till.ledger()).length === 2);

    expect(await till.ledger()).toMatchObject([{ kind: 'AUTHORIZATION' }, { kind: 'VOID', amount_minor: '2500' }]);
    expect(await charges(till)).toEqual([{ status: 'VOIDED', captured: 0, refunded: 0 }]);
    expect(await till.status()).toBe('VOIDED');
  });

  test("another order's payment stays untouched", async () => {
    const till = await openTill(house, 'tok_visa');
    await till.authorize();
    await till.answer('authorize');

    await till.receive(
      'VoidPayment',
      { paymentId: till.paymentId, orderId: till.cartId, reason: 'Not mine.' },
      'thief:void',
    );

    expect(
      await till.read('select payload from "payments"."outbox" where command_key = $1', ['thief:void']),
    ).toMatchObject([{ payload: { amount: { amount: '0.00' } } }]);
    expect(await till.status()).toBe('AUTHORIZED');
  });
});

describe('a command that comes again', () => {
  test('gets the stored answer and has no second effect', async () => {
    const till = await paid('tok_visa');

    await till.authorize();
    await till.capture();

    const [authorized, captured] = [await till.answers('authorize'), await till.answers('capture')];
    expect(authorized).toHaveLength(2);
    expect(authorized[1]).toEqual(authorized[0]);
    expect(captured[1]).toEqual(captured[0]);
    expect(await till.ledger()).toHaveLength(2);
  });

  test('gets the refund as the answer when giving up came to one', async () => {
    const till = await paid('tok_visa');
    await till.giveUp();
    const first = await till.answer('void');

    await till.giveUp();

    expect(await till.answers('void')).toEqual([first, first]);
  });

  test('asks the provider at once while the outcome is unknown', async () => {
    const till = await openTill(house, 'tok_late_success');
    await till.authorize();

    await till.authorize();

    expect(await till.answer('authorize')).toMatchObject({ type: 'PaymentAuthorized' });
    expect(await charges(till)).toHaveLength(1);
  });
});
