import { expectData, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuid } from './order-desk.ts';
import { found, OrderShop, startOrders, type Orders, type OrderView } from './order-house.ts';
import { leaves } from './parcels.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startOrders();
});
afterAll(() => house.stop());

interface Update {
  cursor: string;
  isSnapshot: boolean;
  timelineEvent: { sequence: number; type: string } | null;
  order: Pick<OrderView, 'number' | 'version' | 'status' | 'paymentStatus'>;
}

const document = `subscription ($id: ID!, $cartId: ID, $after: String) {
  orderUpdated(orderId: $id, cartId: $cartId, after: $after) {
    cursor isSnapshot timelineEvent { sequence type } order { number version status paymentStatus }
  }
}`;

async function watch(by: Orders, id: string, more: { after?: string; cartId?: string } = {}) {
  const updates = await house.subscribe('orders', by.caller, document, { id, ...more });
  return {
    async next(): Promise<Update> {
      const { value } = await updates.next();
      return expectData<{ orderUpdated: Update }>(value).orderUpdated;
    },
    leave: () => updates.return?.(),
  };
}

const note = (shop: OrderShop, orderId: string, message: string) =>
  shop.staff.orderCall('orderNoteAdd', { orderId, message });
const hold = (shop: OrderShop, orderId: string) =>
  shop.staff.orderCall('orderHoldPlace', { orderId, reason: 'Address check' });
const cancel = (shop: OrderShop, orderId: string) =>
  shop.staff.orderCall('orderCancel', { orderId, reason: 'OTHER', idempotencyKey: `cancel ${orderId}` });

async function orderOf(shop: OrderShop, by: Orders, cartId: string): Promise<OrderView> {
  const cart = await by.cart(cartId);
  await shop.begin(cart, by);
  return found((await shop.place(cart, by)).order);
}

test('an order is told as it stands, then line by line of its timeline', async () => {
  const shop = await new OrderShop(house).opens();
  const order = await shop.order();
  const updates = await watch(shop.staff, order.id);
  const first = await updates.next();

  await note(shop, order.id, 'Ring twice.');
  await hold(shop, order.id);

  expect(first).toMatchObject({ isSnapshot: true, timelineEvent: null, order: { status: 'CONFIRMED' } });
  expect(await updates.next()).toMatchObject({ isSnapshot: false, timelineEvent: { type: 'Note' } });
  expect(await updates.next()).toMatchObject({
    timelineEvent: { type: 'OrderHoldChanged' },
    order: { status: 'ON_HOLD' },
  });
  await updates.leave();
  const { timeline } = await shop.staff.order(order.id);
  const resumed = await watch(shop.staff, order.id, { after: first.cursor });
  const missed = [await resumed.next(), await resumed.next()];
  expect(missed.map(({ timelineEvent }) => timelineEvent)).toEqual(
    timeline.nodes.slice(-2).map(({ sequence, type }) => ({ sequence, type })),
  );
  await resumed.leave();
});

test('a customer reads the lines that are not for staff alone, and misses none of them', async () => {
  const shop = await new OrderShop(house).opens();
  const ada = shop.as('CUSTOMER');
  const order = await shop.order(ada);
  const updates = await watch(ada, order.id);
  await updates.next();

  await note(shop, order.id, 'Has complained before.');
  await cancel(shop, order.id);

  const told: string[] = [];
  while (told.at(-1) !== 'OrderCancelled') told.push((await updates.next()).timelineEvent?.type ?? '');
  expect(told).toEqual(['CancellationRequested', 'RefundRequested', 'OrderRefunded', 'OrderCancelled']);
  await updates.leave();
});

/** Things that happen to an order, most of them behind a line that its customer may not read. */
const acts: Readonly<Record<string, (shop: OrderShop, order: OrderView) => Promise<unknown>>> = {
  note: (shop, { id }) => note(shop, id, 'Has complained before.'),
  hold: (shop, { id }) => hold(shop, id),
  release: (shop, { id, holds }) =>
    shop.staff.orderCall('orderHoldRelease', { orderId: id, holdId: holds[0]?.id ?? 'none' }),
  'a refund that is taken back': (shop, { id }) =>
    shop.hears('RefundReversed', {
      refundId: newId(),
      orderId: uuid(id),
      transactionId: newId(),
      amount: { amount: '1.00', currencyCode: 'EUR' },
    }),
  'goods that leave': (shop, order) => leaves(shop, order, [0]),
};

test('a customer is told of every change of the order once and in order, and not of what only staff read', async () => {
  const shop = await new OrderShop(house).opens();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(acts)), { minLength: 1, maxLength: 7 }), async (walk) => {
      const ada = shop.as('CUSTOMER');
      const { id } = await shop.order(ada);
      const read = async () =>
        (
          await ada.ask<{ order: Update['order'] & { timeline: OrderView['timeline'] } }>(
            `query ($id: ID!) { order(id: $id) { number version status paymentStatus
               timeline(first: 50) { nodes { sequence type } } } }`,
            { id },
          )
        ).order;
      const live = await watch(ada, id);
      const told = [await live.next()];

      let before = await read();
      for (const act of walk) {
        await acts[act]?.(shop, await shop.staff.order(id));
        const { timeline, ...order } = await read();
        const line = timeline.nodes.length > before.timeline.nodes.length ? (timeline.nodes.at(-1) ?? null) : null;
        if (order.version > before.version || line) {
          told.push(await live.next());
          expect(told.at(-1)).toMatchObject({ isSnapshot: false, timelineEvent: line, order });
        }
        before = { timeline, ...order };
      }
      // A last change tells that nothing else was waiting before it.
      await leaves(shop, await shop.staff.order(id), [0]);
      told.push(await live.next());
      expect(told.at(-1)).toMatchObject({ timelineEvent: { type: 'ShipmentDispatched' } });
      await live.leave();

      for (const [at, { cursor }] of told.slice(0, -1).entries()) {
        const resumed = await watch(ada, id, { after: cursor });
        const missed: Update[] = [];
        while (missed.length < told.length - 1 - at) missed.push(await resumed.next());
        await resumed.leave();
        expect(missed.map(({ isSnapshot, timelineEvent }) => [isSnapshot, timelineEvent])).toEqual(
          told.slice(at + 1).map(({ timelineEvent }) => [false, timelineEvent]),
        );
        expect(missed.at(-1)?.order).toEqual(told.at(-1)?.order);
      }
    }),
    { numRuns: 8, examples: [[['hold', 'note', 'release']], [['a refund that is taken back', 'hold', 'release']]] },
  );
}, 60_000);

test('an order is watched by its customer, by a guest who names its cart, and by staff: nobody else', async () => {
  const shop = await new OrderShop(house).opens();
  const rival = await new OrderShop(house).opens();
  const ada = shop.as('CUSTOMER');
  const [ownCart, guestsCart] = [(await shop.filledCart(ada)).id, (await shop.filledCart()).id];
  const own = await orderOf(shop, ada, ownCart);
  const guests = await orderOf(shop, shop.guest, guestsCart);

  for (const [by, id, cartId] of [
    [shop.guest, own.id, undefined],
    [shop.guest, own.id, ownCart],
    [shop.guest, guests.id, undefined],
    [shop.guest, guests.id, ownCart],
    [shop.as('CUSTOMER'), own.id, undefined],
    [shop.as('CUSTOMER'), own.id, ownCart],
    [rival.staff, own.id, ownCart],
    [rival.guest, guests.id, guestsCart],
    [shop.staff, 'nonsense', undefined],
  ] as const) {
    await expect(watch(by, id, cartId ? { cartId } : {})).rejects.toThrow('NOT_FOUND');
  }
  for (const [by, id, cartId] of [
    [ada, own.id, undefined],
    [shop.staff, own.id, undefined],
    [shop.guest, guests.id, guestsCart],
  ] as const) {
    const updates = await watch(by, id, cartId ? { cartId } : {});
    expect((await updates.next()).isSnapshot).toBe(true);
    await updates.leave();
  }
});
