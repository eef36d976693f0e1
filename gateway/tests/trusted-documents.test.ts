import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { aGateway } from './fixture-supergraph.ts';

const productPage = 'query ProductPage($id: ID!) {\n  product(id: $id) {\n    title\n  }\n}\n';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const variables = { id: '1' };

test('runs only registered documents in production, by their text however it is spaced, or by their hash', async () => {
  let calls = 0;
  await using house = await aGateway({
    production: true,
    trustedDocuments: { texts: [productPage], mode: 'only' },
    played: { seen: () => calls++ },
  });
  const ask = async (request: { query?: string; extensions?: Record<string, unknown> }) => {
    const { result } = await house.gateway.execute({ ...request, variables, headers: house.staff });
    return result.errors?.[0]?.extensions?.['code'] ?? result.data;
  };
  const data = { product: { title: 'Product 1' } };

  expect(await ask({ query: productPage })).toEqual(data);
  expect(await ask({ query: 'query ProductPage($id: ID!) { product(id: $id) { title } }' })).toEqual(data);
  expect(await ask({ extensions: persisted(hashOf(productPage)) })).toEqual(data);
  expect(calls).toBe(3);

  expect(await ask({ query: '{ warehouse }' })).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await ask({ query: 'query ProductPage($id: ID!) { product(id: $id) { title id } }' })).toBe(
    'PERSISTED_QUERY_NOT_FOUND',
  );
  expect(await ask({ extensions: persisted(hashOf('{ warehouse }')) })).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await ask({ query: '{ __typename }' })).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(await ask({ query: '"' })).toBe('PERSISTED_QUERY_NOT_FOUND');
  expect(calls).toBe(3);
});

test('runs the registered document when a text comes with a hash that does not belong to it', async () => {
  await using house = await aGateway({ production: true, trustedDocuments: { texts: [productPage], mode: 'only' } });

  const { result } = await house.gateway.execute({
    query: '{ warehouse }',
    extensions: persisted(hashOf(productPage)),
    variables,
    headers: house.staff,
  });

  expect(result.data).toEqual({ product: { title: 'Product 1' } });
});

test('runs any text outside of production, and says how to go on when a hash is unknown', async () => {
  await using house = await aGateway({ trustedDocuments: { texts: [productPage], mode: 'known' } });

  const byHash = await house.gateway.execute({
    extensions: persisted(hashOf(productPage)),
    variables,
    headers: house.staff,
  });
  const unknown = await house.gateway.execute({ extensions: persisted(hashOf('other')), headers: house.staff });
  const both = await house.gateway.execute({
    query: '{ warehouse }',
    extensions: persisted(hashOf('{ warehouse }')),
    headers: house.staff,
  });

  expect(byHash.result.data).toEqual({ product: { title: 'Product 1' } });
  expect(unknown.result.errors?.[0]).toMatchObject({
    message: /* an instruction */ expect.stringContaining('Send the text'),
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
  });
  expect(both.result.data).toEqual({ warehouse: 'Limerick' });
});
