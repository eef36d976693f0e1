import { encodeId } from '@ordergraph/subgraph-server';
import type { TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, found, OrderShop, startOrders, type OrderView } from './order-house.ts';
import { leaves } from './parcels.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startOrders();
});
afterAll(() => house.stop());

type Attempt = (shop: OrderShop, order: OrderView) => Promise<string[]>;

const amount = { amount: { amount: '1.00', currencyCode: 'EUR' } };
const quoteHashOf = async (shop: OrderShop, order: OrderView, quote: object): Promise<string> => {
  const query =
    'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash } } }';
  const { data } = await house.execute('orders', shop.staff.caller, query, { id: order.id, quote });
  // What cannot be quoted has no hash, and is refused for that.
  return (data as { order: { refundQuote: { hash: string } } | null } | null)?.order?.refundQuote.hash ?? 'none';
};

const refund =
  (quote: (order: OrderView) => object): Attempt =>
  async (shop, order) => {
    const input = { orderId: order.id, quote: quote(order), reason: 'x', idempotencyKey: newId() };
    return codesOf(
      await shop.staff.orderCall('orderRefund', { ...input, quoteHash: await quoteHashOf(shop, order, input.quote) }),
    );
  };

/** The mutation of each action of orders. CAPTURE is a mutation of payments. */
const attempts: Readonly<Record<string, Attempt>> = {
  CANCEL: async (shop, order) =>
    codesOf(await shop.staff.orderCall('orderCancel', { orderId: order.id, reason: 'OTHER', idempotencyKey: newId() })),
  PLACE_HOLD: async (shop, order) =>
    codesOf(await shop.staff.orderCall('orderHoldPlace', { orderId: order.id, reason: 'Wait' })),
  RELEASE_HOLD: async (shop, order) =>
    codesOf(
      await shop.staff.orderCall('orderHoldRelease', {
        orderId: order.id,
        holdId: order.holds[0]?.id ?? encodeId('OrderHold', newId()),
      }),
    ),
  REFUND: refund(() => amount),
  REQUEST_RETURN: async (shop, order) => {
    const line = order.lines.find(({ returnableQuantity }) => returnableQuantity > 0);
    const lines = [{ orderLineId: (line ?? order.lines[0])?.id, quantity: 1, reason: 'OTHER' }];
    return codesOf(await shop.staff.returnCall('returnRequest', { orderId: order.id, lines, idempotencyKey: newId() }));
  },
  RETRY_SAGA: async (shop, order) =>
    codesOf(
      await shop.staff.call('orderSagaRetry', 'saga', {
        sagaId: order.sagas[0]?.id,
        note: 'x',
        idempotencyKey: newId(),
      }),
    ),
};

const refusals: Readonly<Record<string, string>> = {
  CANCEL: 'NOT_CANCELLABLE',
  PLACE_HOLD: 'INVALID',
  RELEASE_HOLD: 'NOT_FOUND',
  REFUND: 'NOT_REFUNDABLE',
  REQUEST_RETURN: 'NOT_RETURNABLE',
  RETRY_SAGA: 'SAGA_NOT_RETRYABLE',
};

/** Ways on that a shop takes, whether or not they are open at the moment. */
const moves: readonly Attempt[] = [
  ...Object.entries(attempts).flatMap(([action, attempt]) =>
    action === 'RETRY_SAGA' || action === 'REQUEST_RETURN' ? [] : [attempt],
  ),
  refund((order) => ({ lines: [{ orderLineId: order.lines[0]?.id, quantity: 1 }] })),
  refund((order) => ({
    lines: [{ orderLineId: order.lines[0]?.id, quantity: 1, disposition: 'KEEP' }],
    refundShipping: true,
  })),
  async (shop, order) => {
    if (order.availableActions.includes('CANCEL')) await leaves(shop, order);
    return [];
  },
  async (shop, order) => {
    const lines = [{ orderLineId: order.lines[0]?.id, quantity: 1, reason: 'OTHER' }];
    const asked = await shop.staff.returnCall('returnRequest', { orderId: order.id, lines, idempotencyKey: newId() });
    if (!asked.return) return codesOf(asked);
    await shop.staff.returnCall('returnReview', { returnId: asked.return.id, approve: true });
    const received = [{ returnLineId: asked.return.lines[0]?.id, quantity: 1, disposition: 'WRITE_OFF' }];
    return codesOf(
      await shop.staff.returnCall('returnReceive', {
        returnId: asked.return.id,
        lines: received,
        idempotencyKey: newId(),
      }),
    );
  },
];

test(
  'what is not available is refused with its code and changes nothing; what is available is accepted',
  { timeout: 120_000 },
  async () => {
    const shops = {
      0: await new OrderShop(house).opens({ returnWindowDays: 0 }),
      30: await new OrderShop(house).opens(),
    };
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(moves.length - 1), { maxLength: 5 }),
        fc.constantFrom(0 as const, 30 as const),
        async (walk, days) => {
          const shop = shops[days];
          const { id } = await shop.order();
          for (const step of walk) {
            const order = await shop.staff.order(id);
            await found(moves[step] ?? null)(shop, order);
          }

          const order = await shop.staff.order(id);
          seen.add(order.availableActions.join());
          for (const [action, attempt] of Object.entries(attempts)) {
            if (order.availableActions.includes(action)) continue;
            expect([order.availableActions, action, await attempt(shop, order)]).toEqual([
              order.availableActions,
              action,
              [refusals[action]],
            ]);
          }
          expect((await shop.staff.order(id)).version).toBe(order.version);
          const [first] = order.availableActions;
          if (first) expect([first, await attempts[first]?.(shop, order)]).toEqual([first, []]);
          const last = order.availableActions.at(-1);
          if (last && last !== first && first !== 'CANCEL')
            expect([last, await attempts[last]?.(shop, await shop.staff.order(id))]).toEqual([last, []]);
        },
      ),
      { numRuns: 20 },
    );
    expect(seen.size).toBeGreaterThan(5);
  },
);
