import { createTokenIssuer, generateSigningKey } from '@ordergraph/identity';
import { describe, expect, it } from 'vitest';
import { createRevocations } from '../../src/subscriptions/revocations.ts';
import { acme, ada, aLiveGateway, bob, bolt, following, until } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

const query = 'subscription { shipmentUpdated(shipmentId: "1") { cursor shipment { order { readAs } } } }';
const subscribe = { id: '1', type: 'subscribe', payload: { query } };

describe('a token', () => {
  it('that expires closes the socket with 4403, and no event comes after', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf({}, 2) });
    socket.send(subscribe);
    await socket.next();
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The token has expired' });
    await until('the stream is closed', () => live.world.streams.open === 0);
    expect(live.gateway.metrics().ends.get('token_expired')).toBe(1);
  });

  it('that has expired opens nothing', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl);
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${live.tokenOf({}, -5)}` } });
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });

  it('is renewed by a ping, without a gap', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf({}, 3) });
    socket.send(subscribe);
    await socket.next();
    const renewed = live.tokenOf({ scopes: ['read_orders'] }, 600);
    socket.send({ type: 'ping', payload: { authorization: `Bearer ${renewed}` } });
    const pong = await socket.next();
    expect(pong).toMatchObject({ type: 'pong', payload: { expiresAt: expect.any(String) } });
    expect(JSON.stringify(pong)).not.toContain(renewed);

    live.world.move(acme, '1');
    live.world.move(acme, '1');
    // The stream goes on under the new rights, behind the last cursor.
    const readAs = `${acme} STAFF ${ada} read_orders`;
    for (const version of [2, 3])
      expect(await socket.next()).toMatchObject({
        payload: { data: { shipmentUpdated: { cursor: `1:${version}`, shipment: { order: { readAs } } } } },
      });
    await until('one stream is left', () => live.world.streams.open === 1, 5_000);
  });

  it('of another caller is not taken as a renewal', async () => {
    await using live = await aLiveGateway('in process');
    for (const other of [
      live.tokenOf({ subject: bob }),
      live.tokenOf({ merchants: [bolt] }),
      live.tokenOf({ type: 'APP' }),
    ]) {
      using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
      socket.send({ type: 'ping', payload: { authorization: `Bearer ${other}` } });
      expect(await socket.closed).toMatchObject({ code: 4403 });
    }
  });

  it('that cannot be checked at the moment closes nothing and is nobody’s fault', async () => {
    const issuerOf = (issuer: string) =>
      createTokenIssuer({ issuer, audience: 'ordergraph', privateKeyJwk: generateSigningKey() });
    const [up, down] = [issuerOf('https://up.example'), issuerOf('https://down.example')];
    const who = {
      subject: ada,
      actorType: 'STAFF' as const,
      merchants: [acme],
      scopes: ['read_shipping', 'read_orders'],
    };
    await using live = await aLiveGateway('in process', {
      issuers: [
        { issuer: 'https://up.example', audience: 'ordergraph', jwks: up.jwks() },
        { issuer: 'https://down.example', audience: 'ordergraph', jwksUrl: 'http://127.0.0.1:1/keys' },
      ],
    });
    const unchecked = `Bearer ${down.issue(who, 600)}`;
    using socket = await rawSocket(live.socketUrl, { token: up.issue(who, 600) });
    socket.send(subscribe);
    await socket.next();

    socket.send({ type: 'ping', payload: { authorization: unchecked } });
    expect(await socket.next()).toMatchObject({ type: 'pong' });
    live.world.move(acme, '1');
    expect(await socket.next()).toMatchObject({ payload: { data: { shipmentUpdated: { cursor: '1:2' } } } });

    using another = await rawSocket(live.socketUrl);
    another.send({ type: 'connection_init', payload: { authorization: unchecked } });
    expect(await another.closed).toMatchObject({ code: 1013, reason: expect.stringContaining('ISSUER_UNAVAILABLE') });

    const response = await fetch(`${live.url}/graphql`, {
      method: 'POST',
      headers: { authorization: unchecked, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'ISSUER_UNAVAILABLE' } }] });
  });

  it('that is renewed is asked for permission again: what is no longer allowed ends, what is goes on', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send(subscribe);
    socket.send({ id: '2', type: 'subscribe', payload: { query: query.replace('"1"', '"2"') } });
    await socket.next();
    await socket.next();
    live.world.permit = (_viewer, ids) => {
      if (ids.includes('1')) throw new Error('Not any more.');
    };
    socket.send({ type: 'ping', payload: { authorization: `Bearer ${live.tokenOf({ scopes: ['read_shipping'] })}` } });
    const seen = [await socket.next(), await socket.next()];
    expect(seen.find(({ type }) => type === 'error')).toMatchObject({ id: '1' });
    live.world.move(acme, '1');
    live.world.move(acme, '2');
    expect(await socket.next()).toMatchObject({ id: '2', payload: { data: { shipmentUpdated: { cursor: '2:2' } } } });
    expect(await socket.pending()).toEqual([]);
  });
});

describe('a revocation', () => {
  it('closes the sockets of whom it is about, and of nobody else', async () => {
    await using live = await aLiveGateway('in process');
    const tokens = [live.tokenOf(), live.tokenOf({ subject: bob }), live.tokenOf({ merchants: [bolt] })];
    const [first, second, third] = await Promise.all(tokens.map((token) => rawSocket(live.socketUrl, { token })));
    live.gateway.onRevoked({ tenantId: acme, actorId: ada });
    expect(await first?.closed).toMatchObject({ code: 4403 });
    expect(await second?.pending()).toEqual([]);
    live.gateway.onRevoked({ tenantId: acme, actorType: 'CUSTOMER' });
    expect(await second?.pending()).toEqual([]);
    live.gateway.onRevoked({ tenantId: acme });
    expect(await second?.closed).toMatchObject({ code: 4403 });
    expect(await third?.pending()).toEqual([]);
    third?.socket.terminate();
  });

  it('refuses tokens from before it, and takes newer ones', async () => {
    const connections = { capacity: 1e6, refillPerSecond: 1e6 };
    await using live = await aLiveGateway('in process', { liveLimits: { connections } });
    const before = live.tokenOf();
    live.gateway.onRevoked({ tenantId: acme, actorId: ada, at: Date.now() + 1_000 });
    using refused = await rawSocket(live.socketUrl);
    refused.send({ type: 'connection_init', payload: { authorization: `Bearer ${before}` } });
    expect(await refused.closed).toMatchObject({ code: 4403 });
    using other = await rawSocket(live.socketUrl, { token: live.tokenOf({ subject: bob }) });
    expect(await other.pending()).toEqual([]);
    await until('the clock has moved on', async () => {
      const socket = await rawSocket(live.socketUrl);
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${live.tokenOf()}` } });
      const outcome = await Promise.race([socket.next().catch(() => 'closed'), socket.closed]);
      socket.socket.terminate();
      return typeof outcome === 'object' && 'type' in outcome;
    });
  });

  it('is about tokens that do not say when they were issued, for as long as it is remembered', () => {
    const revocations = createRevocations();
    const viewer = { tenantId: acme, actor: { type: 'STAFF', id: ada }, scopes: [], requestId: 'r' } as const;
    expect(revocations.covers(viewer, undefined)).toBe(false);
    revocations.add({ tenantId: acme, actorId: ada });
    expect(revocations.covers(viewer, undefined)).toBe(true);
    expect(revocations.covers({ ...viewer, actor: { type: 'STAFF', id: bob } }, undefined)).toBe(false);
  });

  it('is told once for what was replayed: an old event closes nothing that was opened since', async () => {
    await using live = await aLiveGateway('in process');
    const shipment = following(live.client(), query);
    await shipment.next();
    live.gateway.onRevoked({ tenantId: acme, actorId: ada, at: Date.now() - 60_000 });
    live.world.move(acme, '1');
    expect(await shipment.next()).toMatchObject({ data: { shipmentUpdated: { cursor: '1:2' } } });
  });
});
