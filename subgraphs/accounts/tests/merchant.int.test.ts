import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allScopes, definition } from '../src/index.ts';
import { aMerchantInput, anOperator, anOwner, mutate, published } from './a-merchant.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

interface MerchantAnswer {
  merchant: { id: string; handle: string; status: string; version: number; [field: string]: unknown } | null;
}

const create = (viewer: Parameters<TestHouse['execute']>[1], input: object) =>
  mutate<MerchantAnswer>(
    house,
    viewer,
    'merchantCreate',
    input,
    'merchant { id handle status version currencyCodes returnWindowDays checkoutHoldSeconds taxRates { taxCode rate } }',
  );

const uuidOf = (opaque: string | undefined): string =>
  Buffer.from(opaque ?? '', 'base64url')
    .toString()
    .slice('Merchant:'.length);

test('an operator opens a merchant with its settings, built-in roles and first owner, and says so', async () => {
  const taxRates = [{ taxCode: 'standard', title: 'VAT 19 %', rate: '0.19' }];
  const input = aMerchantInput({ currencyCodes: ['USD'], taxRates });

  const { merchant, userErrors } = await create(anOperator(), input);

  expect(userErrors).toEqual([]);
  expect(merchant).toMatchObject({
    handle: input.handle,
    status: 'ACTIVE',
    version: 1,
    currencyCodes: ['EUR', 'USD'],
    returnWindowDays: 30,
    checkoutHoldSeconds: 600,
    taxRates: [{ taxCode: 'standard', rate: '0.19' }],
  });
  const tenantId = uuidOf(merchant?.id);
  const events = await published(house, tenantId);
  expect(events.map((event) => event.type)).toEqual([
    'MerchantCreated',
    'RoleChanged',
    'RoleChanged',
    'RoleChanged',
    'RoleChanged',
    'StaffMemberChanged',
  ]);
  expect(events[0]?.payload).toMatchObject({ merchantId: tenantId, taxRates, timeZone: 'Europe/Berlin' });
  expect(JSON.stringify(events)).not.toMatch(/ada@example\.com/i);
  const owner = expectData<{ staffMembers: unknown; roles: unknown }>(
    await house.execute(
      'accounts',
      aViewer({ tenantId, scopes: ['read_accounts'] }),
      '{ staffMembers(first: 5) { totalCount nodes { email name isActive roles { name isBuiltIn } } } roles { name } }',
    ),
  );
  expect(owner).toEqual({
    staffMembers: {
      totalCount: 1,
      nodes: [{ email: 'ada@example.com', name: 'ada', isActive: true, roles: [{ name: 'owner', isBuiltIn: true }] }],
    },
    roles: ['operations', 'owner', 'support', 'viewer'].map((name) => ({ name })),
  });
});

test('the email in an event opens with the person’s key', async () => {
  const owner = await anOwner(house, { ownerEmail: 'grace@example.com' });
  const tenantId = owner.tenantId ?? '';
  const event = (await published(house, tenantId)).find(({ type }) => type === 'StaffMemberChanged');

  const email = await house.command('accounts', tenantId, (tx) =>
    // The contract says that this field is sealed.
    tx.sealing.unseal<string>(tx.em, tenantId, event?.payload['email'] as Parameters<typeof tx.sealing.unseal>[2]),
  );

  expect(email).toBe('grace@example.com');
});

test('a repeated call answers with the same merchant, and refuses the key for another input', async () => {
  const operator = anOperator();
  const input = aMerchantInput();

  const first = await create(operator, input);
  const second = await create(operator, input);
  const other = await create(operator, { ...input, name: 'Another' });

  expect(second).toEqual(first);
  expect(other).toMatchObject({ merchant: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });
});

test('two operators who open one handle at once get one merchant', async () => {
  const handle = `race-${newId()}`;

  const answers = await Promise.all([
    create(anOperator(), aMerchantInput({ handle })),
    create(anOperator(), aMerchantInput({ handle })),
  ]);

  expect(answers.filter((answer) => answer.merchant !== null)).toHaveLength(1);
  expect(answers.flatMap((answer) => answer.userErrors)).toEqual([{ code: 'TAKEN', field: ['handle'] }]);
});

test('names every field that is wrong', async () => {
  const input = aMerchantInput({ handle: 'No Good', timeZone: 'Mars', ownerEmail: 'nobody' });

  const { merchant, userErrors } = await create(anOperator(), input);

  expect(merchant).toBeNull();
  expect(userErrors).toEqual(
    ['handle', 'timeZone', 'ownerEmail'].map((field) => ({ code: 'INVALID', field: [field] })),
  );
});

test('staff, even with every scope, cannot reach what is for operators', async () => {
  const owner = await anOwner(house);

  const result = await house.execute('accounts', owner, '{ merchants(first: 1) { nodes { id } } }');

  expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
});

test('operators page through all merchants, the newest first and each once', async () => {
  for (let count = 0; count < 3; count += 1) await anOwner(house);
  const page = async (args: string) =>
    expectData<{
      merchants: { nodes: { id: string }[]; totalCount: number; pageInfo: Record<string, string | boolean> };
    }>(
      await house.execute(
        'accounts',
        anOperator(),
        `{ merchants(${args}) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      ),
    ).merchants;

  const all = await page('first: 100');
  const first = await page('first: 2');
  const second = await page(`first: 2, after: "${first.pageInfo['endCursor']}"`);
  const back = await page(`last: 2, before: "${second.pageInfo['startCursor']}"`);

  expect(all.totalCount).toBe(all.nodes.length);
  expect(first.pageInfo['hasNextPage']).toBe(true);
  expect([...first.nodes, ...second.nodes]).toEqual(all.nodes.slice(0, 4));
  expect(back.nodes).toEqual(first.nodes);
});

const update = (viewer: Parameters<TestHouse['execute']>[1], input: object) =>
  mutate<MerchantAnswer>(
    house,
    viewer,
    'merchantUpdate',
    input,
    'merchant { id version name returnWindowDays currencyCodes }',
  );

test('a change keeps what it does not name, raises the version and carries all settings', async () => {
  const owner = await anOwner(house);

  const changed = await update(owner, { returnWindowDays: 14, currencyCodes: ['GBP'], expectedVersion: 1 });
  const stale = await update(owner, { name: 'Late', expectedVersion: 1 });
  const same = await update(owner, { returnWindowDays: 14 });

  expect(changed.merchant).toMatchObject({
    version: 2,
    name: 'Shop',
    returnWindowDays: 14,
    currencyCodes: ['EUR', 'GBP'],
  });
  expect(stale).toMatchObject({
    merchant: null,
    userErrors: [{ code: 'VERSION_MISMATCH', field: ['expectedVersion'] }],
  });
  expect(same.merchant?.version).toBe(2);
  const updates = (await published(house, owner.tenantId ?? '')).filter(({ type }) => type === 'MerchantUpdated');
  expect(updates.map(({ payload }) => payload)).toEqual([
    expect.objectContaining({ changedPaths: ['currencyCodes', 'returnWindowDays'], timeZone: 'Europe/Berlin' }),
  ]);
});

test('a change that breaks a limit is refused whole', async () => {
  const owner = await anOwner(house);

  const answer = await update(owner, { name: 'Kept out', checkoutHoldSeconds: 5 });
  const after = expectData(await house.execute('accounts', owner, '{ viewer { merchant { name version } } }'));

  expect(answer).toMatchObject({ merchant: null, userErrors: [{ code: 'INVALID', field: ['checkoutHoldSeconds'] }] });
  expect(after).toEqual({ viewer: { merchant: { name: 'Shop', version: 1 } } });
});

test('an operator suspends and reactivates a merchant, and each change is told once', async () => {
  const { tenantId } = await anOwner(house);
  const input = { id: encodeId('Merchant', tenantId ?? ''), reason: 'Unpaid invoice' };
  const set = (field: string, over: object = {}) =>
    mutate<MerchantAnswer>(house, anOperator(), field, { ...input, ...over }, 'merchant { status }');

  expect((await set('merchantSuspend')).merchant).toEqual({ status: 'SUSPENDED' });
  expect((await set('merchantSuspend')).merchant).toEqual({ status: 'SUSPENDED' });
  expect((await set('merchantReactivate')).merchant).toEqual({ status: 'ACTIVE' });
  expect((await set('merchantSuspend', { reason: ' ' })).userErrors).toEqual([{ code: 'INVALID', field: ['reason'] }]);
  for (const id of [encodeId('Merchant', newId()), 'nonsense']) {
    expect(await set('merchantSuspend', { id })).toEqual({
      merchant: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['id'] }],
    });
  }
  const changes = (await published(house, tenantId ?? '')).filter(({ type }) => type === 'MerchantStatusChanged');
  expect(changes.map(({ payload }) => [payload['before'], payload['after'], payload['reason']])).toEqual([
    ['ACTIVE', 'SUSPENDED', 'Unpaid invoice'],
    ['SUSPENDED', 'ACTIVE', 'Unpaid invoice'],
  ]);
});

const whoAmI = '{ viewer { type scopes merchant { handle } } }';

test('everybody with a token sees who they are, also a shopper and an operator', async () => {
  const owner = await anOwner(house, { handle: 'who-am-i' });
  const ask = async (viewer: Parameters<TestHouse['execute']>[1]) =>
    expectData(await house.execute('accounts', viewer, whoAmI));
  const shopper = aViewer({ tenantId: owner.tenantId, type: 'ANONYMOUS' });

  expect(await ask(owner)).toEqual({ viewer: { type: 'STAFF', scopes: allScopes, merchant: { handle: 'who-am-i' } } });
  expect(await ask(shopper)).toEqual({ viewer: { type: 'ANONYMOUS', scopes: [], merchant: { handle: 'who-am-i' } } });
  expect(await ask(anOperator())).toEqual({ viewer: { type: 'PLATFORM_OPERATOR', scopes: [], merchant: null } });
});

test('a merchant referred to by another subgraph is found by its own tenant only', async () => {
  const owner = await anOwner(house, { handle: 'referred-to' });
  const query =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Merchant { handle } } }';
  const representations = [{ __typename: 'Merchant', id: encodeId('Merchant', owner.tenantId ?? '') }];

  const own = expectData(await house.execute('accounts', owner, query, { representations }));
  const foreign = expectData(await house.execute('accounts', await anOwner(house), query, { representations }));

  expect(own).toEqual({ _entities: [{ handle: 'referred-to' }] });
  expect(foreign).toEqual({ _entities: [null] });
});
