import { createContextSigner, createTokenIssuer, generateSigningKey } from '@ordergraph/identity';
import { expect, test } from 'vitest';
import type { Log } from '../src/index.ts';
import { acme, aGateway, anExecutor, bolt, listening, stranger } from './fixture-supergraph.ts';

const whoAmI = '{ whoAmI }';

async function askedBy(house: Awaited<ReturnType<typeof aGateway>>, headers: Record<string, string>) {
  const { status, result } = await house.gateway.execute({ query: whoAmI, headers });
  const told = result.data?.['whoAmI'];
  return {
    status,
    code: result.errors?.[0]?.extensions?.['code'],
    message: result.errors?.[0]?.message,
    viewer: typeof told === 'string' ? JSON.parse(told) : told,
  };
}

test('tells subgraphs who asks, for which merchant, with which scopes', async () => {
  await using house = await aGateway();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  const { viewer } = await askedBy(house, { ...house.staff, 'x-request-id': 'request-0001', traceparent });

  expect(viewer).toEqual({
    tenantId: acme,
    actor: { type: 'STAFF', id: '0193a1b2-0000-7000-8000-0000000000aa' },
    scopes: ['read_orders'],
    requestId: 'request-0001',
    traceparent,
  });
});

test('lets the header choose among the merchants of the token', async () => {
  await using house = await aGateway();
  const authorization = `Bearer ${house.tokenOf('STAFF', [acme, bolt])}`;

  expect((await askedBy(house, { authorization, 'X-Tenant-ID': bolt })).viewer.tenantId).toBe(bolt);
  expect(await askedBy(house, { authorization })).toMatchObject({
    status: 400,
    code: 'BAD_USER_INPUT',
    message: /* says what to send */ expect.stringContaining('X-Tenant-ID'),
  });
});

test('gives a platform operator no merchant, and a guest no identity', async () => {
  await using house = await aGateway();

  const operator = await askedBy(house, { authorization: `Bearer ${house.tokenOf('PLATFORM_OPERATOR', [acme])}` });
  const guest = await askedBy(house, { authorization: `Bearer ${house.tokenOf('ANONYMOUS', [acme])}` });

  expect(operator.viewer).toMatchObject({ tenantId: null, actor: { type: 'PLATFORM_OPERATOR' } });
  expect(guest.viewer).toMatchObject({ tenantId: acme, actor: { type: 'ANONYMOUS', id: null } });
});

test('refuses a foreign merchant before any subgraph is called, counts it and logs it without saying who', async () => {
  const lines: string[] = [];
  const log: Log = {
    info: () => {},
    error: () => {},
    warn: (event, fields) => lines.push(JSON.stringify({ event, ...fields })),
  };
  let calls = 0;
  await using house = await aGateway({ log, played: { seen: () => calls++ } });

  const refused = await askedBy(house, { ...house.staff, 'x-tenant-id': stranger });

  expect(refused).toMatchObject({ status: 403, code: 'TENANT_MISMATCH', viewer: undefined });
  expect(calls).toBe(0);
  expect(house.gateway.refusals().get('TENANT_MISMATCH')).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('tenant mismatch');
  expect(lines[0]).not.toContain(stranger);
});

test.each([
  ['no token', {}],
  ['another scheme', { authorization: 'Basic YW5hOmFuYQ==' }],
  ['a token that is none', { authorization: 'Bearer nonsense' }],
  ['an empty token', { authorization: 'Bearer ' }],
])('refuses %s', async (_what, headers) => {
  let calls = 0;
  await using house = await aGateway({ played: { seen: () => calls++ } });

  expect(await askedBy(house, headers)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(calls).toBe(0);
});

test('refuses the token of another issuer, audience or key', async () => {
  await using house = await aGateway();
  const key = generateSigningKey();
  const claims = { subject: acme, actorType: 'STAFF', merchants: [acme], scopes: [] } as const;
  const forged = [
    createTokenIssuer({ issuer: 'https://sign-in.example', audience: 'ordergraph', privateKeyJwk: key }),
    createTokenIssuer({ issuer: 'https://elsewhere.example', audience: 'ordergraph', privateKeyJwk: key }),
    createTokenIssuer({ issuer: 'https://sign-in.example', audience: 'another', privateKeyJwk: key }),
  ];

  for (const issuer of forged)
    expect(await askedBy(house, { authorization: `Bearer ${issuer.issue(claims, 60)}` })).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
});

test('does not take an internal context of the client for a token, nor pass it on', async () => {
  await using house = await aGateway();
  const body = { query: whoAmI, variables: {} };
  const viewer = { tenantId: bolt, actor: { type: 'STAFF', id: bolt }, scopes: [], requestId: 'r' } as const;
  const context = createContextSigner(house.gatewayKey).sign({ viewer, subgraph: 'catalog', body });

  expect(await askedBy(house, { authorization: `Bearer ${context}` })).toMatchObject({ status: 401 });
  expect((await askedBy(house, { ...house.staff, 'x-ordergraph-context': context })).viewer.tenantId).toBe(acme);
});

test('serves everybody anonymously without an issuer, and signs nothing', async () => {
  const contexts: string[] = [];
  const run = anExecutor('catalog', { played: { seen: ({ context }) => contexts.push(context) } });
  await using alone = await aGateway({ issuers: undefined, contextSigner: undefined, executors: { catalog: run } });

  const { status, result } = await alone.gateway.execute({ query: '{ product(id: "1") { title } }' });

  expect(status).toBe(200);
  expect(result.data).toEqual({ product: { title: 'Product 1' } });
  expect(contexts).toEqual(['']);
});

test('is refused by our own subgraphs when it signs nothing', async () => {
  await using alone = await aGateway({ issuers: undefined, contextSigner: undefined });

  const { result } = await alone.gateway.execute({ query: '{ product(id: "1") { title } }' });

  expect(result.data).toEqual({ product: null });
  expect(result.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
});

test('asks for a token in the words of HTTP', async () => {
  await using house = await aGateway();
  const url = await listening(house.gateway);

  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: whoAmI }),
  });

  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});
