import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeId, encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
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
interface Refusable {
  userErrors: { code: string; field: string[] | null }[];
}

const ask = async <Data>(caller: Caller, document: string, variables: Record<string, unknown> = {}): Promise<Data> =>
  expectData<Data>(await house.execute('notifications', caller, document, variables));

const entities = `query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on Customer { notificationPreferences { topic channel isEnabled isMandatory } notifications(channel: EMAIL) { totalCount nodes { subject } } }
} }`;

interface CustomerView {
  notificationPreferences: { topic: string; channel: string; isEnabled: boolean; isMandatory: boolean }[] | null;
  notifications: { totalCount: number; nodes: { subject: string }[] } | null;
}

async function customerAs(caller: Caller, customerId: string): Promise<CustomerView | undefined> {
  const r = [{ __typename: 'Customer', id: encodeId('Customer', customerId) }];
  return (await ask<{ _entities: CustomerView[] }>(caller, entities, { r }))._entities[0];
}

async function choose(caller: Caller, preferences: object[]) {
  const document = `mutation ($input: NotificationPreferencesUpdateInput!) { notificationPreferencesUpdate(input: $input) {
    customer { id notificationPreferences { topic isEnabled } } userErrors { code field }
  } }`;
  type Answer = { notificationPreferencesUpdate: Refusable & { customer: { id: string } | null } };
  return (await ask<Answer>(caller, document, { input: { preferences } })).notificationPreferencesUpdate;
}

async function upsert(shop: Shop, words: object) {
  const document = `mutation ($input: NotificationTemplateUpsertInput!) { notificationTemplateUpsert(input: $input) {
    notificationTemplate { id version languageCode variables updatedBy { type id } } userErrors { code field }
  } }`;
  const input = { topic: 'ORDER_CONFIRMED', channel: 'EMAIL', languageCode: 'en', subject: 'S', body: 'B', ...words };
  type Saved = { id: string; version: number; languageCode: string; updatedBy: { type: string; id: string } };
  type Answer = { notificationTemplateUpsert: Refusable & { notificationTemplate: Saved | null } };
  return (await ask<Answer>(shop.staff, document, { input })).notificationTemplateUpsert;
}

async function resend(shop: Shop, id: string, idempotencyKey = newId()) {
  const document = `mutation ($input: NotificationResendInput!) { notificationResend(input: $input) {
    notification { id } userErrors { code field }
  } }`;
  type Answer = { notificationResend: Refusable & { notification: { id: string } | null } };
  return (await ask<Answer>(shop.staff, document, { input: { id, idempotencyKey } })).notificationResend;
}

const hasLeftTheQueue = (shop: Shop, orderId: string) =>
  waitFor(async () => {
    const seen = await shop.notifications(orderId);
    return seen.every(({ status }) => status !== 'QUEUED') ? seen : null;
  });

async function aCustomerOf(shop: Shop): Promise<Caller & { customerId: string }> {
  const customerId = newId();
  const email = await shop.seal(customerId, 'ada@example.com');
  await shop.hears('CustomerCreated', {
    customerId,
    email,
    name: null,
    languageCode: null,
    groups: [],
    acceptsMarketing: false,
  });
  return { ...aViewer({ tenantId: shop.tenantId, type: 'CUSTOMER', id: customerId }), customerId };
}

test('a customer who switched a topic off is not written to about it', async () => {
  const shop = await aShop(house);
  const ada = await aCustomerOf(shop);
  const order = await shop.receivesOrder({ customerId: ada.customerId });

  const off = await choose(ada, [{ topic: 'ORDER_FAILED', channel: 'EMAIL', isEnabled: false }]);
  await shop.fails(order);
  const on = await choose(ada, [{ topic: 'ORDER_FAILED', channel: 'EMAIL', isEnabled: true }]);
  await shop.fails(order);

  expect([off.userErrors, on.userErrors]).toEqual([[], []]);
  const seen = await hasLeftTheQueue(shop, order.orderId);
  expect(seen.map(({ status, lastError }) => [status, lastError])).toEqual([
    ['SUPPRESSED', 'The customer switched this topic off.'],
    ['SENT', null],
  ]);
});

test('the preference matrix has every topic, and its mandatory cells stay on', async () => {
  const shop = await aShop(house);
  const ada = await aCustomerOf(shop);

  const refused = await choose(ada, [
    { topic: 'ORDER_FAILED', channel: 'EMAIL', isEnabled: false },
    { topic: 'ORDER_CONFIRMED', channel: 'EMAIL', isEnabled: false },
  ]);
  const twice = await choose(ada, [
    { topic: 'ORDER_FAILED', channel: 'EMAIL', isEnabled: false },
    { topic: 'ORDER_FAILED', channel: 'EMAIL', isEnabled: true },
  ]);

  expect(refused).toEqual({
    customer: null,
    userErrors: [{ code: 'MANDATORY', field: ['preferences', '1', 'isEnabled'] }],
  });
  expect(twice.userErrors).toEqual([{ code: 'INVALID', field: ['preferences'] }]);
  const cells = (await customerAs(ada, ada.customerId))?.notificationPreferences;
  const mails = cells?.filter(({ channel }) => channel === 'EMAIL');
  expect(cells?.filter(({ isMandatory }) => isMandatory).every(({ channel }) => channel === 'EMAIL')).toBe(true);
  expect(mails?.map(({ topic, isEnabled, isMandatory }) => `${topic} ${isEnabled} ${isMandatory}`)).toEqual([
    'ORDER_CONFIRMED true true',
    'ORDER_CANCELLED true true',
    'ORDER_FAILED true false',
    'PAYMENT_FAILED true false',
    'REFUND_ISSUED true true',
    'SHIPMENT_DISPATCHED true false',
    'SHIPMENT_ARRIVING true false',
    'SHIPMENT_DELIVERED true false',
    'SHIPMENT_DELAYED true false',
    'POINTS_EARNED true false',
    'POINTS_CORRECTED true false',
    'POINTS_EXPIRING true false',
    'TIER_CHANGED true false',
  ]);
});

test('preferences are published when they change, and only then', async () => {
  const shop = await aShop(house);
  const ada = await aCustomerOf(shop);
  const off = [{ topic: 'PAYMENT_FAILED', channel: 'EMAIL', isEnabled: false }];
  const on = [{ topic: 'ORDER_FAILED', channel: 'EMAIL', isEnabled: true }];

  for (const choices of [on, off, off]) await choose(ada, choices);

  const { runtime } = house.subgraph('notifications');
  const events = await runtime.crossTenant(
    `select payload from notifications.outbox where type = 'NotificationPreferencesChanged' and tenant_id = $1`,
    [shop.tenantId],
  );
  expect(events).toEqual([
    { payload: { customerId: ada.customerId, enabled: [], disabled: ['PAYMENT_FAILED:EMAIL'] } },
  ]);
});

test('a customer reads their own inbox; other customers and guests read nothing', async () => {
  const shop = await aShop(house);
  const ada = await aCustomerOf(shop);
  const eve = await aCustomerOf(shop);
  const guest = aViewer({ tenantId: shop.tenantId, type: 'ANONYMOUS' });
  await shop.confirms(await shop.receivesOrder({ customerId: ada.customerId }));

  const own = await customerAs(ada, ada.customerId);
  const staff = await customerAs(shop.staff, ada.customerId);

  expect(own?.notifications).toMatchObject({ totalCount: 1, nodes: [{ subject: 'Your order 1001 at Corner Shop' }] });
  expect(staff?.notifications?.totalCount).toBe(1);
  for (const other of [eve, guest]) {
    expect(await customerAs(other, ada.customerId)).toEqual({ notificationPreferences: null, notifications: null });
  }
  const update = await house.execute(
    'notifications',
    guest,
    `mutation {
    notificationPreferencesUpdate(input: { preferences: [] }) { userErrors { code } } }`,
  );
  expect(update.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('what is for staff is refused to the customer it is about', async () => {
  const shop = await aShop(house);
  const ada = await aCustomerOf(shop);
  const order = await shop.receivesOrder({ customerId: ada.customerId });
  await shop.confirms(order);
  const [seen] = await shop.notifications(order.orderId);
  const byOrder = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { notifications { id } } } }';
  const asOrder = { r: [{ __typename: 'Order', id: encodeId('Order', order.orderId) }] };
  const recipients = `query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on Customer { notifications { nodes { recipient } } } } }`;
  const asCustomer = { r: [{ __typename: 'Customer', id: encodeId('Customer', ada.customerId) }] };

  expect(await ask(shop.staff, byOrder, asOrder)).toMatchObject({
    _entities: [{ notifications: expect.arrayContaining([{ id: seen?.id }]) }],
  });
  const refused = [
    await house.execute('notifications', ada, byOrder, asOrder),
    await house.execute('notifications', ada, recipients, asCustomer),
    await house.execute('notifications', ada, 'query ($id: ID!) { notification(id: $id) { id } }', { id: seen?.id }),
  ];
  for (const { errors } of refused) expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
});

test('another merchant finds, changes and resends nothing', async () => {
  const shop = await aShop(house);
  const rival = await aShop(house);
  const order = await shop.receivesOrder();
  await shop.confirms(order);
  const [seen] = await shop.notifications(order.orderId);
  const template = (await upsert(shop, {})).notificationTemplate;
  const variables = { n: seen?.id, t: template?.id, r: [{ __typename: 'Notification', id: seen?.id }] };

  const found = await ask(
    rival.staff,
    `query ($n: ID!, $t: ID!, $r: [_Any!]!) { notification(id: $n) { id } notificationTemplate(id: $t) { id }
       notificationTemplates { id } notifications(first: 5) { nodes { id } totalCount }
       _entities(representations: $r) { ... on Notification { subject } } }`,
    variables,
  );

  expect(found).toEqual({
    notification: null,
    notificationTemplate: null,
    notificationTemplates: [],
    notifications: { nodes: [], totalCount: 0 },
    _entities: [null],
  });
  expect(await rival.notifications(order.orderId)).toEqual([]);
  expect((await resend(rival, seen?.id ?? '')).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
});

test('the list narrows by each of its filters', async () => {
  const shop = await aShop(house);
  const ada = await aCustomerOf(shop);
  const order = await shop.receivesOrder({ customerId: ada.customerId });
  await shop.confirms(order);
  await shop.refunds(order, false);
  await shop.confirms(await shop.receivesOrder());
  await hasLeftTheQueue(shop, order.orderId);
  const count = async (where: object): Promise<number> => {
    const document = 'query ($where: NotificationWhereInput) { notifications(first: 5, where: $where) { totalCount } }';
    return (await ask<{ notifications: { totalCount: number } }>(shop.staff, document, { where })).notifications
      .totalCount;
  };
  const [first] = await shop.notifications(order.orderId);

  expect(await count({ channel: 'EMAIL' })).toBe(3);
  expect(await count({ channel: 'IN_APP' })).toBe(1);
  expect(await count({ ids: [first?.id] })).toBe(1);
  expect(await count({ topic: ['ORDER_CONFIRMED'], channel: 'EMAIL' })).toBe(2);
  expect(await count({ status: ['SUPPRESSED'] })).toBe(1);
  expect(await count({ customerId: encodeId('Customer', ada.customerId) })).toBe(3);
  expect(await count({ orderId: 'nonsense' })).toBe(0);
  expect(await count({ createdAt: { lt: '2020-01-01T00:00:00.000Z' } })).toBe(0);
  expect(await count({ createdAt: { gte: '2020-01-01T00:00:00.000Z' }, topic: ['REFUND_ISSUED'] })).toBe(1);
});

test('resending makes one more mail per key, and none for who does not want it', async () => {
  const shop = await aShop(house);
  const order = await shop.receivesOrder();
  await shop.confirms(order);
  const [sent] = await hasLeftTheQueue(shop, order.orderId);
  const imported = await shop.receivesOrder({ email: 'customer-1@example.invalid' });
  await shop.confirms(imported);
  const [suppressed] = await shop.notifications(imported.orderId);

  const first = await resend(shop, sent?.id ?? '', 'once more');
  const repeated = await resend(shop, sent?.id ?? '', 'once more');
  const reused = await resend(shop, suppressed?.id ?? '', 'once more');
  const unwanted = await resend(shop, suppressed?.id ?? '');

  expect(first).toEqual({ notification: { id: sent?.id }, userErrors: [] });
  expect(repeated).toEqual(first);
  expect(reused.userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }]);
  expect(unwanted).toEqual({ notification: null, userErrors: [{ code: 'SUPPRESSED', field: ['id'] }] });
  await hasLeftTheQueue(shop, order.orderId);
  const id = decodeId('Notification', sent?.id ?? '') ?? 'none';
  const files = await waitFor(async () => {
    const found = (await readdir(directory)).filter((file) => file.startsWith(id) && file.endsWith('.eml'));
    return found.length > 1 ? found.toSorted() : null;
  });
  expect(files).toEqual([`${id}-2.eml`, `${id}.eml`]);
});

test('a merchant’s own words are used in their language, and refused when they cannot work', async () => {
  const shop = await aShop(house, { languageCode: 'fr' });

  const saved = await upsert(shop, {
    languageCode: 'fr',
    subject: 'Commande {{order.number}}',
    body: 'Total {{ order.total }}',
  });
  const unknown = await upsert(shop, { languageCode: 'fr', body: '{{customer.name}}' });
  const wrongTopic = await upsert(shop, { languageCode: 'fr', subject: '{{refund.amount}}' });
  const unclosed = await upsert(shop, { languageCode: 'fr', body: '{{order.number' });
  const empty = await upsert(shop, { languageCode: 'fr', subject: ' ' });
  const noLanguage = await upsert(shop, { languageCode: 'en-12' });

  expect(saved.notificationTemplate).toMatchObject({ version: 1, languageCode: 'fr', updatedBy: { type: 'STAFF' } });
  expect(saved.notificationTemplate?.updatedBy.id).toBe(encodeId('StaffMember', shop.staff.actor.id ?? ''));
  expect(unknown).toEqual({ notificationTemplate: null, userErrors: [{ code: 'TEMPLATE_INVALID', field: ['body'] }] });
  expect(wrongTopic.userErrors).toEqual([{ code: 'TEMPLATE_INVALID', field: ['subject'] }]);
  expect(unclosed.userErrors).toEqual([{ code: 'TEMPLATE_INVALID', field: ['body'] }]);
  expect(empty.userErrors).toEqual([{ code: 'INVALID', field: ['subject'] }]);
  expect(noLanguage.userErrors).toEqual([{ code: 'INVALID', field: ['languageCode'] }]);
  const order = await shop.receivesOrder();
  await shop.confirms(order);
  const [seen] = await shop.notifications(order.orderId);
  expect(seen).toMatchObject({ subject: 'Commande 1001' });
  expect(seen?.body).toMatch(/^Total 23,90\s€$/);
});

test('a template changes only from the version that its writer saw', async () => {
  const shop = await aShop(house);

  const tooNew = await upsert(shop, { expectedVersion: 1 });
  const first = await upsert(shop, { expectedVersion: 0 });
  const same = await upsert(shop, { expectedVersion: 1 });
  const second = await upsert(shop, { expectedVersion: 1, subject: 'Two' });
  const stale = await upsert(shop, { expectedVersion: 1, subject: 'Three' });
  const unasked = await upsert(shop, { subject: 'Four' });

  expect(tooNew.userErrors).toEqual([{ code: 'VERSION_MISMATCH', field: ['expectedVersion'] }]);
  expect(first.notificationTemplate?.version).toBe(1);
  expect(same.notificationTemplate?.version).toBe(1);
  expect(second.notificationTemplate).toMatchObject({ id: first.notificationTemplate?.id, version: 2 });
  expect(stale.userErrors).toEqual([{ code: 'VERSION_MISMATCH', field: ['expectedVersion'] }]);
  expect(unasked.notificationTemplate?.version).toBe(3);
});

test('a preview shows the words with an order’s values, or an invented one’s, and what it cannot fill', async () => {
  const shop = await aShop(house);
  const order = await shop.receivesOrder({ title: '<b>Mug</b>' });
  const document = `query ($input: NotificationTemplateUpsertInput!, $orderId: ID) {
    notificationTemplatePreview(input: $input, orderId: $orderId) { subject body html unknownVariables } }`;
  const input = {
    topic: 'ORDER_CONFIRMED',
    channel: 'EMAIL',
    languageCode: 'en',
    subject: 'Order {{order.number}}',
    body: '{{order.lines}} {{refund.amount}}',
  };
  interface Preview {
    notificationTemplatePreview: { subject: string; body: string; html: string; unknownVariables: string[] };
  }

  const real = await ask<Preview>(shop.staff, document, { input, orderId: encodeId('Order', order.orderId) });
  const invented = await ask<Preview>(shop.staff, document, { input });
  const nowhere = await house.execute('notifications', shop.staff, document, {
    input,
    orderId: encodeId('Order', newId()),
  });

  expect(real.notificationTemplatePreview).toMatchObject({
    subject: 'Order 1001',
    unknownVariables: ['refund.amount'],
  });
  expect(real.notificationTemplatePreview.body).toBe('2 × <b>Mug</b>: €19.00 ');
  expect(real.notificationTemplatePreview.html).toContain('&lt;b&gt;Mug&lt;/b&gt;');
  expect(invented.notificationTemplatePreview.body).toContain('2 × Mug');
  expect(nowhere.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
});
