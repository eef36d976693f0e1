import { createContextSigner, createContextVerifier, deadlineHeader, publicJwksOf } from '@ordergraph/identity';
import { expect, test } from 'vitest';
import { createHttpClient, createInProcessClient } from '../src/index.ts';
import {
  aGateway,
  acme,
  anExecutor,
  aSubgraphServer,
  heldBack,
  listening,
  overHttp,
  type SubgraphName,
} from './fixture-supergraph.ts';

const productPage = '{ product(id: "1") { title onHand label } warehouse }';

/** A gateway whose catalog is in process and whose stock is wherever the test says. */
const aGatewayWithStockAt = (url: string, deadlines = { queryMs: 300, mutationMs: 600 }) =>
  aGateway({
    subgraphClient: (name) =>
      name === 'stock'
        ? createHttpClient({ name, url, deadlines })
        : createInProcessClient({ name, execute: anExecutor('catalog') }),
  });

test('answers from two subgraphs through a real connection', async () => {
  await using house = await aGateway();
  const url = await listening(house.gateway);

  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...house.staff },
    body: JSON.stringify({ query: productPage }),
  });

  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    data: { product: { title: 'Product 1', onHand: 7 }, warehouse: 'Limerick' },
  });
});

test('answers queries by GET, and refuses mutations there', async () => {
  await using house = await aGateway();
  const url = await listening(house.gateway);
  const ask = (query: string) =>
    fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'apollo-require-preflight': 'yes', ...house.staff },
    });

  expect(await (await ask('{ warehouse }')).json()).toMatchObject({ data: { warehouse: 'Limerick' } });
  expect((await ask('mutation { slowRename }')).status).toBe(405);
});

test('tells a subgraph over HTTP who asks, signed for it and for this operation, and how long it waits', async () => {
  const headersSeen: Record<string, unknown>[] = [];
  await using house = await aGateway();
  const verifier = createContextVerifier(publicJwksOf(house.gatewayKey));
  await using stock = await aSubgraphServer(async (request) => {
    headersSeen.push(request.headers);
    return overHttp(anExecutor('stock', { verifier }))(request);
  });
  await using gateway = await aGateway({
    contextSigner: createContextSigner(house.gatewayKey),
    subgraphClient: (name) =>
      name === 'stock'
        ? createHttpClient({ name, url: stock.url })
        : createInProcessClient({ name, execute: anExecutor('catalog') }),
  });

  const { result } = await gateway.gateway.execute({
    query: productPage,
    headers: {
      ...gateway.staff,
      'x-ordergraph-context': 'forged',
      'x-internal-tenant': acme,
      'x-request-id': 'request-0001',
    },
  });

  expect(result.errors).toBeUndefined();
  expect(result.data).toEqual({ product: { title: 'Product 1', onHand: 7, label: 'Shelf 1' }, warehouse: 'Limerick' });
  expect(headersSeen).not.toHaveLength(0);
  for (const headers of headersSeen) {
    expect(headers['x-request-id']).toBe('request-0001');
    expect(Number(headers[deadlineHeader])).toBeGreaterThan(0);
    expect(headers).not.toHaveProperty('x-internal-tenant');
    expect(headers).not.toHaveProperty('authorization');
  }
});

test('nulls only the fields of a subgraph that is down, and names each of them', async () => {
  await using gone = await aSubgraphServer(async () => ({ status: 200, body: '{}' }));
  await gone[Symbol.asyncDispose]();
  await using house = await aGatewayWithStockAt(gone.url);

  const { status, result } = await house.gateway.execute({ query: productPage, headers: house.staff });

  expect(status).toBe(200);
  expect(result.data).toEqual({ product: { title: 'Product 1', onHand: null, label: null }, warehouse: null });
  expect(
    result.errors
      ?.map(({ path, extensions }) => [path?.join('.'), extensions?.['code'], extensions?.['subgraph']])
      .sort(),
  ).toEqual([
    ['product.label', 'SUBGRAPH_UNAVAILABLE', 'stock'],
    ['product.onHand', 'SUBGRAPH_UNAVAILABLE', 'stock'],
    ['warehouse', 'SUBGRAPH_UNAVAILABLE', 'stock'],
  ]);
});

test.each([
  ['garbage', { status: 200, body: '<html>It works!</html>' }],
  ['JSON that is no answer', { status: 200, body: '{"hello":1}' }],
  ['an error page', { status: 500, body: 'oops: select * from orders' }],
])('treats %s as an outage and repeats none of it', async (_what, answer) => {
  await using stock = await aSubgraphServer(async () => answer);
  await using house = await aGatewayWithStockAt(stock.url);

  const { result } = await house.gateway.execute({
    query: '{ warehouse product(id: "1") { title } }',
    headers: house.staff,
  });

  expect(result.data).toEqual({ warehouse: null, product: { title: 'Product 1' } });
  expect(result.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(JSON.stringify(result)).not.toMatch(/select|It works/);
});

test.each<['in process' | 'over HTTP']>([['in process'], ['over HTTP']])(
  'gives up on a slow subgraph %s at the deadline, and answers the rest',
  async (way) => {
    const held = heldBack();
    const execute = anExecutor('stock');
    const slowly = async (request: Parameters<typeof execute>[0]) => {
      await held.wait;
      return execute(request);
    };
    await using stock = await aSubgraphServer(overHttp(slowly));
    const deadlines = { queryMs: 100, mutationMs: 200 };
    await using house = await aGateway({
      subgraphClient: (name) => {
        if (name === 'catalog') return createInProcessClient({ name, execute: anExecutor('catalog') });
        return way === 'in process'
          ? createInProcessClient({ name, execute: slowly, deadlines })
          : createHttpClient({ name, url: stock.url, deadlines });
      },
    });

    const { result } = await house.gateway.execute({ query: productPage, headers: house.staff });

    held.release();
    expect(result.data).toEqual({ product: { title: 'Product 1', onHand: null, label: null }, warehouse: null });
    expect(new Set(result.errors?.map(({ extensions }) => extensions?.['code']))).toEqual(
      new Set(['SUBGRAPH_UNAVAILABLE']),
    );
  },
);

test('asks a busy subgraph once more for a query, and never for a mutation', async () => {
  await using busy = await aSubgraphServer(async () => ({ status: 503, body: 'busy' }));
  const at = (name: SubgraphName) => (other: string) =>
    other === name
      ? createHttpClient({ name, url: busy.url })
      : createInProcessClient({ name: other, execute: anExecutor('stock') });
  await using house = await aGateway({ subgraphClient: at('catalog') });

  await house.gateway.execute({ query: '{ slow }', headers: house.staff });
  expect(busy.calls()).toBe(2);

  await house.gateway.execute({ query: 'mutation { slowRename }', headers: house.staff });
  expect(busy.calls()).toBe(3);
});

test('repeats at most one in ten while a subgraph is busy, and then gives it a rest', async () => {
  await using busy = await aSubgraphServer(async () => ({ status: 503, body: 'busy' }));
  await using house = await aGatewayWithStockAt(busy.url);

  for (let asked = 0; asked < 60; asked++)
    await house.gateway.execute({ query: '{ warehouse }', headers: house.staff });

  // Twenty calls of which one in ten was repeated, and the first repeat that is always at hand.
  expect(busy.calls()).toBeGreaterThanOrEqual(20);
  expect(busy.calls()).toBeLessThanOrEqual(23);
});

test('lets a mutation run on when its client has gone, and drops a query', async () => {
  const aborted: Record<string, boolean> = {};
  const held = heldBack();
  const reached = Promise.withResolvers<void>();
  let waiting = 0;
  await using house = await aGateway({
    played: {
      slow: () => held.wait,
      seen: ({ query, signal }) => {
        const kind = query.startsWith('mutation') ? 'mutation' : 'query';
        aborted[kind] = false;
        signal?.addEventListener('abort', () => (aborted[kind] = true));
        if (++waiting === 2) reached.resolve();
      },
    },
  });
  const url = await listening(house.gateway);
  const client = new AbortController();
  const ask = (query: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      signal: client.signal,
      headers: { 'content-type': 'application/json', ...house.staff },
      body: JSON.stringify({ query }),
    }).catch(() => {});
  const asked = [ask('{ slow }'), ask('mutation { slowRename }')];
  await reached.promise;

  client.abort();
  await Promise.all(asked);
  await expect.poll(() => aborted['query']).toBe(true);
  held.release();

  expect(aborted).toEqual({ query: true, mutation: false });
});
