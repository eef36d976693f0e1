import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { acme, aLiveGateway, awayWhen, bob, following, until, type LiveGateway } from './live-gateway.ts';
import { rawSocket, refusedUpgrade } from './raw-socket.ts';
import { composeWorld, sources, type SubgraphName } from './shipping-world.ts';

/** A gateway that follows a supergraph file, and a way to change it. */
async function aReloadingGateway(options: Parameters<typeof aLiveGateway>[1] = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'supergraph-'));
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, composeWorld());
  let reloads = 0;
  const log = {
    info: (event: string) => void (reloads += event === 'supergraph reloaded' ? 1 : 0),
    warn: () => {},
    error: () => {},
  };
  const live = await aLiveGateway('in process', { ...options, supergraph: { file, watch: true }, log });
  return {
    live,
    async reload(changes: Partial<Record<SubgraphName, string>>) {
      const before = reloads;
      writeFileSync(file, composeWorld(changes));
      await until('the supergraph was loaded again', () => reloads > before);
    },
    async [Symbol.asyncDispose]() {
      await live[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The fee needs another field of the owning subgraph. */
const anotherField = sources.pricing
  .replace('weight: Int @external', 'weight: Int @external secret: String @external')
  .replace('fields: "weight"', 'fields: "weight secret"');

const open = (live: LiveGateway, selection: string, token?: string) =>
  following(
    live.client(token),
    `subscription { shipmentUpdated(shipmentId: "1") { cursor shipment { ${selection} } } }`,
  );

describe('a schema that is loaded again', () => {
  it('goes unnoticed where documents still fit, and ends with a code what does not fit', async () => {
    await using world = await aReloadingGateway();
    const { live } = world;
    const kept = open(live, 'version order { status }');
    const lost = open(live, 'version order { flaky }', live.tokenOf({ subject: bob }));
    await kept.next();
    await lost.next();

    await world.reload({ orders: sources.orders.replace('flaky: String', 'renamed: String') });
    await expect(lost.next()).rejects.toMatchObject([{ extensions: { code: 'SUBSCRIPTION_SCHEMA_RELOAD' } }]);
    const { ever } = live.world.streams;
    live.world.move(acme, '1');
    expect(await kept.next()).toMatchObject({
      data: { shipmentUpdated: { cursor: '1:2', shipment: { order: { status: 'NEW' } } } },
    });
    // It asks the owning subgraph the same, so its stream runs on.
    expect(live.world.streams.ever).toBe(ever);
    expect(live.gateway.metrics().ends).toEqual(new Map([['schema_reload', 1]]));
  });

  it('opens the stream again behind the last cursor where the subgraph is asked another thing', async () => {
    await using world = await aReloadingGateway();
    const { live } = world;
    const kept = open(live, 'version fee');
    await kept.next();
    await world.reload({ pricing: anotherField });
    await until('the stream was opened again', () => live.world.streams.ever === 2);
    live.world.move(acme, '1');
    expect(await kept.next()).toMatchObject({ data: { shipmentUpdated: { cursor: '1:2', shipment: { fee: 36 } } } });
    await until('one stream is left', () => live.world.streams.open === 1);
  });

  it('goes on behind "after" where nothing has come yet', async () => {
    await using world = await aReloadingGateway();
    const { live } = world;
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    const query =
      'subscription { shipmentUpdated(shipmentId: "1", after: "1:1") { cursor isSnapshot shipment { version fee } } }';
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    await until('the stream is open', () => live.world.streams.open === 1);
    await world.reload({ pricing: anotherField });
    await until('the stream was opened again', () => live.world.streams.ever === 2);
    live.world.move(acme, '1');
    expect(await socket.next()).toMatchObject({
      payload: { data: { shipmentUpdated: { cursor: '1:2', isSnapshot: false } } },
    });
  });

  it('waits for a subgraph that is away just then', async () => {
    let isAway = false;
    const refused = { count: 0 };
    await using world = await aReloadingGateway({ wrap: awayWhen(() => isAway, refused) });
    const { live } = world;
    const kept = open(live, 'version fee');
    await kept.next();
    isAway = true;
    await world.reload({ pricing: anotherField });
    await until('it was asked in vain', () => refused.count > 1);
    live.world.move(acme, '1');
    isAway = false;
    expect(await kept.next()).toMatchObject({ data: { shipmentUpdated: { cursor: '1:2', shipment: { fee: 36 } } } });
    expect(live.gateway.metrics().ends.size).toBe(0);
    await kept.stop();
    await until('nothing is held', () => live.gateway.held().cohorts === 0);
  });

  it('ends with the words of a subgraph that does not let it in again', async () => {
    await using world = await aReloadingGateway();
    const { live } = world;
    const kept = open(live, 'version fee');
    await kept.next();
    live.world.permit = () => {
      throw new GraphQLError('Not any more.', { extensions: { code: 'FORBIDDEN' } });
    };
    await world.reload({ pricing: anotherField });
    await expect(kept.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await until('nothing is held', () => live.gateway.held().cohorts === 0);
  });

  it('lets nobody share any longer what has become private', async () => {
    await using world = await aReloadingGateway();
    const { live } = world;
    const query = 'subscription { shipmentFollowed(shipmentId: "1") { cursor shipment { version order { readAs } } } }';
    const tokens = [live.tokenOf(), live.tokenOf({ subject: bob })];
    const shared = tokens.map((token) => following(live.client(token), query.replace('order { readAs }', '')));
    for (const one of shared) await one.next();
    await until('they share', () => live.world.streams.open === 1);

    await world.reload({ shipping: sources.shipping.replaceAll(/@shareScope\(scope: TENANT[^)]*\)/g, '') });
    await until('each has a stream of its own', () => live.world.streams.open === 2);
    live.world.move(acme, '1');
    for (const one of shared) expect(await one.next()).toMatchObject({ data: { shipmentFollowed: { cursor: '1:2' } } });
  });
});

describe('a gateway that stops', () => {
  it('takes nobody new, and closes its sockets with 1012 one after the other', async () => {
    const live = await aLiveGateway('in process', { liveLimits: { socketsPerPrincipal: 100 } });
    const sockets = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
        socket.send({
          id: '1',
          type: 'subscribe',
          payload: { query: 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }' },
        });
        await socket.next();
        return socket;
      }),
    );
    const closedAt: number[] = [];
    const codes = sockets.map(async (socket, index) => {
      const { code } = await socket.closed;
      closedAt[index] = performance.now();
      return code;
    });
    const stopping = live.gateway.stop({ announceMs: 1_000, drainMs: 10_000 });
    expect(await refusedUpgrade(live.socketUrl)).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'OVERLOADED' } }] },
    });
    expect((await fetch(`${live.url}/readyz`)).status).toBe(503);
    expect(await Promise.all(codes)).toEqual(codes.map(() => 1012));
    await stopping;

    expect(Math.max(...closedAt) - Math.min(...closedAt)).toBeGreaterThan(150);
    // In random order: those who came first are not all gone first.
    expect(closedAt).not.toEqual([...closedAt].sort((one, other) => one - other));
    expect(live.gateway.metrics().ends).toEqual(new Map([['drain', 60]]));
    expect(live.gateway.held()).toMatchObject({ cohorts: 0, timers: 0 });
    expect(live.world.streams.open).toBe(0);
    await live[Symbol.asyncDispose]();
  });

  it('tells no subscription that it is complete', async () => {
    const live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send({
      id: '1',
      type: 'subscribe',
      payload: { query: 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }' },
    });
    await socket.next();
    await live.gateway.stop({ drainMs: 100 });
    await expect(socket.next()).rejects.toThrow('1012');
    await live[Symbol.asyncDispose]();
  });
});
