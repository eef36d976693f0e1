import { once } from 'node:events';
import { createServer, request as ask, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { internalContextHeader } from '@ordergraph/identity';
import { subgraphNames } from '@ordergraph/schema';
import { afterEach, expect, test } from 'vitest';
import { loadDefinitions } from '../src/definitions.ts';
import { publicRoutes, routesElsewhere } from '../src/public-routes.ts';
import { freePort } from './host-process.ts';

const servers: Server[] = [];
const logged: string[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  logged.length = 0;
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening socket has a port.');
  return `http://127.0.0.1:${address.port}`;
}

/** A gateway's server with nothing but what it passes on to payments. */
const gatewayBefore = (paymentsUrl: string, patienceMs?: number): Promise<string> => {
  const log = (message: string): void => void logged.push(message);
  const routes = routesElsewhere(new Map([['payments', paymentsUrl]]), log, patienceMs);
  return serve((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0];
    const route = routes.find((one) => one.method === request.method && one.path === path);
    if (route) void route.handle(request, response);
    else response.writeHead(404).end();
  });
};

test('every route of a subgraph is one that a gateway without it passes on, and no other is', async () => {
  const definitions = await loadDefinitions(subgraphNames);
  const own = definitions.flatMap(({ name, routes = [] }) =>
    routes.map(({ method, path }) => ({ subgraph: name, method, path })),
  );

  const byPath = (one: { method: string; path: string }): string => `${one.path} ${one.method}`;
  expect(publicRoutes.map(byPath).toSorted()).toEqual(own.map(byPath).toSorted());
  expect(publicRoutes).toEqual(expect.arrayContaining(own));
});

test('a request arrives as it was sent, and its answer as it was given', async () => {
  const seen: { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders; body: string }[] =
    [];
  const payments = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(303, { location: '/shop/', 'content-encoding': 'gzip', 'x-kept': 'yes' });
    response.end(gzipSync('see there'));
  });
  const url = await gatewayBefore(`${payments}/graphql`);

  const answer = await fetch(`${url}/payments/sandbox/confirm?account=a&charge=b`, {
    method: 'POST',
    headers: {
      'content-type': 'text/plain',
      'webhook-signature': 'v1,abc',
      cookie: 'session=secret',
      [internalContextHeader]: 'forged',
    },
    body: 'answer=approve',
    redirect: 'manual',
  });

  expect(seen).toMatchObject([
    { method: 'POST', url: '/payments/sandbox/confirm?account=a&charge=b', body: 'answer=approve' },
  ]);
  expect(seen[0]?.headers).toMatchObject({ 'content-type': 'text/plain', 'webhook-signature': 'v1,abc' });
  expect(seen[0]?.headers['cookie']).toBeUndefined();
  expect(seen[0]?.headers[internalContextHeader]).toBeUndefined();
  expect([answer.status, answer.headers.get('location'), answer.headers.get('x-kept')]).toEqual([303, '/shop/', 'yes']);
  expect(await answer.text()).toBe('see there');
});

test('nothing else of a subgraph can be reached that way, its operations least of all', async () => {
  const asked: string[] = [];
  const payments = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  const url = await gatewayBefore(`${payments}/graphql`);

  for (const path of [
    '/graphql',
    '/health',
    '/payments/sandbox/confirm/../../../graphql',
    '/carriers/simulator/webhook',
  ])
    expect((await fetch(url + path, { method: 'POST', body: '{}' })).status).toBe(404);
  expect(asked).toEqual([]);
});

test('a subgraph may lie behind a path of its own', async () => {
  const payments = await serve((request, response) => response.end(request.url));
  const url = await gatewayBefore(`${payments}/mesh/payments/graphql`);

  const answer = await fetch(`${url}/payments/sandbox/confirm?account=a`);

  expect(await answer.text()).toBe('/mesh/payments/payments/sandbox/confirm?account=a');
});

test('a subgraph that does not answer is said, with when to ask again', async () => {
  const url = await gatewayBefore(`http://127.0.0.1:${await freePort()}/graphql`);

  const answer = await fetch(`${url}/payments/sandbox/confirm?account=a`);

  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toEqual({ message: 'payments does not answer. Ask again.' });
  expect(logged).toEqual(['GET /payments/sandbox/confirm could not be passed on to payments.']);
});

test('a body that is too large is refused before anybody is asked', async () => {
  const url = await gatewayBefore(`http://127.0.0.1:${await freePort()}/graphql`);

  const answer = await fetch(`${url}/payments/sandbox/webhook`, { method: 'POST', body: 'x'.repeat(1_000_001) });

  expect(answer.status).toBe(413);
});

test('what belongs to one connection alone is not passed on, nor what the connection says is', async () => {
  let seen: IncomingHttpHeaders = {};
  const payments = await serve((request, response) => {
    seen = request.headers;
    response.end('{}');
  });
  const url = await gatewayBefore(`${payments}/graphql`);

  // `fetch` sends no such headers.
  const asking = ask(`${url}/payments/sandbox/confirm`, {
    headers: { connection: 'close, x-hop', 'x-hop': 'mine', 'proxy-authorization': 'Basic abc', 'x-end': 'yours' },
  }).end();
  await once(asking, 'response');

  expect(seen['x-end']).toBe('yours');
  expect(seen['x-hop']).toBeUndefined();
  expect(seen['proxy-authorization']).toBeUndefined();
});

test('what is late may have been done, and that is said', async () => {
  const payments = await serve(() => {});
  const url = await gatewayBefore(`${payments}/graphql`, 50);

  const answer = await fetch(`${url}/payments/sandbox/confirm`, { method: 'POST', body: 'answer=approve' });

  expect(answer.status).toBe(504);
  expect(await answer.json()).toEqual({ message: 'payments has not answered in time. It may have done it.' });
});

test('what a client asked for that has gone is given up, and is no failure', async () => {
  const arrived = Promise.withResolvers<void>();
  const givenUp = Promise.withResolvers<void>();
  const payments = await serve((request) => {
    request.socket.once('close', () => givenUp.resolve());
    arrived.resolve();
  });
  // Longer than this test may last.
  const url = await gatewayBefore(`${payments}/graphql`, 300_000);

  const asking = ask(`${url}/payments/sandbox/confirm`).end();
  asking.on('error', () => {});
  await arrived.promise;
  asking.destroy();
  await givenUp.promise;

  expect(logged).toEqual([]);
});
