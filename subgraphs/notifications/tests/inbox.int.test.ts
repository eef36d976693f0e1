import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aShop, type Shop } from './a-shop.ts';

let house: TestHouse;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordergraph-mail-'));
  house = await startTestHouse({ subgraphs: [definition], settings: { MAIL_DIRECTORY: directory } });
});
afterAll(async () => {
  await house.stop();
  await rm(directory, { recursive: true });
});

type Caller = ReturnType<typeof aViewer>;

interface Received {
  cursor: string;
  isSnapshot: boolean;
  unreadCount: number;
  notifications: { id: string; topic: string; readAt: string | null }[];
}

const document = `subscription ($after: String) { notificationReceived(after: $after) {
  cursor isSnapshot unreadCount notifications { id topic readAt }
} }`;

/** The subscription of a customer, and a way to take the next update. */
async function watch(caller: Caller, after: string | null = null) {
  const updates = await house.subscribe('notifications', caller, document, { after });
  return {
    async next(): Promise<Received> {
      const { value } = await updates.next();
      return expectData<{ notificationReceived: Received }>(value).notificationReceived;
    },
    leave: () => updates.return?.(),
  };
}

async function markRead(caller: Caller, ids: string[]) {
  const mutation = `mutation ($input: NotificationMarkReadInput!) { notificationMarkRead(input: $input) {
    notifications { id readAt } userErrors { code field } } }`;
  type Answer = {
    notificationMarkRead: {
      notifications: { id: string; readAt: string }[] | null;
      userErrors: { code: string; field: string[] }[];
    };
  };
  const answer = await house.execute('notifications', caller, mutation, { input: { ids } });
  return expectData<Answer>(answer).notificationMarkRead;
}

function aCustomerOf(shop: Shop) {
  const customerId = newId();
  return { customerId, ...aViewer({ tenantId: shop.tenantId, type: 'CUSTOMER', id: customerId }) };
}

test('an inbox begins with what is unread, then tells each new one once and in order', async () => {
  const shop = await aShop(house);
  const ada = aCustomerOf(shop);
  const order = await shop.receivesOrder({ customerId: ada.customerId });
  await shop.confirms(order);
  const inbox = await watch(ada);

  const first = await inbox.next();
  await shop.fails(order);
  await shop.refunds(order);

  expect(first).toMatchObject({ isSnapshot: true, unreadCount: 1, notifications: [{ topic: 'ORDER_CONFIRMED' }] });
  expect([await inbox.next(), await inbox.next()]).toMatchObject([
    { isSnapshot: false, notifications: [{ topic: 'ORDER_FAILED' }] },
    { isSnapshot: false, notifications: [{ topic: 'REFUND_ISSUED' }], unreadCount: 3 },
  ]);
  await inbox.leave();

  const resumed = await watch(ada, first.cursor);
  expect([await resumed.next(), await resumed.next()]).toMatchObject([
    { isSnapshot: false, notifications: [{ topic: 'ORDER_FAILED' }] },
    { isSnapshot: false, notifications: [{ topic: 'REFUND_ISSUED' }] },
  ]);
  await resumed.leave();
});

test('a cursor that was tampered with, or is another customer’s, begins with the whole state', async () => {
  const shop = await aShop(house);
  const [ada, ben] = [aCustomerOf(shop), aCustomerOf(shop)];
  await shop.confirms(await shop.receivesOrder({ customerId: ada.customerId }));
  const inbox = await watch(ada);
  const { cursor } = await inbox.next();
  await inbox.leave();

  for (const [caller, after, unreadCount] of [
    [ada, `${cursor.slice(0, -2)}xx`, 1],
    [ada, 'nonsense', 1],
    [ben, cursor, 0],
  ] as const) {
    const again = await watch(caller, after);
    expect(await again.next()).toMatchObject({ isSnapshot: true, unreadCount });
    await again.leave();
  }
});

test('reading is for the owner of the inbox, all of the ids or none', async () => {
  const shop = await aShop(house);
  const [ada, ben] = [aCustomerOf(shop), aCustomerOf(shop)];
  await shop.confirms(await shop.receivesOrder({ customerId: ada.customerId }));
  const inbox = await watch(ada);
  const [entry] = (await inbox.next()).notifications;
  const id = entry?.id ?? '';
  await inbox.leave();

  expect(await markRead(ben, [id])).toMatchObject({ userErrors: [{ code: 'NOT_FOUND', field: ['ids', '0'] }] });
  expect(await markRead(ada, [id, encodeId('Notification', newId())])).toMatchObject({
    notifications: null,
    userErrors: [{ code: 'NOT_FOUND', field: ['ids', '1'] }],
  });
  const unread = await watch(ada);
  expect((await unread.next()).unreadCount).toBe(1);
  await unread.leave();
  const marked = await markRead(ada, [id]);
  const again = await markRead(ada, [id]);

  expect(marked).toMatchObject({ notifications: [{ id, readAt: expect.any(String) }], userErrors: [] });
  expect(again.notifications?.[0]?.readAt).toBe(marked.notifications?.[0]?.readAt);
  const read = await watch(ada);
  expect(await read.next()).toMatchObject({ unreadCount: 0, notifications: [] });
  await read.leave();
});

test('staff, guests and other merchants have no inbox to watch', async () => {
  const shop = await aShop(house);
  const guest = aViewer({ tenantId: shop.tenantId, type: 'ANONYMOUS' });

  for (const caller of [shop.staff, guest]) await expect(watch(caller)).rejects.toThrow('FORBIDDEN');
});

test('what the customer switched off in the inbox is not put there, and the mail still goes', async () => {
  const shop = await aShop(house);
  const ada = aCustomerOf(shop);
  const order = await shop.receivesOrder({ customerId: ada.customerId });
  const mutation = `mutation ($input: NotificationPreferencesUpdateInput!) {
    notificationPreferencesUpdate(input: $input) { userErrors { code } } }`;
  const preferences = [{ topic: 'ORDER_CONFIRMED', channel: 'IN_APP', isEnabled: false }];

  expectData(await house.execute('notifications', ada, mutation, { input: { preferences } }));
  await shop.confirms(order);

  const inbox = await watch(ada);
  expect((await inbox.next()).notifications).toEqual([]);
  await inbox.leave();
  expect(await shop.notifications(order.orderId)).toHaveLength(1);
});
