import { money, parseMoney } from '@ordergraph/money';
import { newId } from '@ordergraph/tenancy';
import { waitFor, type TestHouse } from '@ordergraph/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captureAmount } from '../src/commands/capture-payment.ts';
import { createUnreferencedRefund } from '../src/index.ts';
import { openTill, startPayments, type Till } from './till.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startPayments();
});
afterAll(() => house.stop());

const settled = (till: Till) =>
  waitFor(
    async () =>
      (await till.read('select 1 from "payments"."provider_operation" where finished_at is null')).length === 0,
    {
      describe: 'all operations to be settled',
    },
  );

/** Held money by the ledger, by the payments' own amounts, and by the sandbox's books. */
async function heldThreeWays(till: Till): Promise<{ ledger: number; payments: number; provider: number } | undefined> {
  const [row] = await till.read<{ ledger: number; payments: number; provider: number }>(`
    select coalesce((select sum(amount_minor) from "payments"."posting" where account = 'psp_clearing'), 0)::int as ledger,
      (select sum(captured_minor - refunded_minor) from "payments"."payment")::int as payments,
      (select sum(captured_minor - refunded_minor) from "payments"."sandbox_charge")::int as provider`);
  return row;
}

test('random captures, refunds and one giving up, all at once, leave ledger, payment and provider in agreement', async () => {
  const step = fc.record({
    kind: fc.constantFrom('capture', 'refund', 'void'),
    minor: fc.bigInt({ min: 1n, max: 1500n }),
    isFinal: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      const till = await openTill(house, 'tok_visa');
      await till.authorize();
      await till.answer('authorize');

      await Promise.all(
        steps.map(async ({ kind, minor, isFinal }) => {
          if (kind === 'void') return till.giveUp();
          if (kind === 'refund') return till.refund((Number(minor) / 100).toFixed(2));
          return house.command('payments', till.tenantId, (tx) =>
            captureAmount(tx, { paymentId: till.paymentId, amount: money(minor, 'EUR'), isFinal }),
          );
        }),
      );
      await settled(till);

      const held = await heldThreeWays(till);
      expect(held).toEqual({ ledger: held?.ledger, payments: held?.ledger, provider: held?.ledger });
      expect(held?.ledger).toBeGreaterThanOrEqual(0);
      const unbalanced = await till.read(
        'select journal_id from "payments"."posting" group by 1, currency_code having sum(amount_minor) <> 0',
      );
      expect(unbalanced).toEqual([]);
      expect(house.logged).toEqual([]);
    }),
    { numRuns: 8 },
  );
});

test('refunds that race for the same money never come to more than what was captured', async () => {
  const till = await openTill(house, 'tok_visa');
  await till.authorize();
  await till.answer('authorize');
  await till.capture();
  await till.answer('capture');

  await Promise.all(Array.from({ length: 10 }, () => till.refund('10.00')));
  await settled(till);

  expect(await till.read('select status, count(*)::int from "payments"."refund" group by 1 order by 1')).toEqual([
    { status: 'FAILED', count: 8 },
    { status: 'SUCCEEDED', count: 2 },
  ]);
  expect(await heldThreeWays(till)).toEqual({ ledger: 500, payments: 500, provider: 500 });
  expect(
    await till.read(`select distinct payload ->> 'code' as code from "payments"."outbox" where type = 'RefundFailed'`),
  ).toEqual([{ code: 'AMOUNT_EXCEEDS_CAPTURED' }]);
});

test('two sagas that ask for the same refund get one refund', async () => {
  const till = await openTill(house, 'tok_visa');
  await till.authorize();
  await till.answer('authorize');
  await till.capture();
  await till.answer('capture');
  const refundId = newId();
  const refund = {
    paymentId: till.paymentId,
    orderId: till.orderId,
    refundId,
    amount: { amount: '25.00', currencyCode: 'EUR' },
    reason: 'Undone.',
  };

  await till.receive('RefundPayment', refund, 'first:refund');
  await settled(till);
  await till.receive('RefundPayment', refund, 'second:refund');

  expect(await heldThreeWays(till)).toEqual({ ledger: 0, payments: 0, provider: 0 });
  expect(
    await till.read(`select command_key from "payments"."outbox" where type = 'RefundSucceeded' order by id`),
  ).toEqual([{ command_key: 'first:refund' }, { command_key: 'second:refund' }]);
});

test('a refund without an order is booked in a journal of its own', async () => {
  const till = await openTill(house, 'tok_visa');

  await house.command('payments', till.tenantId, (tx) =>
    createUnreferencedRefund(tx, {
      customerId: null,
      amount: parseMoney({ amount: '7.50', currencyCode: 'EUR' }),
      methodToken: 'tok_visa',
      reason: 'Goodwill.',
    }),
  );
  await settled(till);

  expect(await till.ledger()).toMatchObject([{ kind: 'UNREFERENCED_REFUND', amount_minor: '750' }]);
  expect(await till.read('select account, amount_minor::int as amount from "payments"."posting" order by 1')).toEqual([
    { account: 'psp_clearing', amount: -750 },
    { account: 'unreferenced_refunds', amount: 750 },
  ]);
  expect(
    await till.read(`select 1 as found from "payments"."outbox" where type = 'UnreferencedRefundSucceeded'`),
  ).toHaveLength(1);
});

test('the ledger takes neither a changed entry nor one that does not balance', async () => {
  const till = await openTill(house, 'tok_visa');
  await till.authorize();
  await till.answer('authorize');
  await till.capture();
  await till.answer('capture');

  await expect(till.read('update "payments"."posting" set amount_minor = amount_minor * 2')).rejects.toThrow(
    /permission denied|only ever added/,
  );
  await expect(till.read('delete from "payments"."journal"')).rejects.toThrow(/permission denied|only ever added/);
  await expect(
    till.read(
      `insert into "payments"."posting" (id, tenant_id, journal_id, account, currency_code, amount_minor)
       values ($1, $2, $1, 'psp_clearing', 'EUR', 5)`,
      [newId(), till.tenantId],
    ),
  ).rejects.toThrow(/do not sum to zero/);
});
