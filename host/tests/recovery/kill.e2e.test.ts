import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageCrashPoints } from '@ordergraph/events';
import { placeCrashPoints, refundCrashPoints } from '@ordergraph/orders-subgraph';
import { crashPoints as paymentCrashPoints } from '@ordergraph/payments-subgraph';
import { decodeId } from '@ordergraph/subgraph-server';
import { waitFor } from '@ordergraph/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startKillableHouse, type KillableHouse } from './killable-house.ts';
import { openTrade, settle, type Trade } from './trade.ts';

let house: KillableHouse;
let trade: Trade;

beforeAll(async () => {
  house = await startKillableHouse();
  trade = await openTrade(house);
}, 240_000);
afterAll(() => house?.stop());

/** What has to be done so that the house passes a point. */
type Drive = () => Promise<unknown>;

const sell: Drive = () => trade.buy();
const sellAndRefund: Drive = async () => trade.refund((await trade.buy()).id);
const fail =
  (methodToken: string): Drive =>
  () =>
    trade.buy(methodToken);

const drives: Readonly<Record<string, Drive>> = {
  'PLACE.inventory.ConfirmReservation.StockReservationFailed': () => trade.buyWhatIsSold(),
  'PLACE.loyalty.ConfirmPointsHold.PointsHoldFailed': () => trade.buyWithLostPoints(),
  'PLACE.loyalty.ReleasePointsHold.PointsHoldReleased': fail('tok_chargeDeclined'),
  'PLACE.payments.AuthorizePayment.PaymentActionRequired': fail('tok_3ds_required'),
  'PLACE.payments.AuthorizePayment.PaymentFailed': fail('tok_chargeDeclined'),
  'PLACE.inventory.AllocateStock.StockReservationFailed': () => trade.payForWhatIsSold(),
  'PLACE.payments.CapturePayment.PaymentFailed': fail('tok_capture_declined'),
  'PLACE.DeadlinePassed': () => trade.neverPay(),
  'PLACE.inventory.ReleaseStock.StockReleased': fail('tok_capture_declined'),
  'PLACE.payments.VoidPayment.PaymentVoided': fail('tok_chargeDeclined'),
  'REFUND.loyalty.PreparePointsReversal.PointsReversalRefused': () => trade.refundOnStalePoints(),
  'REFUND.loyalty.CancelPointsReversal.PointsReversalCancelled': async () =>
    trade.refund((await trade.buy('tok_refund_fails')).id),
  'REFUND.payments.RefundPayment.RefundFailed': async () => trade.refund((await trade.buy('tok_refund_fails')).id),
};

/** Starts the house with a point armed and trades until it dies there. */
async function dieAt(point: string, hits = 1): Promise<void> {
  const drive = drives[point] ?? (point.startsWith('PLACE.') ? sell : sellAndRefund);
  await house.start(`${point}:${hits}`);
  let isOver = false;
  let lastError: unknown;
  const driving = (async () => {
    while (!isOver) {
      try {
        await drive();
      } catch (error) {
        lastError = error;
        // The caller of a house that is not there has nothing to do but wait for its end to be noticed.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  })();
  try {
    expect(await house.death(30_000), String(lastError)).toBe('SIGKILL');
  } finally {
    isOver = true;
    await driving;
  }
}

const run = promisify(execFile);

interface Verdict {
  readonly holds: boolean;
  readonly extent: { readonly orders: number; readonly awaitingPeople: number };
  readonly oracles: readonly { readonly name: string; readonly violations: readonly object[] }[];
}

async function runVerify(): Promise<Verdict> {
  const program = join(import.meta.dirname, '..', '..', '..', 'verify', 'src', 'main.ts');
  const said = await run(
    process.execPath,
    [program, '--database-url', house.databaseUrl(), '--json', '--patience', '10'],
    {
      maxBuffer: 10_000_000,
    },
  ).catch((error: { stdout: string; stderr: string }) => error);
  if (said.stdout === '') throw new Error(`npm run verify could not look: ${said.stderr}`);
  // What the program prints with --json.
  return JSON.parse(said.stdout) as Verdict;
}

/** Starts the house unarmed, and looks at what it made of everything that was interrupted. */
async function expectRecovered(settleMs = 60_000): Promise<void> {
  await house.start();
  try {
    await expectEverythingSettled(settleMs);
  } finally {
    await house.kill();
  }
}

async function expectEverythingSettled(settleMs: number): Promise<void> {
  await trade.repeatUnanswered();
  await settle(house, settleMs, trade.confirmPayments);

  const unfinished = await house.sql(
    `select number, status from orders."order" where status not in ('CONFIRMED', 'FAILED', 'EXPIRED')`,
  );
  expect(unfinished).toEqual([]);
  await expectAcknowledgedToStand();
  const { oracles, extent } = await runVerify();
  expect(oracles.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(extent.awaitingPeople).toBe(0);
}

/** What a buyer has seen confirmed is confirmed. */
async function expectAcknowledgedToStand(): Promise<void> {
  const ids = [...trade.acknowledged].map((id) => decodeId('Order', id));
  const standing = await house.sql<{ n: number }>(
    `select count(*)::int as n from orders."order" where id = any($1::uuid[]) and status = 'CONFIRMED'`,
    [ids],
  );
  expect(standing).toEqual([{ n: ids.length }]);
}

describe('killed between two steps of payments', () => {
  // The first is the authorisation, the second the capture, the third a refund.
  test.each(paymentCrashPoints.flatMap((point) => [1, 2, 3].map((hits) => ({ point, hits }))))(
    'it dies at $point, time $hits',
    ({ point, hits }) => dieAt(point, hits),
  );
});

describe('killed between two steps of PLACE', () => {
  test.each(placeCrashPoints.map((point) => ({ point })))('it dies at $point', ({ point }) => dieAt(point));

  test('every order ends confirmed or undone', () => expectRecovered(), 120_000);
});

describe('killed between two steps of REFUND', () => {
  test.each(refundCrashPoints.map((point) => ({ point })))('it dies at $point', ({ point }) => dieAt(point));
});

describe('killed with a message on its way', () => {
  // Most messages are followed by another, which shows that one is missing. After these of an order comes none.
  const last = ['OrderConfirmed', 'OrderRefunded'].flatMap((type) =>
    ['events.before-effect', 'events.after-effect'].map((point) => ({ point: `${point}.${type}`, hits: 1 })),
  );
  test.each([...messageCrashPoints.flatMap((point) => [3, 11].map((hits) => ({ point, hits }))), ...last])(
    'it dies at $point, time $hits',
    ({ point, hits }) => dieAt(point, hits),
  );

  test('every order ends confirmed or undone', () => expectRecovered(), 120_000);
});

const methods = ['tok_visa', 'tok_visa', 'tok_chargeDeclined', 'tok_capture_timeout', 'tok_visa'];

/** Some buyers at once, until they are told to stop. What fails meanwhile is not their concern. */
function crowd(): { stop(): Promise<void> } {
  let isOver = false;
  const buyer = async (offset: number): Promise<void> => {
    for (let n = offset; !isOver; n += 1) {
      await trade.buy(methods[n % methods.length]).catch(() => new Promise((resolve) => setImmediate(resolve)));
    }
  };
  const buyers = [0, 1, 2, 3].map(buyer);
  return {
    async stop() {
      isOver = true;
      await Promise.all(buyers);
    },
  };
}

const answersMore = async (count: number): Promise<void> => {
  const before = trade.answers();
  await waitFor(() => trade.answers() >= before + count, { timeoutMs: 60_000, describe: `${count} more answers` });
};

describe('killed in the middle of trade', () => {
  // After so many answers: each time in another place, and the same in every run.
  test.each([7, 23, 38])('it dies after %i answers', async (count) => {
    await house.start();
    const buyers = crowd();
    await answersMore(count);
    await house.kill();
    await buyers.stop();
  });

  test('every order ends confirmed or undone, and what was acknowledged stands', () => expectRecovered(), 120_000);
});

test('a database that is killed loses nothing that was acknowledged, and the house goes on with the next one', async () => {
  await house.start();
  const buyers = crowd();
  await answersMore(30);
  await house.killDatabase();
  await answersMore(30);
  await buyers.stop();
  await house.kill();

  await expectRecovered();
}, 120_000);
