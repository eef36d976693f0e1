import { anonymousViewer } from '@ordergraph/identity';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../src/identity/request-context.ts';
import { createSubgraphSocket } from '../../src/subgraph-clients/over-websocket.ts';
import { acme, aLiveGateway, following, until } from './live-gateway.ts';

describe('a connection to a subgraph', () => {
  it('is one for all subscriptions, each with a signed context of its own', async () => {
    await using live = await aLiveGateway('distributed');
    const shipping = live.servers.get('shipping');
    const tokens = ['1', '2', '3'].map((last) =>
      live.tokenOf({ subject: `0193a1b2-0000-7000-8000-00000000000${last}` }),
    );
    const watches = tokens.map((token) =>
      following(live.client(token), 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }'),
    );
    for (const one of watches) await one.next();
    expect(shipping?.connections()).toBe(1);
    const actors = live.subgraph('shipping').seen.map(({ viewer }) => viewer.actor.id);
    expect(new Set(actors).size).toBe(3);
  });

  it('that breaks is opened again, and goes on behind the last cursor, with nothing lost and nothing twice', async () => {
    await using live = await aLiveGateway('distributed');
    const shipment = following(live.client(), 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }');
    const cursorOf = async (): Promise<unknown> => (await shipment.next()).data;
    expect(await cursorOf()).toEqual({ shipmentUpdated: { cursor: '1:1' } });
    for (let turn = 0; turn < 3; turn++) {
      live.servers.get('shipping')?.cut();
      for (let at = 2; at <= 4; at++) live.world.move(acme, '1');
      for (let at = 2; at <= 4; at++)
        expect(await cursorOf()).toEqual({ shipmentUpdated: { cursor: `1:${turn * 3 + at}` } });
    }
    expect(live.gateway.metrics().ends.size).toBe(0);
  });

  it('that cannot be opened refuses the subscription, with the subgraph named', async () => {
    await using live = await aLiveGateway('distributed');
    await live.servers.get('shipping')?.close();
    live.servers.delete('shipping');
    const shipment = following(live.client(), 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }');
    await expect(shipment.next()).rejects.toMatchObject([
      { extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'shipping' } },
    ]);
  });

  it('over which a subgraph refuses hands that over as a refusal, not as a stream', async () => {
    await using live = await aLiveGateway('distributed');
    live.world.permit = () => {
      throw new GraphQLError('Not yours.', { extensions: { code: 'FORBIDDEN' } });
    };
    const socket = createSubgraphSocket({
      name: 'shipping',
      url: live.servers.get('shipping')?.url ?? '',
      openWithinMs: 5_000,
    });
    const query = 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }';
    const viewer = anonymousViewer('request-1');
    const context: RequestContext = {
      viewer,
      charge: undefined,
      sign: (subgraph, body) => live.contextSigner.sign({ viewer, subgraph, body }),
      deadlineAt: Infinity,
      clientGone: new AbortController().signal,
    };
    const answer = await socket.subscribe({ query, variables: {}, context });
    expect(answer).toMatchObject({ errors: [{ message: 'Not yours.', extensions: { code: 'FORBIDDEN' } }] });
    live.world.permit = () => {};
    const stream = await socket.subscribe({ query, variables: {}, context });
    if (!(Symbol.asyncIterator in stream)) throw new Error('It was refused.');
    expect((await stream.next()).value).toMatchObject({ data: { shipmentUpdated: { cursor: '1:1' } } });
    await socket.close();
  });

  it('is not opened before somebody subscribes', async () => {
    await using live = await aLiveGateway('distributed');
    await live.query('{ order(id: "o1") { status } }');
    expect(live.servers.get('shipping')?.connections()).toBe(0);
    const shipment = following(live.client(), 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }');
    await shipment.next();
    await shipment.stop();
    await until('the stream is closed', () => live.world.streams.open === 0);
  });
});
