import { expect, test } from 'vitest';
import {
  createContextSigner,
  createContextVerifier,
  generateSigningKey,
  publicJwksOf,
  type Viewer,
} from '../src/index.ts';

const key = generateSigningKey();
const viewer: Viewer = {
  tenantId: '0193a1b2-0000-7000-8000-000000000001',
  actor: { type: 'STAFF', id: '0193a1b2-0000-7000-8000-0000000000aa', name: 'Ana' },
  scopes: ['read_orders'],
  requestId: 'request-1',
};
const body = { query: 'query($id: ID!) { order(id: $id) { number } }', variables: { id: 'T3JkZXI' } };
const signer = createContextSigner(key);
const verifier = createContextVerifier(publicJwksOf(key));

test('tells the subgraph who asks', () => {
  const token = signer.sign({ viewer, subgraph: 'orders', body });

  expect(verifier.verify(token, { subgraph: 'orders', body })).toEqual(viewer);
});

test('treats absent, null and empty variables as the same', () => {
  const token = signer.sign({ viewer, subgraph: 'orders', body: { query: '{ a }' } });

  expect(verifier.verify(token, { subgraph: 'orders', body: { query: '{ a }', variables: {} } })).toEqual(viewer);
  expect(verifier.verify(token, { subgraph: 'orders', body: { query: '{ a }', variables: null } })).toEqual(viewer);
});

test('survives the way of the variables over the wire', () => {
  const variables = { z: 1.5, a: [null, { '10': 'x', '2': 'é' }], gone: undefined };
  const token = signer.sign({ viewer, subgraph: 'orders', body: { query: '{ a }', variables } });
  const received: Record<string, unknown> = JSON.parse(JSON.stringify(variables));

  expect(verifier.verify(token, { subgraph: 'orders', body: { query: '{ a }', variables: received } })).toEqual(viewer);
});

test.each([undefined, '', 'nonsense', 'a.b.c', 'a.b'])('refuses %j in place of a context', (token) => {
  expect(() => verifier.verify(token, { subgraph: 'orders', body })).toThrow(/internal context was refused/);
});

test('refuses an unsigned context, whatever its header claims', () => {
  const [header, payload, signature] = signer.sign({ viewer, subgraph: 'orders', body }).split('.');
  const none = Buffer.from('{"alg":"none","typ":"ordergraph-context+jwt"}').toString('base64url');
  const symmetric = Buffer.from('{"alg":"HS256","typ":"ordergraph-context+jwt"}').toString('base64url');

  for (const forged of [
    `${none}.${payload}.`,
    `${none}.${payload}.${signature}`,
    `${symmetric}.${payload}.${signature}`,
    `${header}.${payload}.`,
  ])
    expect(() => verifier.verify(forged, { subgraph: 'orders', body })).toThrow(/refused/);
});

test('refuses a changed payload', () => {
  const [header, payload = '', signature] = signer.sign({ viewer, subgraph: 'orders', body }).split('.');
  const changed = Buffer.from(payload, 'base64url').toString().replace('STAFF', 'APP');

  const forged = `${header}.${Buffer.from(changed).toString('base64url')}.${signature}`;

  expect(() => verifier.verify(forged, { subgraph: 'orders', body })).toThrow(/signature does not fit/);
});

test('refuses the signature of a key that it does not know', () => {
  const token = createContextSigner(generateSigningKey()).sign({ viewer, subgraph: 'orders', body });

  expect(() => verifier.verify(token, { subgraph: 'orders', body })).toThrow(/key is unknown/);
});

test('refuses a context older than half a minute, and one from the future', () => {
  const at = (ms: number) => createContextVerifier(publicJwksOf(key), () => ms);
  const token = createContextSigner(key, () => 1_000_000_000_000).sign({ viewer, subgraph: 'orders', body });

  expect(at(1_000_000_030_000).verify(token, { subgraph: 'orders', body })).toEqual(viewer);
  expect(() => at(1_000_000_036_000).verify(token, { subgraph: 'orders', body })).toThrow(/expired/);
  expect(() => at(999_999_990_000).verify(token, { subgraph: 'orders', body })).toThrow(/future/);
});

test('refuses a context that was signed for another subgraph', () => {
  const token = signer.sign({ viewer, subgraph: 'catalog', body });

  expect(() => verifier.verify(token, { subgraph: 'orders', body })).toThrow(/another subgraph/);
});

test('refuses a context that was signed for another operation or for other variables', () => {
  const token = signer.sign({ viewer, subgraph: 'orders', body });

  for (const other of [
    { ...body, query: '{ orders { number } }' },
    { ...body, variables: { id: 'T3JkZXIy' } },
    { query: body.query },
  ])
    expect(() => verifier.verify(token, { subgraph: 'orders', body: other })).toThrow(/another operation/);
});

test('accepts the old and the new key while keys rotate', () => {
  const newer = generateSigningKey();
  const both = createContextVerifier(publicJwksOf(key, newer));

  for (const signedBy of [key, newer]) {
    const token = createContextSigner(signedBy).sign({ viewer, subgraph: 'orders', body });
    expect(both.verify(token, { subgraph: 'orders', body })).toEqual(viewer);
  }
});

test('signs within a fraction of a millisecond', () => {
  const millisecondsFor = (work: () => void): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const samples = Array.from({ length: 300 }, () =>
    millisecondsFor(() => signer.sign({ viewer, subgraph: 'orders', body })),
  );

  // The median: a busy machine delays single signatures, which says nothing about the cost of signing.
  const median = samples.sort((a, b) => a - b)[150];
  expect(median).toBeLessThan(1);
});

test('knows its own contexts without the signature, once each, and checks all else about them', () => {
  const inProcess = createContextVerifier(publicJwksOf(generateSigningKey()), Date.now, signer);
  const sign = () => signer.sign({ viewer, subgraph: 'orders', body });
  const token = sign();

  expect(inProcess.verify(token, { subgraph: 'orders', body })).toEqual(viewer);
  expect(() => inProcess.verify(token, { subgraph: 'orders', body })).toThrow(/key is unknown/);
  expect(() => inProcess.verify(sign(), { subgraph: 'catalog', body })).toThrow(/another subgraph/);
  expect(() => inProcess.verify(sign(), { subgraph: 'orders', body: { query: '{ a }' } })).toThrow(/another operation/);
  const [header, payload] = sign().split('.');
  expect(() => inProcess.verify(`${header}.${payload}.AAAA`, { subgraph: 'orders', body })).toThrow(/refused/);
});
