import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateSigningKey } from '@ordergraph/identity';
import { expect, test } from 'vitest';
import { readGatewayEnvironment } from '../src/environment.ts';
import { anExecutor, aSubgraphServer, heldBack, overHttp, supergraphSdl } from './fixture-supergraph.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** A supergraph file in a folder of its own. */
function aSupergraphFile(sdl = supergraphSdl): {
  file: string;
  write: (sdl: string) => void;
  [Symbol.dispose]: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, sdl);
  return {
    file,
    write: (changed) => writeFileSync(file, changed),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Runs the gateway as a process of its own; `url` is there once it says where it answers. */
function aProcess(environment: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => ({ code, signal }));
  let said = '';
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk: Buffer) => {
    const [, address] = /answers at (\S+)\/graphql/.exec(chunk.toString()) ?? [];
    if (address) resolve(address);
  });
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  void exited.then(() => reject(new Error(said)));
  url.catch(() => {});
  return {
    child,
    url,
    exited,
    said: () => said,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const ask = async (url: string, query: string): Promise<unknown> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
};

test('answers over any supergraph file, without a database and without a token, and ends on SIGTERM', async () => {
  using supergraph = aSupergraphFile();
  await using catalog = await aSubgraphServer(overHttp(anExecutor('catalog')));
  await using stock = await aSubgraphServer(overHttp(anExecutor('stock')));
  await using gateway = aProcess({
    SUPERGRAPH_FILE: supergraph.file,
    SUBGRAPH_URL_CATALOG: catalog.url,
    SUBGRAPH_URL_STOCK: stock.url,
  });
  const url = await gateway.url;

  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(await ask(url, '{ product(id: "1") { title onHand } }')).toEqual({
    data: { product: { title: 'Product 1', onHand: 7 } },
  });
  expect(await ask(url, '{ __schema { queryType { name } } }')).toEqual({
    data: { __schema: { queryType: { name: 'Query' } } },
  });

  gateway.child.kill('SIGTERM');
  expect(await gateway.exited).toEqual({ code: 0, signal: null });
});

test('asks subgraphs at the addresses of the supergraph, and takes a changed file while it runs', async () => {
  await using catalog = await aSubgraphServer(overHttp(anExecutor('catalog')));
  await using stock = await aSubgraphServer(overHttp(anExecutor('stock')));
  const addressed = supergraphSdl
    .replace('http://127.0.0.1:1/catalog', catalog.url)
    .replace('http://127.0.0.1:1/stock', stock.url);
  using supergraph = aSupergraphFile(addressed);
  await using gateway = aProcess({ SUPERGRAPH_FILE: supergraph.file });
  const url = await gateway.url;
  expect(await ask(url, '{ warehouse }')).toEqual({ data: { warehouse: 'Limerick' } });

  supergraph.write(addressed.replaceAll('warehouse', 'depot'));

  await expect.poll(() => ask(url, '{ depot }'), { timeout: 10_000 }).toMatchObject({ data: { depot: null } });
});

test('finishes what is under way on the first signal, and exits at once on the second', async () => {
  const held = heldBack();
  const reached = Promise.withResolvers<void>();
  const run = anExecutor('catalog', { played: { slow: () => held.wait, seen: () => reached.resolve() } });
  await using catalog = await aSubgraphServer(overHttp(run));
  using supergraph = aSupergraphFile();
  await using gateway = aProcess({ SUPERGRAPH_FILE: supergraph.file, SUBGRAPH_URL_CATALOG: catalog.url });
  const url = await gateway.url;
  const underWay = ask(url, 'mutation { slowRename }').catch(() => 'cut off');
  await reached.promise;

  gateway.child.kill('SIGTERM');
  await expect
    .poll(() =>
      fetch(`${url}/health`).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed');
  gateway.child.kill('SIGTERM');

  expect(await gateway.exited).toEqual({ code: 1, signal: null });
  expect(await underWay).toBe('cut off');
  held.release();
});

test('says what to do when its supergraph cannot be read, or gives no address', async () => {
  await using missing = aProcess({ SUPERGRAPH_FILE: '/nowhere/supergraph.graphql' });
  using noAddress = aSupergraphFile(supergraphSdl.replace('http://127.0.0.1:1/stock', ''));
  await using nowhere = aProcess({ SUPERGRAPH_FILE: noAddress.file });

  expect((await missing.exited).code).toBe(1);
  expect(missing.said()).toBe(
    'The supergraph file /nowhere/supergraph.graphql cannot be read. Name a composed supergraph, for example SUPERGRAPH_FILE=schema/supergraph.graphql.\n',
  );
  expect((await nowhere.exited).code).toBe(1);
  expect(nowhere.said()).toContain('Set SUBGRAPH_URL_STOCK');
});

test('ends with a sentence when its port is taken', async () => {
  using supergraph = aSupergraphFile();
  await using first = aProcess({ SUPERGRAPH_FILE: supergraph.file });
  const { port } = new URL(await first.url);
  await using second = aProcess({ SUPERGRAPH_FILE: supergraph.file, PORT: port });

  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.said()).toContain(`Port ${port} is taken by another program.`);
});

test('does not start in production where it would serve anybody, or any document', () => {
  const production = { NODE_ENV: 'production', TRUSTED_DOCUMENTS_DIR: 'schema/operations' };
  const identity = {
    JWKS_URL: 'https://sign-in.example/jwks',
    TOKEN_ISSUER: 'https://sign-in.example',
    TOKEN_AUDIENCE: 'ordergraph',
  };

  expect(() => readGatewayEnvironment(production)).toThrow(/Set JWKS_URL/);
  expect(() => readGatewayEnvironment({ ...identity, NODE_ENV: 'production' })).toThrow(/TRUSTED_DOCUMENTS_DIR/);
  expect(() => readGatewayEnvironment({ JWKS_URL: identity.JWKS_URL })).toThrow(/belong together/);
  expect(() => readGatewayEnvironment({ PORT: 'http' })).toThrow(/PORT is "http"/);
  expect(() => readGatewayEnvironment({ CONTEXT_SIGNING_KEY: '{"kty":"RSA"}' })).toThrow(/CONTEXT_SIGNING_KEY/);
  expect(
    readGatewayEnvironment({ ...production, ...identity, CONTEXT_SIGNING_KEY: JSON.stringify(generateSigningKey()) }),
  ).toMatchObject({
    production: true,
    trustedDocuments: { mode: 'only' },
  });
});
