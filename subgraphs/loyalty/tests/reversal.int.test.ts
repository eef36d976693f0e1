import { newId } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleAccount } from '../src/commands/settle-account.ts';
import { upsertRule } from '../src/commands/upsert-rule.ts';
import type { ReversalPolicy } from '../src/domain/reversal.ts';
import { Club, startClubHouse, type Order } from './club.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startClubHouse();
});
afterAll(() => house.stop());

/** A club whose customers earn a point for each full euro, besides 10 for each order. */
async function openClub(reversalPolicy: ReversalPolicy, pendingDays = 0): Promise<Club> {
  const club = await new Club(house).opens({ reversalPolicy, pendingDays });
  const rule = {
    name: 'Euros',
    isActive: true,
    points: 1,
    perMinor: 100n,
    currencyCode: 'EUR',
    categoryIds: [],
    startsAt: null,
    endsAt: null,
  };
  await club.command((tx) => upsertRule(tx, { id: undefined, rule, expectedVersion: null }));
  return club;
}

/** A paid order that redeemed so many points, which were given before. */
async function anOrder(club: Club, redeemed = 0): Promise<Order> {
  const order = await club.orders('20.00');
  if (redeemed > 0) {
    await club.gives(redeemed);
    const redemptionId = await club.redemption(order.cartId, redeemed);
    await club.hears('CapturePointsHold', { cartId: order.cartId, orderId: order.orderId, redemptionId });
  }
  await club.pays(order);
  return order;
}

const wholeOrder = [2, 2];

test('refunds in parts take back and restore in proportion, and all of them together everything', async () => {
  const club = await openClub('WITHIN_BALANCE');
  const order = await anOrder(club, 7);
  expect(await club.balance()).toEqual({ available: 30, pending: 0, held: 0 });

  const first = await club.refunds(order, '5.00', { reversed: 5, restored: 2, units: [1, 0] });
  const second = await club.refunds(order, '10.00', { reversed: 10, restored: 3, units: [1, 1] });
  const last = await club.refunds(order, '5.00', { reversed: 15, restored: 2, units: [0, 1] });

  expect([first, second, last].map((answer) => answer?.type)).toEqual(Array(3).fill('PointsReversalPrepared'));
  expect(await club.balance()).toEqual({ available: 7, pending: 0, held: 0 });
  expect((await club.published('PointsReversed')).at(-1)).toMatchObject({
    order: { earned: 30, reversed: 30, forgiven: 0, redeemed: 7, restored: 7 },
  });
  expect(await club.drift()).toEqual([]);
});

test('a quote that the points no longer match is refused, and nothing is set aside', async () => {
  const club = await openClub('WITHIN_BALANCE');
  const order = await anOrder(club);

  const answer = await club.refunds(order, '20.00', { reversed: 29, units: wholeOrder });

  expect(answer).toMatchObject({
    type: 'PointsReversalRefused',
    payload: { pointsReversed: 30, order: { earned: 30 }, balance: { available: 30 } },
  });
  expect(await club.balance()).toEqual({ available: 30, pending: 0, held: 0 });
});

test('what is set aside for a refund cannot be spent, and comes back when the refund does not happen', async () => {
  const club = await openClub('WITHIN_BALANCE');
  const order = await anOrder(club);
  const refundId = newId();

  await club.prepares(order, refundId, '20.00', { reversed: 30 });
  const [refused] = await club.answers(await club.holds(newId(), 1));
  expect(refused?.type).toBe('PointsHoldFailed');
  await club.hears('CancelPointsReversal', { orderId: order.orderId, refundId });

  expect(await club.balance()).toEqual({ available: 30, pending: 0, held: 0 });
  expect(await club.drift()).toEqual([]);
});

test.each([
  ['ONLY_PENDING', 0, { available: 10, pending: 0, held: 20 }, 30],
  ['WITHIN_BALANCE', 10, { available: 0, pending: 0, held: 20 }, 20],
  ['ALLOW_NEGATIVE', 30, { available: -20, pending: 0, held: 20 }, 20],
] as const)('with points spent elsewhere, %s takes %i', async (policy, reversed, balance, shortfall) => {
  const club = await openClub(policy);
  const order = await anOrder(club);
  await club.redemption(newId(), 20);

  const answer = await club.refunds(order, '20.00', { reversed, units: wholeOrder });

  expect(answer).toMatchObject({ type: 'PointsReversalPrepared', payload: { shortfall } });
  expect(await club.balance()).toEqual(balance);
  expect(await club.drift()).toEqual([]);
});

test('an answer that is asked for again tells of the order and the balance as they are by now', async () => {
  const club = await openClub('WITHIN_BALANCE');
  const order = await club.orders('20.00');
  await club.gives(7);
  const redemptionId = await club.redemption(order.cartId, 7);
  const command = { cartId: order.cartId, orderId: order.orderId, redemptionId };
  const key = await club.hears('CapturePointsHold', command);
  await club.pays(order);

  await club.hears('CapturePointsHold', command, key);

  const [first, again] = await club.answers(key);
  expect(first?.payload).toMatchObject({ order: { earned: 0 }, balance: { available: 0, asOfSequence: 3 } });
  expect(again?.payload).toEqual({
    ...first?.payload,
    order: { orderId: order.orderId, earned: 30, pending: 0, reversed: 0, forgiven: 0, redeemed: 7, restored: 0 },
    balance: { available: 30, pending: 0, held: 0, asOfSequence: 4 },
  });
});

test('a refund whose commit is asked for again says that nothing new happened', async () => {
  const club = await openClub('WITHIN_BALANCE');
  const order = await anOrder(club);
  const refundId = newId();
  await club.prepares(order, refundId, '20.00', { reversed: 30 });
  const command = { orderId: order.orderId, refundId };

  const key = await club.hears('CommitPointsReversal', command);
  await club.hears('CommitPointsReversal', command, key);

  const [first, again] = await club.answers(key);
  expect(first?.payload).not.toHaveProperty('isRepeated');
  expect(again?.payload).toEqual({ ...first?.payload, isRepeated: true });
  expect((await club.ledger()).filter(({ kind }) => kind === 'REVERSE_EARN')).toHaveLength(1);
});

test('what a refund sets aside is not pending any more, though its points become usable meanwhile', async () => {
  const club = await openClub('WITHIN_BALANCE', 14);
  const order = await anOrder(club);
  const refundId = newId();

  const [prepared] = await club.answers(await club.prepares(order, refundId, '20.00', { reversed: 30 }));
  expect(prepared).toMatchObject({ type: 'PointsReversalPrepared', payload: { order: { earned: 30, pending: 0 } } });
  await club.read(`update "loyalty"."lot" set activates_at = now() - interval '1 second' where account_id = $1`, [
    club.customerId,
  ]);
  await club.command((tx) => settleAccount(tx, club.customerId));
  expect(await club.published('PointsActivated')).toEqual([]);
  const [cancelled] = await club.answers(
    await club.hears('CancelPointsReversal', { orderId: order.orderId, refundId }),
  );

  expect(cancelled?.payload).toMatchObject({ order: { earned: 30, pending: 0 }, balance: { available: 30 } });
  expect(await club.drift()).toEqual([]);
});

test('what is below zero is paid back by what is earned next', async () => {
  const club = await openClub('ALLOW_NEGATIVE');
  const order = await anOrder(club);
  await club.redemption(newId(), 20);
  await club.refunds(order, '20.00', { reversed: 30, units: wholeOrder });

  await club.pays(await club.orders('20.00'));

  expect(await club.balance()).toEqual({ available: 10, pending: 0, held: 20 });
  expect(await club.drift()).toEqual([]);
});

test('pending points are taken back where they are pending', async () => {
  const club = await openClub('ONLY_PENDING', 14);
  const order = await anOrder(club);
  expect(await club.balance()).toEqual({ available: 0, pending: 30, held: 0 });

  await club.refunds(order, '5.00', { reversed: 5, units: [1, 0] });

  expect(await club.balance()).toEqual({ available: 0, pending: 25, held: 0 });
});

test('a refund whose saga knew of no points is settled when it is told of', async () => {
  const club = await openClub('WITHIN_BALANCE');
  const { orderId } = await anOrder(club);
  const refundId = newId();
  const amount = { amount: '20.00', currencyCode: 'EUR' };

  const told = () =>
    club.hears('OrderRefunded', {
      orderId,
      refundId,
      number: '1',
      customerId: club.customerId,
      amount,
      lines: [],
      pointsReversed: 0,
      pointsRestored: 0,
      isFullyRefunded: true,
      notifyCustomer: false,
    });
  await told();

  expect(await club.balance()).toEqual({ available: 0, pending: 0, held: 0 });
  expect(await club.published('PointsReversed')).toHaveLength(1);
});

test('a cancelled order keeps none of what it earned', async () => {
  const club = await openClub('WITHIN_BALANCE');
  const order = await anOrder(club);
  const cancelled = () =>
    club.hears('OrderCancelled', {
      orderId: order.orderId,
      number: '1',
      customerId: club.customerId,
      reason: 'CUSTOMER',
      lines: [],
      refundId: null,
      notifyCustomer: false,
    });

  await cancelled();
  await cancelled();
  await club.pays(order, newId());

  expect(await club.balance()).toEqual({ available: 0, pending: 0, held: 0 });
  expect((await club.ledger()).map(({ kind }) => kind)).toEqual(['EARN', 'REVERSE_EARN']);
});
