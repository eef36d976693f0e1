import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageCrashPoints } from '@ordergraph/events';
import { placeCrashPoints, refundCrashPoints } from '@ordergraph/orders-subgraph';
import { crashPoints as paymentCrashPoints } from '@ordergraph/payments-subgraph';
import { decodeId } from '@ordergraph/subgraph-server';
import { findServers, isDistributed, waitFor } from '@ordergraph/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CrashPoint, KillableHouse, Server } from './killable-house.ts';
import { startKillableHouse } from './start-killable-house.ts';
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

/** Drives that are at work still: where one part is dead, the others may make the caller wait. */
const driving = new Set<Promise<void>>();

/** Does it again and again until it is over, and waits meanwhile for whoever has died to be there again. */
function keepOn(drive: (turn: number) => Promise<unknown>, isOver: () => boolean, offset = 0): Promise<void> {
  const going = (async () => {
    for (let turn = offset; !isOver(); turn += 1) {
      try {
        await drive(turn);
      } catch {
        // What fails meanwhile is not the callers' concern.
        await waitFor(async () => isOver() || (await house.isWhole()), {
          timeoutMs: 120_000,
          describe: 'the house to be whole',
        });
      }
    }
  })().finally(() => driving.delete(going));
  driving.add(going);
  return going;
}

/** Starts the house with a point armed and trades until the process that holds it dies there. */
async function dieAt(crashAt: CrashPoint): Promise<void> {
  const drive = drives[crashAt.point] ?? (crashAt.point.startsWith('PLACE.') ? sell : sellAndRefund);
  await house.start(crashAt);
  let isOver = false;
  void keepOn(drive, () => isOver);
  try {
    expect(await house.death(30_000)).toBe('SIGKILL');
  } finally {
    isOver = true;
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
    [program, '--database-url', house.databaseUrl, '--json', '--patience', '10'],
    {
      maxBuffer: 10_000_000,
    },
  ).catch((error: { stdout: string; stderr: string }) => error);
  if (said.stdout === '') throw new Error(`npm run verify could not look: ${said.stderr}`);
  // What the program prints with --json.
  return JSON.parse(said.stdout) as Verdict;
}

/** Starts what is dead, unarmed, and looks at what the house made of everything that was interrupted. */
async function expectRecovered(settleMs = 60_000): Promise<void> {
  await house.start();
  await Promise.all(driving);
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

const inOrders = (point: string): CrashPoint => ({ part: 'orders', point, hits: 1 });

describe('killed between two steps of payments', () => {
  // The first is the authorisation, the second the capture, the third a refund.
  const points = paymentCrashPoints.flatMap((point) =>
    [1, 2, 3].map((hits): CrashPoint => ({ part: 'payments', point, hits })),
  );
  test.each(points)('it dies at $point, time $hits', dieAt);
});

describe('killed between two steps of PLACE', () => {
  test.each(placeCrashPoints.map(inOrders))('it dies at $point', dieAt);

  test('every order ends confirmed or undone', () => expectRecovered(), 120_000);
});

describe('killed between two steps of REFUND', () => {
  test.each(refundCrashPoints.map(inOrders))('it dies at $point', dieAt);
});

describe('killed with a message on its way', () => {
  // All of them publish and listen in every trade.
  const traders = ['orders', 'payments', 'inventory', 'loyalty'] as const;
  const points = messageCrashPoints.flatMap((point, row) =>
    [3, 11].map((hits, column): CrashPoint => ({ part: traders[(2 * row + column) % 4] ?? 'orders', point, hits })),
  );
  // Most messages are followed by another, which shows that one is missing. After these of an order comes none. In one
  // process whoever listens dies with all the others.
  const listeners = {
    OrderConfirmed: ['logistics', 'notifications'],
    OrderRefunded: ['loyalty', 'notifications'],
  } as const;
  const last = (['OrderConfirmed', 'OrderRefunded'] as const).flatMap((type) =>
    listeners[type].slice(0, isDistributed() ? undefined : 1).flatMap((part) =>
      ['events.before-effect', 'events.after-effect'].map((point): CrashPoint => ({
        part,
        point: `${point}.${type}`,
        hits: 1,
      })),
    ),
  );
  test.each([...points, ...last])('it dies at $point, time $hits, in $part', dieAt);

  test('every order ends confirmed or undone', () => expectRecovered(), 120_000);
});

const methods = ['tok_visa', 'tok_visa', 'tok_chargeDeclined', 'tok_capture_timeout', 'tok_visa'];

/** Some buyers at once, until they are told to stop. */
function crowd(): { stop(): Promise<void> } {
  let isOver = false;
  const buyers = [0, 1, 2, 3].map((offset) =>
    keepOn(
      (turn) => trade.buy(methods[turn % methods.length]),
      () => isOver,
      offset,
    ),
  );
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
  const oneByOne = [
    { part: 'orders', count: 7 },
    { part: 'payments', count: 23 },
    { part: 'inventory', count: 38 },
    { part: 'gateway', count: 15 },
    { part: 'everything', count: 20 },
  ];
  const allAtOnce = [7, 23, 38].map((count) => ({ part: 'everything', count }));

  // After so many answers: each time in another place, and the same in every run.
  test.each(isDistributed() ? oneByOne : allAtOnce)('$part dies after $count answers', async ({ part, count }) => {
    await house.start();
    const buyers = crowd();
    await answersMore(count);
    await house.kill(part === 'everything' ? undefined : part);
    await house.start();
    await answersMore(5);
    await buyers.stop();
  });

  test('every order ends confirmed or undone, and what was acknowledged stands', () => expectRecovered(), 120_000);
});

describe('a server that is killed in the middle of trade', () => {
  const { nats, redis } = findServers();
  // One that was only lent to the tests is not killed.
  const isOwn = (source: { kind: string }): boolean => isDistributed() && source.kind === 'binary';
  const servers: Server[] = [
    'PostgreSQL',
    ...(isOwn(nats) ? ['NATS' as const] : []),
    ...(isOwn(redis) ? ['Redis' as const] : []),
  ];
  test.each(servers)(
    'is %s, and trade goes on with the next one',
    async (server) => {
      await house.start();
      const buyers = crowd();
      await answersMore(30);
      await house.killServer(server);
      await answersMore(30);
      await buyers.stop();
    },
    120_000,
  );

  test('nothing is lost that was acknowledged', () => expectRecovered(), 120_000);
});
