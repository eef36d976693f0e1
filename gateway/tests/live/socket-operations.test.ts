import { describe, expect, it } from 'vitest';
import type { GatewayOptions } from '../../src/index.ts';
import { acme, ada, aLiveGateway, awayWhen, until, type LiveGateway } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

const query = 'subscription { shipmentUpdated(shipmentId: "1") { cursor shipment { order { readAs } } } }';
const subscribe = (id: string, text = query) => ({ id, type: 'subscribe', payload: { query: text } });
const complete = (id: string) => ({ id, type: 'complete' });
const holdsNothing = (live: LiveGateway) => (): boolean =>
  live.world.streams.open === 0 && Object.values(live.gateway.held()).every((count) => count === 0);

/** A gateway whose subscriptions open when the test says so. */
async function aSlowGateway(options: Partial<GatewayOptions> = {}) {
  const { promise: isLetIn, resolve: letIn } = Promise.withResolvers<void>();
  const asked = { count: 0 };
  const live = await aLiveGateway('in process', {
    ...options,
    wrap: (name, client) =>
      name === 'shipping'
        ? {
            ...client,
            async subscribe(request) {
              asked.count++;
              await isLetIn;
              return client.subscribe?.(request) ?? { errors: [] };
            },
          }
        : client,
  });
  return { live, letIn, asked, [Symbol.asyncDispose]: () => live[Symbol.asyncDispose]() };
}

describe('operations of one socket', () => {
  it('that are completed while they are being opened count until they are closed, and do not outlive the socket', async () => {
    const messages = { capacity: 1_000, refillPerSecond: 1_000 };
    await using slow = await aSlowGateway({ rates: false, liveLimits: { messages } });
    const { live } = slow;
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    for (let turn = 0; turn < 40; turn++) {
      socket.send(subscribe('same'));
      socket.send(complete('same'));
    }
    socket.send(subscribe('last'));
    expect(await socket.next()).toMatchObject({
      id: 'last',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 20 } }],
    });
    expect(slow.asked.count).toBe(20);
    socket.socket.terminate();
    await until('the socket is gone', () => live.gateway.metrics().socketsActive === 0);
    slow.letIn();
    await until('each was opened', () => live.world.streams.ever === 20);
    await until('nothing is held', holdsNothing(live));
  });

  it('give their id to the next one, which alone is heard of', async () => {
    await using slow = await aSlowGateway();
    const { live } = slow;
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    const other = query.replace('"1"', '"2"');
    for (const message of [subscribe('a'), complete('a'), subscribe('a', other)]) socket.send(message);
    await until('both are asked for', () => slow.asked.count === 2);
    slow.letIn();
    expect(await socket.next()).toMatchObject({ id: 'a', payload: { data: { shipmentUpdated: { cursor: '2:1' } } } });
    // The same once it runs: its end is not taken for the end of the next one.
    for (const message of [complete('a'), subscribe('a')]) socket.send(message);
    expect(await socket.next()).toMatchObject({ id: 'a', payload: { data: { shipmentUpdated: { cursor: '1:1' } } } });
    live.world.move(acme, '2');
    live.world.move(acme, '1');
    expect(await socket.next()).toMatchObject({ id: 'a', payload: { data: { shipmentUpdated: { cursor: '1:2' } } } });
    expect(await socket.pending()).toEqual([]);
    await until('one stream is left', () => live.world.streams.open === 1);
    socket.send(complete('a'));
    await until('nothing is left of it', () => live.world.streams.open === 0 && live.gateway.held().cohorts === 0);
  });

  it('that are being opened when the token is renewed go on under the new rights', async () => {
    await using slow = await aSlowGateway();
    const { live } = slow;
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send(subscribe('1'));
    await until('it is asked for', () => slow.asked.count === 1);
    const renewed = live.tokenOf({ scopes: ['read_orders'] });
    socket.send({ type: 'ping', payload: { authorization: `Bearer ${renewed}` } });
    expect(await socket.next()).toMatchObject({ type: 'pong' });
    slow.letIn();
    const readAs = `${acme} STAFF ${ada} read_orders`;
    expect(await socket.next()).toMatchObject({
      payload: { data: { shipmentUpdated: { cursor: '1:1', shipment: { order: { readAs } } } } },
    });
    live.world.move(acme, '1');
    expect(await socket.next()).toMatchObject({
      payload: { data: { shipmentUpdated: { cursor: '1:2', shipment: { order: { readAs } } } } },
    });
    expect(await socket.pending()).toEqual([]);
  });
});

describe('a renewal of the token', () => {
  const renew = (token: string) => ({ type: 'ping', payload: { authorization: `Bearer ${token}` } });

  it('with the same rights opens nothing again', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf({}, 60) });
    socket.send(subscribe('1'));
    await socket.next();
    socket.send(renew(live.tokenOf({}, 600)));
    const { payload } = await socket.next();
    expect(Date.parse((payload as { expiresAt: string }).expiresAt)).toBeGreaterThan(Date.now() + 300_000);
    live.world.move(acme, '1');
    expect(await socket.next()).toMatchObject({ payload: { data: { shipmentUpdated: { cursor: '1:2' } } } });
    expect(live.world.streams.ever).toBe(1);
  });

  it('is taken once in a while only', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send(subscribe('1'));
    await socket.next();
    socket.send(renew(live.tokenOf({ scopes: ['read_orders'] })));
    const first = await socket.next();
    for (const scope of ['read_shipping', 'read_orders', 'read_shipping'])
      socket.send(renew(live.tokenOf({ scopes: [scope] }, 3_000)));
    // The others are told how long the first one holds.
    for (let at = 0; at < 3; at++) expect(await socket.next()).toEqual(first);
    live.world.move(acme, '1');
    expect(JSON.stringify(await socket.next())).toContain(`${ada} read_orders"`);
    expect(live.world.streams.ever).toBe(2);
  });

  it('with other rights waits for a subgraph that is away just then', async () => {
    let isAway = false;
    const refused = { count: 0 };
    await using live = await aLiveGateway('in process', { wrap: awayWhen(() => isAway, refused) });
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send(subscribe('1'));
    await socket.next();
    isAway = true;
    socket.send(renew(live.tokenOf({ scopes: ['read_orders'] })));
    expect(await socket.next()).toMatchObject({ type: 'pong' });
    await until('it was asked in vain', () => refused.count > 1);
    live.world.move(acme, '1');
    isAway = false;
    const readAs = `${acme} STAFF ${ada} read_orders`;
    expect(await socket.next()).toMatchObject({
      payload: { data: { shipmentUpdated: { cursor: '1:2', shipment: { order: { readAs } } } } },
    });
    expect(live.gateway.metrics().ends.size).toBe(0);
  });

  it('with other rights is charged for what it opens', async () => {
    await using live = await aLiveGateway('in process', {
      rates: { caller: { capacity: 5, refillPerSecond: 0.001 } },
    });
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send(subscribe('1'));
    expect(await socket.next()).toMatchObject({ type: 'next' });
    socket.send(renew(live.tokenOf({ scopes: ['read_orders'] })));
    const seen = [await socket.next(), await socket.next()];
    expect(seen.find(({ type }) => type === 'error')).toMatchObject({
      id: '1',
      payload: [{ extensions: { code: 'THROTTLED' } }],
    });
    expect(live.world.streams.ever).toBe(1);
  });
});

describe('what waits for the network of a socket', () => {
  it('has a bound, whatever it is', async () => {
    const messages = { capacity: 1e6, refillPerSecond: 1e6 };
    const patient = { stalledMs: 1e9, firstOperationMs: 1e9, pingMs: 1e9 };
    await using live = await aLiveGateway('in process', { liveLimits: { messages, ...patient } });
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { padding: 'x'.repeat(900) } });
    let sent = 0;
    const isOpen = (): boolean => live.gateway.metrics().socketsActive === 1;
    for (; sent < 60_000 && isOpen(); sent++) {
      socket.send(ping);
      if (sent % 100 === 99) await until('they were sent', () => socket.socket.bufferedAmount === 0 || !isOpen());
    }
    expect(isOpen()).toBe(false);
  }, 60_000);

  it('is not made of what the client sends it to say back', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send({ type: 'ping', payload: { padding: 'x'.repeat(2_000) } });
    expect(await socket.next()).toEqual({ type: 'pong' });
  });
});
