import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acme, aLiveGateway, bob, until, type LiveGateway } from './live-gateway.ts';
import { rawSocket, refusedUpgrade } from './raw-socket.ts';

// Cases from the text of the protocol graphql-transport-ws, played without a client library.

let live: LiveGateway;
const liveLimits = { initWaitMs: 150, socketsPerPrincipal: 1_000 };
beforeAll(async () => {
  live = await aLiveGateway('in process', { liveLimits });
});
afterAll(() => live[Symbol.asyncDispose]());

const query = 'subscription { shipmentUpdated(shipmentId: "1") { shipment { version } } }';
const subscribe = (id: string, payload: Record<string, unknown> = { query }) => ({ id, type: 'subscribe', payload });
const open = (token: string | undefined = live.tokenOf()) => rawSocket(live.socketUrl, { token });

describe('a connection', () => {
  it('is acknowledged after connection_init', async () => {
    using socket = await rawSocket(live.socketUrl);
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${live.tokenOf()}` } });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
  });

  it('that speaks another subprotocol is closed with 4406', async () => {
    using socket = await rawSocket(live.socketUrl, { protocols: [] });
    expect(await socket.closed).toMatchObject({ code: 4406 });
  });

  it('that does not say who it is in time is closed with 4408', async () => {
    using socket = await rawSocket(live.socketUrl);
    expect(await socket.closed).toMatchObject({ code: 4408 });
  });

  it('that says it twice is closed with 4429', async () => {
    using socket = await open();
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toMatchObject({ code: 4429 });
  });

  it('whose token is not accepted is closed with 4403', async () => {
    using socket = await rawSocket(live.socketUrl);
    socket.send({ type: 'connection_init', payload: { authorization: 'Bearer nonsense' } });
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it('names its merchant by x-tenant-id, which grants nothing, and hears what HTTP says', async () => {
    using socket = await rawSocket(live.socketUrl);
    const authorization = `Bearer ${live.tokenOf()}`;
    socket.send({ type: 'connection_init', payload: { authorization, 'X-Tenant-ID': bob } });
    const headers = { authorization, 'x-tenant-id': bob };
    const { result } = await live.gateway.execute({ query: '{ currency }', variables: {}, headers });
    expect(result.errors?.[0]?.extensions).toEqual({ code: 'TENANT_MISMATCH' });
    expect(await socket.closed).toEqual({ code: 4403, reason: `TENANT_MISMATCH: ${result.errors?.[0]?.message}` });
  });

  it('of a token for several merchants hears that it has to name one', async () => {
    using socket = await rawSocket(live.socketUrl);
    const token = live.tokenOf({ merchants: Array.from({ length: 100 }, () => randomUUID()) });
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    const words = 'The token grants 100 merchants. Send the header X-Tenant-ID with the id of one of them.';
    expect(await socket.closed).toEqual({ code: 4403, reason: `BAD_USER_INPUT: ${words}` });
  });

  it('that subscribes before it is acknowledged is closed with 4401', async () => {
    using socket = await rawSocket(live.socketUrl);
    socket.send(subscribe('1'));
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  it.each([
    ['no JSON', '{"type": '],
    ['no object', '[]'],
    ['an unknown type', '{"type":"start"}'],
    ['a subscription without an id', '{"type":"subscribe","payload":{"query":"{ a }"}}'],
    ['a subscription without a query', '{"type":"subscribe","id":"1","payload":{}}'],
  ])('that sends %s is closed with 4400', async (_what, text) => {
    using socket = await open();
    socket.send(text);
    expect(await socket.closed).toMatchObject({ code: 4400 });
  });

  it('that sends bytes in place of text is closed with 4400', async () => {
    using socket = await open();
    socket.socket.send(Buffer.from('{"type":"ping"}'));
    expect(await socket.closed).toMatchObject({ code: 4400 });
  });

  it('that sends more than 64 KiB at once is closed with 1009', async () => {
    using socket = await open();
    socket.send(subscribe('1', { query: `${query} #${'x'.repeat(70_000)}` }));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  it('is answered pings with their payload', async () => {
    using socket = await open();
    socket.send({ type: 'ping', payload: { hello: 'there' } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { hello: 'there' } });
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    socket.send({ type: 'pong' });
    expect(await socket.pending()).toEqual([]);
  });
});

describe('an operation', () => {
  it('with the id of one that runs closes the socket with 4409', async () => {
    using socket = await open();
    socket.send(subscribe('1'));
    await socket.next();
    socket.send(subscribe('1'));
    expect(await socket.closed).toMatchObject({ code: 4409, reason: 'Subscriber for 1 already exists' });
  });

  it('may use an id again that has ended', async () => {
    using socket = await open();
    for (let turn = 0; turn < 2; turn++) {
      socket.send(subscribe('1', { query: 'subscription { counted(to: 1) }' }));
      expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: { data: { counted: 1 } } });
      expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    }
  });

  it('that the client completes sends nothing further', async () => {
    using socket = await open();
    socket.send(subscribe('1'));
    await socket.next();
    socket.send({ id: '1', type: 'complete' });
    await until('the stream is closed', () => live.world.streams.open === 0);
    live.world.move(acme, '1');
    expect(await socket.pending()).toEqual([]);
  });

  it('that is refused gets one error and no complete', async () => {
    using socket = await open();
    socket.send(subscribe('1', { query: 'subscription { nothing }' }));
    expect(await socket.next()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    expect(await socket.pending()).toEqual([]);
  });

  it('runs beside others on the same socket, each with its own id', async () => {
    using socket = await open();
    socket.send(subscribe('a', { query: 'subscription { counted(to: 1) }' }));
    socket.send(subscribe('b', { query: '{ order(id: "o1") { status } }' }));
    const messages = [await socket.next(), await socket.next(), await socket.next(), await socket.next()];
    expect(messages.filter(({ id }) => id === 'a')).toEqual([
      { id: 'a', type: 'next', payload: { data: { counted: 1 } } },
      { id: 'a', type: 'complete' },
    ]);
    expect(messages.filter(({ id }) => id === 'b')).toMatchObject([
      { id: 'b', type: 'next', payload: { data: { order: { status: 'NEW' } } } },
      { id: 'b', type: 'complete' },
    ]);
  });

  it('may be a query or a mutation, with the checks of HTTP', async () => {
    using socket = await open();
    socket.send(subscribe('1', { query: 'mutation { shipmentMove(shipmentId: "7") }' }));
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { shipmentMove: 2 } } });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    socket.send(subscribe('2', { query: '{ order(id: "o1") { nothing } }' }));
    expect(await socket.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
  });

  it('that fails inside a subgraph tells nothing of what is there', async () => {
    using socket = await open();
    socket.send(subscribe('1', { query: 'subscription { broken { cursor } }' }));
    const message = await socket.next();
    expect(message).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(JSON.stringify(message)).not.toContain('relation');
  });
});

describe('an upgrade', () => {
  it('is taken from pages of this machine and this origin, and from no foreign one', async () => {
    expect(await refusedUpgrade(live.socketUrl, { headers: { origin: 'https://evil.example' } })).toMatchObject({
      status: 403,
      body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    using own = await rawSocket(live.socketUrl, { ws: { headers: { origin: live.url } }, token: live.tokenOf() });
    expect(await own.pending()).toEqual([]);
  });

  it('is taken from listed pages, and in production from no page of this machine', async () => {
    await using production = await aLiveGateway('in process', {
      production: true,
      corsOrigins: ['https://shop.example'],
    });
    expect(await refusedUpgrade(production.socketUrl, { headers: { origin: 'http://localhost:5173' } })).toMatchObject({
      status: 403,
    });
    const ws = { headers: { origin: 'https://shop.example' } };
    using listed = await rawSocket(production.socketUrl, { ws, token: production.tokenOf() });
    expect(await listed.pending()).toEqual([]);
  });

  it('is answered 404 elsewhere', async () => {
    expect(await refusedUpgrade(live.socketUrl.replace('/graphql', '/other'))).toMatchObject({
      status: 404,
      body: { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    });
  });

  it('is turned away when an address opens too many, in the words in which an event stream is', async () => {
    await using narrow = await aLiveGateway('in process', {
      liveLimits: { connections: { capacity: 2, refillPerSecond: 0.001 } },
    });
    using _first = await rawSocket(narrow.socketUrl);
    using _second = await rawSocket(narrow.socketUrl);
    const upgrade = await refusedUpgrade(narrow.socketUrl);
    const stream = await fetch(`${narrow.url}/graphql/stream?query=${encodeURIComponent(query)}`);
    expect(upgrade).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1', 'content-type': 'application/json; charset=utf-8' },
      body: { errors: [{ extensions: { code: 'LIMIT_EXCEEDED', retryAfterMs: 1_000 } }] },
    });
    expect([stream.status, await stream.json()]).toEqual([upgrade.status, upgrade.body]);
  });
});

describe('limits', () => {
  it('one caller opens a few sockets only, and another one is not counted with it', async () => {
    await using narrow = await aLiveGateway('in process', { liveLimits: { socketsPerPrincipal: 2 } });
    using first = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf() });
    using _second = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf() });
    using third = await rawSocket(narrow.socketUrl);
    third.send({ type: 'connection_init', payload: { authorization: `Bearer ${narrow.tokenOf()}` } });
    expect(await third.closed).toMatchObject({ code: 1013 });
    using _other = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf({ subject: bob }) });

    first.socket.close();
    await until('the place is free again', () => narrow.gateway.metrics().socketsActive === 2);
    using _again = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf() });
  });

  it('one socket runs 20 operations', async () => {
    using socket = await open();
    for (let index = 0; index < 20; index++) socket.send(subscribe(`s${index}`));
    for (let index = 0; index < 20; index++) expect(await socket.next()).toMatchObject({ type: 'next' });
    socket.send(subscribe('one more'));
    expect(await socket.next()).toMatchObject({
      id: 'one more',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 20 } }],
    });
  });

  it('a merchant has so many subscriptions only', async () => {
    await using narrow = await aLiveGateway('in process', { liveLimits: { subscriptionsPerTenant: 1 } });
    using socket = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf() });
    socket.send(subscribe('1'));
    expect(await socket.next()).toMatchObject({ type: 'next' });
    socket.send(subscribe('2'));
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
  });

  it('a socket that floods is closed', async () => {
    await using narrow = await aLiveGateway('in process', {
      liveLimits: { messages: { capacity: 5, refillPerSecond: 0.001 } },
    });
    using socket = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf() });
    for (let index = 0; index < 5; index++) socket.send({ type: 'ping' });
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  it('a socket that asks for nothing is closed', async () => {
    await using narrow = await aLiveGateway('in process', { liveLimits: { firstOperationMs: 100 } });
    using socket = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf() });
    expect(await socket.closed).toMatchObject({ code: 4408 });
  });
});
