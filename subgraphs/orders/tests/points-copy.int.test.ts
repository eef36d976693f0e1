import type { PointsOfOrder } from '@ordergraph/schema';
import { newId, query } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OrderShop, startOrders } from './order-house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startOrders();
});
afterAll(() => house.stop());

interface Kept {
  readonly earned: number;
  readonly pending: number;
  readonly reversed: number;
  readonly available: number;
}

/** Loyalty's side of one order: `stands` renders it, `kept` is what orders believes. */
function anOrdersPoints() {
  const shop = new OrderShop(house);
  const [orderId, accountId, refundId] = [newId(), newId(), newId()];
  const stands = (sequence: number, available: number, order: Partial<PointsOfOrder>) => ({
    order: { orderId, earned: 0, pending: 0, reversed: 0, forgiven: 0, redeemed: 0, restored: 0, ...order },
    balance: { available, pending: order.pending ?? 0, held: 0, asOfSequence: sequence },
  });
  const about = { accountId, customerId: accountId };
  return {
    shop,
    stands,
    refund: { accountId, orderId, refundId, pointsReversed: 0, pointsRestored: 0 },
    earns: (standing: ReturnType<typeof stands>) =>
      shop.hears('PointsEarned', {
        ...about,
        ...standing,
        transactionId: newId(),
        paymentTransactionId: newId(),
        points: 100,
        isPending: false,
        activatesAt: null,
        terms: { rules: [], multiplier: '1' },
      }),
    redeems: (standing: ReturnType<typeof stands>) =>
      shop.hears('PointsRedeemed', {
        ...about,
        ...standing,
        redemptionId: newId(),
        cartId: newId(),
        orderId,
        transactionId: newId(),
        points: 7,
        value: { amount: '0.07', currencyCode: 'EUR' },
      }),
    activates: (pendingOfOrder: number, { balance }: ReturnType<typeof stands>) =>
      shop.hears('PointsActivated', {
        ...about,
        balance,
        orderId,
        transactionId: newId(),
        points: 100,
        pendingOfOrder,
      }),
    async kept(): Promise<Kept | undefined> {
      const [row] = await house.command('orders', shop.tenantId, (tx) =>
        query<Kept>(
          tx.em,
          `select o.earned, o.pending, o.reversed, a.available from "orders"."points_of_order" o
           join "orders"."points_of_account" a on a.id = o.account_id where o.id = $1`,
          [orderId],
        ),
      );
      return row;
    },
  };
}

test('an older answer of loyalty that comes again changes nothing', async () => {
  const { stands, earns, redeems, kept } = anOrdersPoints();
  const before = stands(1, 0, { redeemed: 7 });

  await redeems(before);
  await earns(stands(2, 100, { earned: 100, redeemed: 7 }));
  await redeems(before);

  expect(await kept()).toEqual({ earned: 100, pending: 0, reversed: 0, available: 100 });
});

test('an older event of points that became usable changes nothing', async () => {
  const { stands, earns, activates, kept } = anOrdersPoints();

  await earns(stands(2, 0, { earned: 100, pending: 100 }));
  await activates(30, stands(1, 0, {}));
  expect(await kept()).toMatchObject({ pending: 100 });
  await activates(0, stands(3, 100, {}));

  expect(await kept()).toMatchObject({ pending: 0, available: 100 });
});

test('what is said of a refund’s points sets right what orders believes', async () => {
  const { shop, stands, refund, earns, kept } = anOrdersPoints();
  await earns(stands(1, 0, { earned: 100, pending: 100 }));

  await shop.hears('PointsReversalPrepared', { ...refund, shortfall: 0, ...stands(2, 0, { earned: 100 }) });
  expect(await kept()).toMatchObject({ earned: 100, pending: 0 });
  await shop.hears('PointsReversalRefused', { ...refund, ...stands(3, 40, { earned: 140 }) });
  expect(await kept()).toMatchObject({ earned: 140, available: 40 });
  const { accountId, orderId, refundId } = refund;
  const cancelled = stands(4, 50, { earned: 140, pending: 50 });
  await shop.hears('PointsReversalCancelled', { accountId, orderId, refundId, ...cancelled });

  expect(await kept()).toMatchObject({ pending: 50, available: 50 });
});

test('a refusal from before loyalty told of the order in it changes nothing', async () => {
  const { shop, stands, refund, earns, kept } = anOrdersPoints();
  await earns(stands(1, 100, { earned: 100 }));

  await shop.hears('PointsReversalRefused', refund);

  expect(await kept()).toMatchObject({ earned: 100, available: 100 });
});
