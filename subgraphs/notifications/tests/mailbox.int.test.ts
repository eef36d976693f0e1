import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aShop, type SeenNotification, type Shop } from './a-shop.ts';

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

const filesOf = async (notification: SeenNotification): Promise<string[]> => {
  const id = decodeId('Notification', notification.id) ?? 'none';
  return (await readdir(directory)).filter((file) => file.startsWith(id)).toSorted();
};

const readMail = async (file: string): Promise<string> => readFile(join(directory, file), 'utf8');

/** The order's only notification, once it has left the queue. */
const settled = (shop: Shop, orderId: string): Promise<SeenNotification> =>
  waitFor(async () => {
    const all = await shop.notifications(orderId);
    return all.length === 1 && all[0]?.status !== 'QUEUED' ? all[0] : null;
  });

test('a confirmed order is one mail in the folder, and readable in the API', async () => {
  const shop = await aShop(house, { name: 'Käthe & Söhne' });
  const order = await shop.receivesOrder({ email: 'ada@example.com' });

  const event = await shop.confirms(order);

  const sent = await settled(shop, order.orderId);
  expect(sent).toMatchObject({
    topic: 'ORDER_CONFIRMED',
    status: 'SENT',
    subject: 'Your order 1001 at Käthe & Söhne',
    recipient: 'ada@example.com',
    causedByEventId: event.id,
    attempts: 1,
    lastError: null,
    customer: null,
  });
  expect(sent.body).toContain('2 × Mug: €19.00');
  expect(sent.sentAt).not.toBeNull();
  const id = decodeId('Notification', sent.id);
  expect(await filesOf(sent)).toEqual([`${id}.eml`]);
  const { mode } = await stat(join(directory, `${id}.eml`));
  expect(mode & 0o077, 'readable by other users of the machine').toBe(0);
  const mail = await readMail(`${id}.eml`);
  expect(mail).toContain(`Message-ID: <${id}.1@localhost>`);
  expect(mail).toContain('To: ada@example.com');
  expect(mail).toContain('multipart/alternative');
  await house.quiet();
});

test('an event that comes twice makes one mail', async () => {
  const shop = await aShop(house);
  const order = await shop.receivesOrder();
  const eventId = newId();

  await Promise.all([shop.confirms(order, eventId), shop.confirms(order, eventId)]);
  const sent = await settled(shop, order.orderId);
  await shop.confirms(order, eventId);

  expect(await shop.notifications(order.orderId)).toEqual([sent]);
  expect(await filesOf(sent)).toHaveLength(1);
});

test('an event that comes before its order is refused, to be tried again', async () => {
  const shop = await aShop(house);

  await expect(shop.confirms({ orderId: newId(), customerId: null })).rejects.toThrow('not known yet');
});

test('every topic has its words', async () => {
  const shop = await aShop(house);
  const order = await shop.receivesOrder();

  await shop.refunds(order);
  await shop.fails(order);
  await shop.hears('PaymentFailed', {
    paymentId: newId(),
    orderId: order.orderId,
    during: 'CAPTURE',
    code: 'declined',
    isRetryable: false,
  });
  await shop.hears('PaymentFailed', {
    paymentId: newId(),
    orderId: order.orderId,
    during: 'VOID',
    code: 'declined',
    isRetryable: false,
  });
  await shop.hears('OrderCancelled', {
    orderId: order.orderId,
    number: '1001',
    customerId: null,
    reason: 'CUSTOMER',
    lines: [],
    refundId: null,
    notifyCustomer: true,
  });

  const all = await waitFor(async () => {
    const seen = await shop.notifications(order.orderId);
    return seen.every(({ status }) => status === 'SENT') ? seen : null;
  });
  expect(all.map(({ topic }) => topic).toSorted()).toEqual([
    'ORDER_CANCELLED',
    'ORDER_FAILED',
    'PAYMENT_FAILED',
    'REFUND_ISSUED',
  ]);
  expect(all.find(({ topic }) => topic === 'REFUND_ISSUED')?.body).toContain('refunded €9.50');
});

test.each([
  ['staff chose not to tell', 'ada@example.com', false, 'Staff chose not to tell the customer.'],
  ['the address is of a domain that cannot be', 'customer-1@example.invalid', true, 'RFC 2606'],
])('writes down and does not send when %s', async (_why, email, notifyCustomer, reason) => {
  const shop = await aShop(house);
  const order = await shop.receivesOrder({ email });

  await shop.refunds(order, notifyCustomer);

  const [seen] = await shop.notifications(order.orderId);
  expect(seen).toMatchObject({ status: 'SUPPRESSED', attempts: 0, sentAt: null });
  expect(seen?.lastError).toContain(reason);
  expect(seen && (await filesOf(seen))).toEqual([]);
});

test('a person who was erased gets nothing, and their address cannot be read', async () => {
  const shop = await aShop(house);
  const before = await shop.receivesOrder();
  await shop.confirms(before);
  await settled(shop, before.orderId);

  const owner = new Client({ connectionString: house.database.superuserUrl });
  await owner.connect();
  await owner.query('update sealing.subject_key set wrapped_key = null, destroyed_at = now() where subject_id = $1', [
    before.cartId,
  ]);
  await owner.end();
  house.sealing.forgetKey(shop.tenantId, before.cartId);
  await shop.refunds(before);

  const [confirmed, refunded] = await shop.notifications(before.orderId);
  expect(confirmed).toMatchObject({ status: 'SENT', recipient: null });
  expect(refunded).toMatchObject({ status: 'SUPPRESSED', recipient: null, lastError: 'The person was erased.' });
});

test('writes in the customer’s language, to the address that was stated last', async () => {
  const shop = await aShop(house);
  const customerId = newId();
  const sealed = (email: string) => shop.seal(customerId, email);
  await shop.hears('CustomerCreated', {
    customerId,
    email: await sealed('old@example.com'),
    name: null,
    languageCode: 'de-AT',
    groups: [],
    acceptsMarketing: false,
  });
  const order = await shop.receivesOrder({
    customerId,
    email: 'checkout@example.com',
    createdAt: '2026-01-02T00:00:00.000Z',
  });
  await shop.confirms(order);
  const changes = (email: string, occurredAt: string) =>
    sealed(email).then((value) =>
      shop.hears(
        'CustomerUpdated',
        {
          customerId,
          email: value,
          name: null,
          languageCode: null,
          groups: [],
          acceptsMarketing: false,
          changedPaths: ['email'],
        },
        { occurredAt },
      ),
    );
  await changes('earlier@example.com', '2026-01-01T00:00:00.000Z');
  await shop.fails(order);
  await changes('new@example.com', '2026-01-03T00:00:00.000Z');
  await shop.refunds(order);

  const [confirmed, failed, refunded] = await shop.notifications(order.orderId);
  expect(confirmed).toMatchObject({
    subject: 'Ihre Bestellung 1001 bei Corner Shop',
    recipient: 'checkout@example.com',
  });
  expect(failed?.recipient).toBe('checkout@example.com');
  expect(refunded?.recipient).toBe('new@example.com');
});

test('the stored words hold no personal value', async () => {
  const shop = await aShop(house);
  const order = await shop.receivesOrder({ email: 'very.secret@example.com' });
  await shop.confirms(order);
  await settled(shop, order.orderId);

  const owner = new Client({ connectionString: house.database.superuserUrl });
  await owner.connect();
  const dump = await owner.query(
    'select n::text as row from notifications.notification n union all select o::text from notifications.order_copy o union all select o::text from notifications.outbox o',
  );
  await owner.end();
  expect(dump.rows.length).toBeGreaterThan(2);
  expect(JSON.stringify(dump.rows)).not.toContain('very.secret');
});
