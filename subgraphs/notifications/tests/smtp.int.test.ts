import type { AddressInfo } from 'node:net';
import { decodeId } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import { startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimDelivery, type Delivery } from '../src/commands/claim-delivery.ts';
import { isOvertaken, settleDelivery } from '../src/commands/settle-delivery.ts';
import { definition } from '../src/index.ts';
import { Senders } from '../src/mail/senders.ts';
import { aShop, type SeenNotification, type Shop } from './a-shop.ts';

const received: { to: string; mail: string }[] = [];
const attempts = new Map<string, number>();

/** Refuses by the recipient's name: `nobody` for good, `never` each time for now, `busy` the first time. */
function answerTo(address: string): Error | null {
  const seen = (attempts.get(address) ?? 0) + 1;
  attempts.set(address, seen);
  const refusal = (responseCode: number) =>
    Object.assign(new Error(`<${address}> is not here, answer ${seen}`), { responseCode });
  if (address.startsWith('nobody')) return refusal(550);
  if (address.startsWith('never') || (address.startsWith('busy') && seen === 1)) return refusal(451);
  return null;
}

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo: ({ address }, _session, callback) => callback(answerTo(address)),
  onData(stream, session, callback) {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      received.push({ to: session.envelope.rcptTo[0]?.address ?? '', mail: Buffer.concat(parts).toString() });
      callback();
    });
  },
});

let house: TestHouse;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has such an address.
  const { port } = server.server.address() as AddressInfo;
  house = await startTestHouse({
    subgraphs: [definition],
    settings: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'shop@corner.example' },
  });
});
afterAll(async () => {
  await house.stop();
  await new Promise<void>((resolve) => server.close(resolve));
});

const mailsTo = (address: string) => received.filter(({ to }) => to === address);

const seenAs = (shop: Shop, orderId: string, fits: (seen: SeenNotification) => boolean): Promise<SeenNotification> =>
  waitFor(async () => (await shop.notifications(orderId)).find(fits) ?? null);

/** Lets the pause before the next attempt, or the lease of a sender, be over. */
async function passTime(shop: Shop): Promise<void> {
  await house.command('notifications', shop.tenantId, (tx) =>
    query(
      tx.em,
      `update "notifications"."notification" set due_at = now() - interval '1 second' where status = 'QUEUED'`,
    ),
  );
  house.subgraph('notifications').runtime.wake('task:deliveries');
}

const isReceivedBy = (shop: Shop, order: { orderId: string }) =>
  seenAs(shop, order.orderId, ({ status }) => status === 'SENT');

async function confirmedOrder(email: string) {
  const shop = await aShop(house);
  const order = await shop.receivesOrder({ email });
  await shop.confirms(order);
  return { shop, order };
}

test('a mail that the server takes is sent once, under an id of its own', async () => {
  const { shop, order } = await confirmedOrder('ada@example.com');

  const sent = await isReceivedBy(shop, order);

  const [mail, ...more] = mailsTo('ada@example.com');
  expect(more).toEqual([]);
  expect(mail?.mail).toContain(`Message-ID: <${decodeId('Notification', sent.id)}.1@corner.example>`);
  expect(mail?.mail).toContain('From: Corner Shop <shop@corner.example>');
  expect(mail?.mail).toContain('Subject: Your order 1001 at Corner Shop');
});

test('a mail that the server cannot take now is taken later', async () => {
  const { shop, order } = await confirmedOrder('busy@example.com');
  const waiting = await seenAs(shop, order.orderId, ({ lastError }) => lastError !== null);
  expect(waiting).toMatchObject({ status: 'QUEUED', attempts: 1 });

  await passTime(shop);

  expect(await isReceivedBy(shop, order)).toMatchObject({ attempts: 2, lastError: null });
  expect(mailsTo('busy@example.com')).toHaveLength(1);
});

test('a mail that the server refuses for good is given up at once, and the refusal names nobody', async () => {
  const { shop, order } = await confirmedOrder('nobody@example.com');

  const failed = await seenAs(shop, order.orderId, ({ status }) => status === 'FAILED');

  expect(failed.attempts).toBe(1);
  expect(failed.lastError).toContain('550 <(recipient)> is not here');
  expect(attempts.get('nobody@example.com')).toBe(1);
});

test('a mail is given up after eight attempts', async () => {
  const { shop, order } = await confirmedOrder('never@example.com');

  for (let attempt = 1; attempt <= 8; attempt += 1) {
    const isSettled = ({ lastError }: SeenNotification) => lastError?.includes(`answer ${attempt}`) ?? false;
    const seen = await seenAs(shop, order.orderId, isSettled);
    expect(seen).toMatchObject({ status: attempt < 8 ? 'QUEUED' : 'FAILED', attempts: attempt });
    await passTime(shop);
  }

  expect(attempts.get('never@example.com')).toBe(8);
});

test('a mail whose sender died is sent by another after the lease, and the dead one’s report changes nothing', async () => {
  await using still = await startTestHouse({
    subgraphs: [definition],
    settings: { SMTP_URL: 'smtp://127.0.0.1:1' },
    isBackgroundOn: false,
  });
  const shop = await aShop(still);
  const order = await shop.receivesOrder();
  await shop.confirms(order);
  const [queued] = await shop.notifications(order.orderId);
  const id = decodeId('Notification', queued?.id ?? '') ?? '';
  const claim = () => still.command('notifications', shop.tenantId, (tx) => claimDelivery(tx, id));

  const first = await claim();
  const meanwhile = await claim();
  await still.command('notifications', shop.tenantId, (tx) =>
    query(tx.em, `update "notifications"."notification" set due_at = now() - interval '1 second'`),
  );
  const second = await claim();
  if (!first || !second) throw new Error('Expected both claims to succeed.');
  await still.command('notifications', shop.tenantId, (tx) =>
    settleDelivery(tx, first, { status: 'failed', error: 'late' }),
  );
  const overtaken = await still
    .command('notifications', shop.tenantId, (tx) => settleDelivery(tx, first, { status: 'accepted' }))
    .catch((error: unknown) => error);

  expect(isOvertaken(overtaken)).toBe(true);
  expect(meanwhile).toBeNull();
  expect([first.attempt, second.attempt]).toEqual([1, 2]);
  expect(second).toMatchObject({ notificationId: first.notificationId, copy: first.copy });
  expect((await shop.notifications(order.orderId))[0]).toMatchObject({
    status: 'QUEUED',
    attempts: 2,
    lastError: null,
  });
  await still.command('notifications', shop.tenantId, (tx) => settleDelivery(tx, second, { status: 'accepted' }));
  expect((await shop.notifications(order.orderId))[0]).toMatchObject({ status: 'SENT' });
});

test('a mail that was handed over and then lost with its process is sent by another after the lease', async () => {
  await using still = await startTestHouse({
    subgraphs: [definition],
    settings: { SMTP_URL: 'smtp://127.0.0.1:1' },
    isBackgroundOn: false,
  });
  const handedOver: Delivery[] = [];
  const died = new Promise<never>(() => undefined);
  const lost = new Senders({
    send(delivery) {
      handedOver.push(delivery);
      return died;
    },
    close: async () => undefined,
  });
  lost.open(still.subgraph('notifications').runtime);
  const shop = await aShop(still);
  const order = await shop.receivesOrder({ email: 'ada@example.com' });
  await shop.confirms(order);
  const [queued] = await shop.notifications(order.orderId);
  const id = decodeId('Notification', queued?.id ?? '') ?? '';
  const claim = () => still.command('notifications', shop.tenantId, (tx) => claimDelivery(tx, id));

  const meanwhile = await claim();
  await still.command('notifications', shop.tenantId, (tx) =>
    query(tx.em, `update "notifications"."notification" set due_at = now() - interval '1 second'`),
  );
  const second = await claim();

  expect(queued).toMatchObject({ status: 'QUEUED', attempts: 1 });
  expect(handedOver).toMatchObject([{ notificationId: id, address: 'ada@example.com', attempt: 1 }]);
  expect(meanwhile).toBeNull();
  expect(second).toEqual({ ...handedOver[0], attempt: 2 });
});
