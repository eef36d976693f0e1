import { createTokenVerifier, generateSigningKey, publicJwksOf, type Viewer } from '@ordergraph/identity';
import { encodeId, serveSubgraph, type ServedSubgraph } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { anOperator, anOwner, mutate, published } from './a-merchant.ts';

const signingKey = generateSigningKey();
const issuer = 'https://accounts.example.test';
const audience = 'ordergraph';
const verifier = createTokenVerifier({ issuers: [{ issuer, audience, jwks: publicJwksOf(signingKey) }] });

let house: TestHouse;
let served: ServedSubgraph;
beforeAll(async () => {
  const settings = { TOKEN_SIGNING_KEY: JSON.stringify(signingKey), TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience };
  house = await startTestHouse({ subgraphs: [definition], settings });
  served = await serveSubgraph(house.subgraph('accounts'), { port: 0, hostname: '127.0.0.1' });
});
afterAll(async () => {
  await served.stop();
  await house.stop();
});

interface KeyAnswer {
  apiKey: { id: string; prefix: string; isActive: boolean; scopes: string[]; kind: string } | null;
  secret?: string | null;
}

const fields = 'apiKey { id prefix isActive scopes kind }';
const create = (viewer: Viewer, over: object = {}) =>
  mutate<KeyAnswer>(
    house,
    viewer,
    'apiKeyCreate',
    { name: 'Shipping app', kind: 'SECRET', scopes: ['read_orders', 'read_catalog'], idempotencyKey: newId(), ...over },
    `${fields} secret`,
  );
const rotate = (viewer: Viewer, input: object) =>
  mutate<KeyAnswer>(house, viewer, 'apiKeyRotate', { idempotencyKey: newId(), ...input }, `${fields} secret`);
const revoke = (viewer: Viewer, input: object) =>
  mutate<KeyAnswer>(house, viewer, 'apiKeyRevoke', { reason: 'Left the programme', ...input }, fields);

interface TokenAnswer {
  status: number;
  body: { access_token?: string; error?: string; scope?: string; expires_in?: number; token_type?: string };
  cacheControl: string | null;
}

async function exchange(secret: string | null | undefined, over: Record<string, string> = {}): Promise<TokenAnswer> {
  const clientId = (secret ?? '').split('_').slice(0, 2).join('_');
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret ?? '', ...over };
  const response = await fetch(`http://127.0.0.1:${served.port}/accounts/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  // The route answers with what RFC 6749 says.
  const body = (await response.json()) as TokenAnswer['body'];
  return { status: response.status, body, cacheControl: response.headers.get('cache-control') };
}

test('a secret is shown once, and kept nowhere', async () => {
  const owner = await anOwner(house);
  const idempotencyKey = newId();

  const first = await create(owner, { idempotencyKey });
  const second = await create(owner, { idempotencyKey });

  expect(first.secret).toMatch(/^og_[a-z0-9]{12}_/);
  expect(first.apiKey).toMatchObject({ isActive: true, kind: 'SECRET', scopes: ['read_catalog', 'read_orders'] });
  expect(first.secret?.startsWith(`${first.apiKey?.prefix}_`)).toBe(true);
  expect(second).toEqual({ ...first, secret: null });
  const stored = await house.command('accounts', owner.tenantId ?? '', (tx) =>
    tx.em.execute(
      'select row_to_json(k)::text from accounts.api_key k union all select row_to_json(i)::text from accounts.idempotency_key i union all select row_to_json(o)::text from accounts.outbox o',
    ),
  );
  expect(stored.length).toBeGreaterThan(2);
  expect(JSON.stringify(stored)).not.toContain(first.secret?.split('_').slice(2).join('_'));
});

test.each([
  ['a scope that the caller does not hold', { scopes: ['write_captures'] }, 'SCOPE_ESCALATION', 'scopes'],
  ['a scope that does not exist', { scopes: ['write_moon'] }, 'INVALID', 'scopes'],
  [
    'a scope that a message could only quote by half a character',
    { scopes: [`${'x'.repeat(59)}💥`] },
    'INVALID',
    'scopes',
  ],
  ['no scope', { scopes: [] }, 'INVALID', 'scopes'],
  ['an end in the past', { expiresAt: '2020-01-01T00:00:00.000Z' }, 'INVALID', 'expiresAt'],
  ['an empty name', { name: '' }, 'INVALID', 'name'],
])('refuses a key with %s', async (_name, over, code, field) => {
  const owner = await anOwner(house);
  const deputy = aViewer({ tenantId: owner.tenantId, scopes: ['write_accounts', 'read_orders', 'read_catalog'] });

  expect(await create(deputy, over)).toEqual({ apiKey: null, secret: null, userErrors: [{ code, field: [field] }] });
});

test('a secret key becomes a token of its merchant with its scopes, for ten minutes', async () => {
  const owner = await anOwner(house);
  const { secret, apiKey } = await create(owner);

  const { status, body, cacheControl } = await exchange(secret);

  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: 'read_catalog read_orders' });
  expect(cacheControl).toBe('no-store');
  const claims = await verifier.verify(body.access_token ?? '');
  expect(claims).toMatchObject({
    actorType: 'APP',
    merchants: [owner.tenantId],
    scopes: ['read_catalog', 'read_orders'],
  });
  expect(encodeId('ApiKey', claims.subject)).toBe(apiKey?.id);
  const used = expectData<{ apiKey: { lastUsedAt: string | null } }>(
    await house.execute('accounts', owner, 'query ($id: ID!) { apiKey(id: $id) { lastUsedAt } }', { id: apiKey?.id }),
  );
  expect(used.apiKey.lastUsedAt).not.toBeNull();
});

test('a publishable key becomes an anonymous token without scopes', async () => {
  const owner = await anOwner(house);
  const { secret, apiKey } = await create(owner, { kind: 'PUBLISHABLE', scopes: ['read_orders'] });

  const { body } = await exchange(secret);

  expect(apiKey?.scopes).toEqual([]);
  expect(await verifier.verify(body.access_token ?? '')).toMatchObject({
    actorType: 'ANONYMOUS',
    merchants: [owner.tenantId],
    scopes: [],
  });
});

test('a client may ask for fewer scopes, and not for others', async () => {
  const { secret } = await create(await anOwner(house));

  expect((await exchange(secret, { scope: 'read_orders' })).body.scope).toBe('read_orders');
  expect(await exchange(secret, { scope: 'read_orders write_orders' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_scope' },
  });
});

test('HTTP Basic names the client as well', async () => {
  const { secret, apiKey } = await create(await anOwner(house));
  const authorization = `Basic ${Buffer.from(`${apiKey?.prefix}:${secret}`).toString('base64')}`;

  const response = await fetch(`http://127.0.0.1:${served.port}/accounts/token`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });

  expect(response.status).toBe(200);
});

test('an unknown key, a wrong secret, a revoked key and a suspended merchant get one and the same answer', async () => {
  const owner = await anOwner(house);
  const { secret, apiKey } = await create(owner);
  const wrong = `${apiKey?.prefix}_${'x'.repeat(43)}`;
  const revoked = await create(owner);
  await revoke(owner, { id: revoked.apiKey?.id });
  const suspended = await anOwner(house);
  const ofSuspended = await create(suspended);
  await mutate(
    house,
    anOperator(),
    'merchantSuspend',
    { id: encodeId('Merchant', suspended.tenantId ?? ''), reason: 'Fraud' },
    'merchant { id }',
  );

  const answers = [
    await exchange(`og_unknownunkno_${'x'.repeat(43)}`),
    await exchange(wrong),
    await exchange(revoked.secret),
    await exchange(ofSuspended.secret),
    await exchange('nonsense'),
    await exchange(secret, { client_id: revoked.apiKey?.prefix ?? '' }),
  ];

  expect(answers[0]).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('after a rotation both secrets work until the overlap ends, and the old one alone ends', async () => {
  const owner = await anOwner(house);
  const { secret: old, apiKey } = await create(owner);

  const overlapping = await rotate(owner, { id: apiKey?.id });
  expect([(await exchange(old)).status, (await exchange(overlapping.secret)).status]).toEqual([200, 200]);

  const sudden = await rotate(owner, { id: apiKey?.id, overlapHours: 0 });
  const statuses = [old, overlapping.secret, sudden.secret].map(async (secret) => (await exchange(secret)).status);
  expect(await Promise.all(statuses)).toEqual([401, 401, 200]);
  expect(sudden.apiKey?.prefix).toBe(apiKey?.prefix);
  const changes = (await published(house, owner.tenantId ?? '')).filter(({ type }) => type === 'ApiKeyChanged');
  expect(changes.map(({ payload }) => payload['change'])).toEqual(['CREATED', 'ROTATED', 'ROTATED']);
});

test('a key whose time is over opens nothing, nor does an old secret after its overlap', async () => {
  const owner = await anOwner(house);
  const expired = await create(owner, { expiresAt: '2999-01-01T00:00:00.000Z' });
  const rotated = await create(owner);
  await rotate(owner, { id: rotated.apiKey?.id });
  expect((await exchange(expired.secret)).status).toBe(200);

  await house.command('accounts', owner.tenantId ?? '', (tx) =>
    tx.em.execute(`update accounts.api_key set expires_at = case when expires_at is null then null else now() end,
      previous_valid_until = case when previous_valid_until is null then null else now() end`),
  );

  expect((await exchange(expired.secret)).status).toBe(401);
  expect((await exchange(rotated.secret)).status).toBe(401);
  const query = 'query ($id: ID!) { apiKey(id: $id) { isActive } }';
  const read = await house.execute('accounts', owner, query, { id: expired.apiKey?.id });
  expect(expectData(read)).toEqual({ apiKey: { isActive: false } });
});

test('partners’ software rotates its own key once per idempotency key, and no key that may do more', async () => {
  const owner = await anOwner(house);
  const { apiKey } = await create(owner, { scopes: ['write_accounts', 'read_orders'] });
  const app = aViewer({ tenantId: owner.tenantId, type: 'APP', scopes: apiKey?.scopes ?? [] });
  const stronger = await create(owner, { scopes: ['write_refunds'] });
  const input = { id: apiKey?.id, idempotencyKey: newId() };

  const first = await rotate(app, input);
  const second = await rotate(app, input);
  const escalated = await rotate(app, { id: stronger.apiKey?.id });

  expect(first.secret).not.toBeNull();
  expect(second).toEqual({ ...first, secret: null });
  expect(escalated).toEqual({ apiKey: null, secret: null, userErrors: [{ code: 'SCOPE_ESCALATION', field: ['id'] }] });
});

test('what has ended cannot be rotated, and what does not exist is not found', async () => {
  const owner = await anOwner(house);
  const { apiKey } = await create(owner);
  const revoked = await revoke(owner, { id: apiKey?.id });
  const foreign = await anOwner(house);

  expect(revoked.apiKey?.isActive).toBe(false);
  expect((await revoke(owner, { id: apiKey?.id })).userErrors).toEqual([]);
  expect((await revoke(owner, { id: apiKey?.id, reason: '' })).userErrors).toEqual([
    { code: 'INVALID', field: ['reason'] },
  ]);
  expect((await rotate(owner, { id: apiKey?.id })).userErrors).toEqual([{ code: 'INVALID', field: ['id'] }]);
  expect((await rotate(owner, { id: apiKey?.id, overlapHours: -1 })).userErrors).toEqual([
    { code: 'INVALID', field: ['overlapHours'] },
  ]);
  expect((await rotate(foreign, { id: apiKey?.id })).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
  expect((await revoke(foreign, { id: apiKey?.id })).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
});

test('keys are listed, and software sees its own in viewer', async () => {
  const owner = await anOwner(house);
  const older = await create(owner, { name: 'Older' });
  const newer = await create(owner, { name: 'Newer' });
  const claims = await verifier.verify((await exchange(older.secret)).body.access_token ?? '');
  const app = aViewer({ tenantId: owner.tenantId, type: 'APP', id: claims.subject, scopes: claims.scopes });

  const list = expectData(
    await house.execute('accounts', owner, '{ apiKeys(first: 5) { totalCount nodes { id name } } }'),
  );
  const viewer = expectData(
    await house.execute('accounts', app, '{ viewer { type apiKey { id } staffMember { id } } }'),
  );

  expect(list).toEqual({
    apiKeys: {
      totalCount: 2,
      nodes: [
        { id: newer.apiKey?.id, name: 'Newer' },
        { id: older.apiKey?.id, name: 'Older' },
      ],
    },
  });
  expect(viewer).toEqual({ viewer: { type: 'APP', apiKey: { id: older.apiKey?.id }, staffMember: null } });
});

test('the role that looks over all merchants sees neither secrets nor people', async () => {
  const { runtime } = house.subgraph('accounts');

  for (const statement of ['select secret_hash from accounts.api_key', 'select email from accounts.staff_member']) {
    await expect(runtime.crossTenant(statement)).rejects.toThrow('permission denied');
  }
});
