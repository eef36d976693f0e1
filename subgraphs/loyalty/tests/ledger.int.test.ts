import { newId, query } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
import { waitFor } from '@ordergraph/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPendingClock } from '../src/commands/earn-points.ts';
import { settleAccount } from '../src/commands/settle-account.ts';
import { Club, startClubHouse } from './club.ts';

let house: TestHouse;
let club: Club;
beforeAll(async () => {
  house = await startClubHouse();
});
beforeEach(async () => {
  club = await new Club(house).opens();
});
afterAll(() => house.stop());

const kinds = async (): Promise<string[]> => (await club.ledger()).map(({ kind }) => kind);

test('a payment earns 10 points for its order, however often it is told of', async () => {
  const order = await club.orders();
  const transactionId = newId();

  for (let times = 0; times < 5; times += 1) await club.pays(order, transactionId);

  expect(await club.ledger()).toEqual([{ sequence: 1, kind: 'EARN', points: 10, available: 10 }]);
  expect(await club.published('PointsEarned')).toMatchObject([
    { points: 10, isPending: false, order: { earned: 10 }, balance: { available: 10, asOfSequence: 1 } },
  ]);
  expect(await club.drift()).toEqual([]);
});

test('a payment that is heard of before its order earns when the order comes', async () => {
  const order = { orderId: newId(), cartId: newId(), lineIds: [newId()], total: '20.00' };

  await club.pays(order);
  expect(await club.ledger()).toEqual([]);
  await club.hearsOfOrder(order);

  expect(await kinds()).toEqual(['EARN']);
});

test('an order that is paid in parts earns once by the rule for each order', async () => {
  const order = await club.orders();

  await club.pays(order, newId(), '5.00');
  await club.pays(order, newId(), '20.00');

  expect(await kinds()).toEqual(['EARN']);
});

test('a guest, a failed order and a programme that rests earn nothing', async () => {
  await club.pays(await club.orders('20.00', null));
  const failed = await club.orders();
  await club.hears('OrderFailed', {
    orderId: failed.orderId,
    number: '1',
    customerId: club.customerId,
    isExpired: true,
    failedStep: null,
    code: 'CHECKOUT_EXPIRED',
    message: 'Too late.',
  });
  await club.pays(failed);
  const resting = await new Club(house).opens({ isActive: false });
  await resting.pays(await resting.orders());

  expect(await club.ledger()).toEqual([]);
  expect(await resting.ledger()).toEqual([]);
});

test('points pend until so many days after the payment, and after the delivery where that is known', async () => {
  club = await new Club(house).opens({ pendingDays: 14 });
  const order = await club.orders();
  await club.pays(order);
  expect(await club.balance()).toEqual({ available: 0, pending: 10, held: 0 });

  const longAgo = new Date(Date.now() - 15 * 86_400_000);
  await club.command((tx) => startPendingClock(tx, { orderId: order.orderId, deliveredAt: longAgo }));
  await club.command((tx) => settleAccount(tx, club.customerId));

  expect(await kinds()).toEqual(['EARN_PENDING', 'ACTIVATE']);
  expect(await club.balance()).toEqual({ available: 10, pending: 0, held: 0 });
  expect(await club.drift()).toEqual([]);
});

test('a line of pending points says when they become usable, also where the clock starts after it was written', async () => {
  club = await new Club(house).opens({ pendingDays: 14 });
  const order = await club.orders();
  await club.pays(order);
  const said = async (): Promise<unknown> => {
    const operation = `query ($id: ID!) { loyaltyAccount(customerId: $id) { transactions(first: 5) { nodes { kind activatesAt } } } }`;
    const data = await club.ask<{ loyaltyAccount: { transactions: { nodes: unknown } } }>(operation, {
      id: club.customer,
    });
    return data.loyaltyAccount.transactions.nodes;
  };

  const deliveredAt = new Date(Date.now() - 86_400_000);
  await club.command((tx) => startPendingClock(tx, { orderId: order.orderId, deliveredAt }));
  const activatesAt = new Date(deliveredAt.getTime() + 14 * 86_400_000).toISOString();
  expect(await said()).toEqual([{ kind: 'EARN_PENDING', activatesAt }]);

  await club.read('update "loyalty"."lot" set activates_at = now() returning 1');
  await club.command((tx) => settleAccount(tx, club.customerId));
  expect(await said()).toMatchObject([
    { kind: 'ACTIVATE', activatesAt: null },
    { kind: 'EARN_PENDING', activatesAt: expect.any(String) },
  ]);
});

test('points are held, spent and, when the order is cancelled, given back', async () => {
  await club.gives(100);
  const order = await club.orders();
  const redemptionId = await club.redemption(order.cartId, 40);
  expect(await club.balance()).toEqual({ available: 60, pending: 0, held: 40 });

  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const about = { cartId: order.cartId, orderId: order.orderId, redemptionId };
  await club.hears('ConfirmPointsHold', { ...about, expiresAt: inAnHour });
  const captured = await club.hears('CapturePointsHold', about);
  expect(await club.balance()).toEqual({ available: 60, pending: 0, held: 0 });
  const released = await club.hears('ReleasePointsHold', { cartId: order.cartId, redemptionId, reason: 'Cancelled.' });

  expect(await kinds()).toEqual(['ADJUST', 'REDEEM_HOLD', 'REDEEM_CAPTURE', 'RESTORE_REDEEMED']);
  expect(await club.balance()).toEqual({ available: 100, pending: 0, held: 0 });
  expect(await club.answers(captured)).toMatchObject([{ type: 'PointsRedeemed', payload: { points: 40 } }]);
  expect(await club.answers(released)).toMatchObject([
    { type: 'PointsHoldReleased', payload: { points: 40, order: { redeemed: 40, restored: 40 } } },
  ]);
  expect(await club.drift()).toEqual([]);
});

test('a repeated command is answered with what it was answered before, and has no second effect', async () => {
  await club.gives(100);
  const cartId = newId();
  const key = newId();

  await club.holds(cartId, 40, { key });
  await club.holds(cartId, 40, { key });
  const [first, second] = await club.answers(key);

  expect(second).toEqual(first);
  expect(await kinds()).toEqual(['ADJUST', 'REDEEM_HOLD']);
});

test('holds are refused for what is not there, worth more than the goods, or no whole unit', async () => {
  club = await new Club(house).opens({ redemptionUnit: 10 });
  await club.gives(100);
  const reasonFor = async (points: number, subtotal = '100.00') => {
    const [answer] = await club.answers(await club.holds(newId(), points, { subtotal }));
    return answer?.payload['reason'];
  };

  expect(await reasonFor(110)).toBe('INSUFFICIENT_POINTS');
  expect(await reasonFor(100, '0.99')).toBe('NOT_REDEEMABLE');
  expect(await reasonFor(15)).toBe('NOT_REDEEMABLE');
  await club.hears('ProductCreated', {
    productId: newId(),
    handle: 'x',
    title: 'x',
    status: 'ACTIVE',
    categoryId: null,
    tags: [],
    variants: [],
  });
  expect(await kinds()).toEqual(['ADJUST']);
});

test('a hold ends by itself, is held again for its order, and after a release stays given back', async () => {
  await club.gives(50);
  const cartId = newId();
  const [answer] = await club.answers(await club.holds(cartId, 50, { seconds: -1 }));
  const redemptionId = String(answer?.payload['redemptionId']);

  await waitFor(async () => (await club.balance()).held === 0, { describe: 'the task to end the hold' });
  expect(await club.published('PointsHoldReleased')).toMatchObject([{ isExpired: true, points: 50 }]);

  const about = { cartId, orderId: newId(), redemptionId };
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const confirmed = await club.hears('ConfirmPointsHold', { ...about, expiresAt });
  expect(await club.answers(confirmed)).toMatchObject([{ type: 'PointsHeld' }]);
  await club.hears('ReleasePointsHold', { cartId, redemptionId, reason: 'Failed.' });
  const late = await club.hears('ConfirmPointsHold', { ...about, expiresAt });

  expect(await club.answers(late)).toMatchObject([{ type: 'PointsHoldFailed', payload: { reason: 'RELEASED' } }]);
  expect(await club.balance()).toEqual({ available: 50, pending: 0, held: 0 });
  expect(await club.drift()).toEqual([]);
});

test('an order that stands gets its points although their hold ran out and they were spent', async () => {
  await club.gives(50);
  const order = await club.orders();
  const [answer] = await club.answers(await club.holds(order.cartId, 50, { seconds: -1 }));
  const redemptionId = String(answer?.payload['redemptionId']);
  await club.command((tx) => settleAccount(tx, club.customerId));
  await club.redemption(newId(), 50);

  await club.hears('CapturePointsHold', { cartId: order.cartId, orderId: order.orderId, redemptionId });

  expect(await club.balance()).toEqual({ available: -50, pending: 0, held: 50 });
  expect(await club.drift()).toEqual([]);
});

test('many at once never spend more than there is', async () => {
  await club.gives(100);

  const keys = await Promise.all(Array.from({ length: 40 }, () => club.holds(newId(), 7)));

  const answers = (await Promise.all(keys.map((key) => club.answers(key)))).flat();
  expect(answers.filter(({ type }) => type === 'PointsHeld')).toHaveLength(14);
  expect(await club.balance()).toEqual({ available: 2, pending: 0, held: 98 });
  expect(await club.drift()).toEqual([]);
});

test('the ledger is only added to, and a transaction whose sides do not sum to zero does not commit', async () => {
  await club.pays(await club.orders());
  const run = (statement: string) => club.command((tx) => query(tx.em, statement));

  await expect(run('update "loyalty"."transaction" set points = 99')).rejects.toThrow(/permission denied/);
  await expect(run('delete from "loyalty"."posting"')).rejects.toThrow(/permission denied/);
  await expect(run('update "loyalty"."account" set available = available + 1')).rejects.toThrow(/account_sums_to_zero/);
  await expect(
    run(
      `insert into "loyalty"."posting" (tenant_id, transaction_id, account, points)
       select tenant_id, id, 'adjusted', 5 from "loyalty"."transaction"`,
    ),
  ).rejects.toThrow(/do not sum to zero/);
});
