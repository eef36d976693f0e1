import { request } from 'node:http';
import { internalContextHeader } from '@ordergraph/identity';
import { aViewer, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSubgraph, type ServedSubgraph } from '../src/index.ts';
import { shelf, writer } from './shelf.ts';

let house: TestHouse;
let served: ServedSubgraph;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [shelf], isBackgroundOn: false });
  served = await serveSubgraph(house.subgraph('catalog'), { port: 0, hostname: '127.0.0.1' });
});
afterAll(async () => {
  await served.stop();
  await house.stop();
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function ask(method: string, path: string, body = '', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: served.port, host: '127.0.0.1', method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test.for(['/health', '/readyz'])('%s tells how far its messages have come', async (path) => {
  expect(await ask('GET', path)).toEqual({ status: 200, body: { isReady: true, unpublished: 0, parked: 0, dead: 0 } });
});

test('/livez answers without looking at anything', async () => {
  expect(await ask('GET', '/livez')).toEqual({ status: 200, body: { status: 'ok' } });
});

test('answers a signed operation and refuses an unsigned one', async () => {
  const body = { query: '{ products(first: 1) { nodes { id } } }', variables: {} };
  const context = house.contextSigner.sign({ viewer: aViewer(writer), subgraph: 'catalog', body });

  const signed = await ask('POST', '/graphql', JSON.stringify(body), { [internalContextHeader]: context });
  const unsigned = await ask('POST', '/graphql', JSON.stringify(body));

  expect(signed).toEqual({ status: 200, body: { data: { products: { nodes: [] } } } });
  expect(unsigned.body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test.for(['', '{', 'null', '[]', '"x"', '{"query": 1}', '{"variables": {}}'])(
  'a body that is no operation (%s) is refused',
  async (body) => {
    const answer = await ask('POST', '/graphql', body);

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ errors: [{ message: expect.stringContaining('no operation') }] });
  },
);

test('a body that is too large is refused, and said so', async () => {
  const answer = await ask('POST', '/graphql', 'x'.repeat(1_000_001));

  expect(answer.status).toBe(413);
});

test.for([
  ['GET', '/graphql'],
  ['POST', '/elsewhere'],
  ['GET', '/graphql/../livez/'],
] as const)('%s %s is not there', async ([method, path]) => {
  expect((await ask(method, path)).status).toBe(404);
});

test('a stopped server refuses and a database that is gone shows in its health', async () => {
  const other = await startTestHouse({ subgraphs: [shelf], isBackgroundOn: false });
  const subgraph = other.subgraph('catalog');
  const gone = await serveSubgraph(subgraph, { port: 0, hostname: '127.0.0.1' });
  await subgraph.stop();

  const health = await fetch(`http://127.0.0.1:${gone.port}/readyz`);
  const alive = await fetch(`http://127.0.0.1:${gone.port}/livez`);
  await gone.stop();

  expect(health.status).toBe(503);
  expect(alive.status).toBe(200);
  await other.database.drop();
});
