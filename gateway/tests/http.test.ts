import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { aGateway, heldBack, listening } from './fixture-supergraph.ts';

const json = { 'content-type': 'application/json' };

function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}/graphql`, { method: 'POST', headers: { ...json, ...headers }, body });
}

test('tells that it is up, alive and ready, without a token', async () => {
  await using house = await aGateway();
  const url = await listening(house.gateway);

  for (const path of ['/health', '/livez', '/readyz', '/startupz']) {
    const response = await fetch(`${url}${path}`);
    expect([path, response.status]).toEqual([path, 200]);
  }
});

test('is alive but not ready while what it depends on is missing', async () => {
  await using house = await aGateway({ dependenciesReady: () => Promise.reject(new Error('no database')) });
  const url = await listening(house.gateway);

  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
});

test('says in a sentence where to go from an unknown path', async () => {
  await using house = await aGateway();
  const url = await listening(house.gateway);

  const response = await fetch(`${url}/grahpql`, { method: 'POST' });

  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    errors: [{ message: 'Nothing is served at POST /grahpql. Send operations by POST to /graphql.' }],
  });
});

test.each([
  ['a form’s content type', 'POST', { 'content-type': 'text/plain' }],
  ['no content type', 'POST', {}],
  ['a plain link', 'GET', {}],
])('refuses what a foreign page could send with %s', async (_what, method, headers) => {
  let calls = 0;
  await using house = await aGateway({ played: { seen: () => calls++ } });
  const url = await listening(house.gateway);
  const query = method === 'GET' ? `?query=${encodeURIComponent('{ warehouse }')}` : '';
  const body = method === 'GET' ? {} : { body: Buffer.from(JSON.stringify({ query: '{ warehouse }' })) };

  const response = await fetch(`${url}/graphql${query}`, { method, headers: { ...house.staff, ...headers }, ...body });

  expect(response.status).toBe(400);
  expect(calls).toBe(0);
});

test('lets browsers of the listed origins call, and in production no other', async () => {
  const allowedFor = async (production: boolean, origin: string) => {
    await using house = await aGateway({ production, corsOrigins: ['https://shop.example'] });
    const url = await listening(house.gateway);
    const response = await fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    return response.headers.get('access-control-allow-origin');
  };

  expect(await allowedFor(true, 'https://shop.example')).toBe('https://shop.example');
  expect(await allowedFor(true, 'http://localhost:5173')).toBeNull();
  expect(await allowedFor(true, 'https://shop.example.evil.example')).toBeNull();
  expect(await allowedFor(false, 'http://localhost:5173')).toBe('http://localhost:5173');
  expect(await allowedFor(false, 'https://evil.example')).toBeNull();
});

test('refuses a body that is too long, announced or not', async () => {
  await using house = await aGateway();
  const url = await listening(house.gateway);
  const long = JSON.stringify({ query: `{ warehouse } # ${'x'.repeat(100_000)}` });
  const streamed = new ReadableStream({
    start(controller) {
      for (let part = 0; part < 30; part++) controller.enqueue(Buffer.alloc(5_000, 'x'));
      controller.close();
    },
  });

  const announced = await post(url, long, house.staff);
  const unannounced = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...json, ...house.staff },
    body: streamed,
    duplex: 'half',
  });

  expect([announced.status, unannounced.status]).toEqual([413, 413]);
  expect(await announced.json()).toMatchObject({
    errors: [{ extensions: { code: 'BODY_LIMIT_EXCEEDED', limit: 100_000 } }],
  });
});

test.each([
  ['a batch', '[{"query":"{ warehouse }"}]'],
  ['what is no JSON', '{"query":'],
  ['a number', '7'],
  ['a query that is no text', '{"query":{"kind":"Document"}}'],
  ['variables that are no object', '{"query":"{ warehouse }","variables":[1]}'],
  ['nothing', ''],
  ['no query', '{}'],
])('refuses %s with a sentence', async (_what, body) => {
  await using house = await aGateway();
  const url = await listening(house.gateway);

  const response = await post(url, body, house.staff);

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
});

test('refuses variables nested as deep as a body can hold them, without falling over', async () => {
  await using house = await aGateway();
  const url = await listening(house.gateway);
  const deep = `${'['.repeat(45_000)}${']'.repeat(45_000)}`;

  const response = await post(
    url,
    `{"query":"query($where: JSON) { search(terms: [], where: $where) { id } }","variables":{"where":${deep}}}`,
    house.staff,
  );

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'VARIABLES_LIMIT_EXCEEDED' } }] });
});

test('serves the routes that it is given, and masks their failures', async () => {
  await using house = await aGateway({
    routes: [
      { method: 'POST', path: '/webhooks/*', handle: (request, response) => void response.end(request.url) },
      {
        method: 'GET',
        path: '/bad',
        handle: () => {
          throw new Error('select * from secrets');
        },
      },
    ],
  });
  const url = await listening(house.gateway);

  expect(await (await fetch(`${url}/webhooks/payments`, { method: 'POST' })).text()).toBe('/webhooks/payments');
  expect((await fetch(`${url}/webhooks/payments`)).status).toBe(404);
  const bad = await fetch(`${url}/bad`);
  expect(bad.status).toBe(500);
  expect(await bad.text()).not.toContain('secrets');
});

test('shows the explorer with everything it needs from this server, and the demo users', async () => {
  await using house = await aGateway({
    explorer: { tokens: () => [{ label: 'Ana </script>', token: 'demo-token' }], exampleQuery: '{ warehouse }' },
  });
  const url = await listening(house.gateway);

  const page = await (await fetch(`${url}/`)).text();
  const linked = [...page.matchAll(/(?:src|href|from)\s*=?\s*"([^"]+)"/g)].map(([, address]) => address ?? '');

  expect(page).toContain('demo-token');
  expect(page).toContain('{ warehouse }');
  expect(page).not.toContain('Ana </script>');
  expect(page).not.toMatch(/https?:\/\//);
  expect(linked.length).toBeGreaterThan(1);
  for (const address of linked) expect([address, (await fetch(new URL(address, url))).status]).toEqual([address, 200]);
});

test('shows no explorer and no schema in production', async () => {
  await using house = await aGateway({ production: true, explorer: { tokens: () => [] } });
  const url = await listening(house.gateway);

  expect((await fetch(`${url}/`)).status).toBe(404);
  const { result } = await house.gateway.execute({ query: '{ __schema { types { name } } }', headers: house.staff });
  expect(result.data).toBeUndefined();
  const misspelt = await house.gateway.execute({ query: '{ warehous }', headers: house.staff });
  expect(JSON.stringify(misspelt.result)).not.toMatch(/Did you mean|warehouse/);
});

test('says what to do when its port is taken', async () => {
  await using house = await aGateway();
  await using second = await aGateway();
  const port = Number(new URL(await listening(house.gateway)).port);

  await expect(second.gateway.listen(port)).rejects.toThrow(
    `Port ${port} is taken by another program. Stop that program, or choose another port: PORT=${port + 1}.`,
  );
});

test('finishes what is under way when it stops, and takes nothing new', async () => {
  const held = heldBack();
  const reached = Promise.withResolvers<void>();
  const house = await aGateway({ played: { slow: () => held.wait, seen: () => reached.resolve() } });
  const url = await listening(house.gateway);
  const underWay = post(url, JSON.stringify({ query: '{ slow }' }), house.staff);
  await reached.promise;

  const stopped = house.gateway.stop();
  await expect(fetch(`${url}/health`)).rejects.toThrow();
  held.release();

  expect(await (await underWay).json()).toMatchObject({ data: { slow: 'at last' } });
  await stopped;
});

test('tells load balancers before it stops listening', async () => {
  const house = await aGateway();
  const url = await listening(house.gateway);
  await fetch(`${url}/readyz`);

  const stopped = house.gateway.stop({ announceMs: 300 });
  const ready = await fetch(`${url}/readyz`);
  const asked = await post(url, JSON.stringify({ query: '{ warehouse }' }), house.staff);

  expect(ready.status).toBe(503);
  expect(asked.status).toBe(200);
  expect(asked.headers.get('connection')).toBe('close');
  await stopped;
});

test('cuts off, when it stops, a client that never finishes its request', async () => {
  const house = await aGateway();
  const { port } = new URL(await listening(house.gateway));
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
  const closed = once(socket, 'close');
  socket.on('error', () => {});

  await house.gateway.stop({ drainMs: 50 });

  await closed;
});
