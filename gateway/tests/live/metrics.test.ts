import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { SubgraphClient } from '../../src/index.ts';
import { asGraphQLError } from '../../src/subscriptions/client-errors.ts';
import { acme, aLiveGateway, awayWhen, bob, following, until } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

const query = 'subscription { shipmentUpdated(shipmentId: "1") { shipment { version } } }';

it('metrics are told in the text format of Prometheus, without merchants, people or things', async () => {
  await using live = await aLiveGateway('in process');
  const shipment = following(live.client(), query);
  await shipment.next();
  live.world.move(acme, '1');
  await shipment.next();
  const response = await fetch(`${live.url}/metrics`);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  const text = await response.text();
  expect(text).toContain('ordergraph_subscriptions_active{field="shipmentUpdated",transport="graphql-ws"} 1\n');
  expect(text).toContain('ordergraph_hydrations_total 2\n');
  expect(text).toContain('ordergraph_deliveries_total 2\n');
  expect(text).toContain('ordergraph_event_to_socket_seconds_count 2\n');
  expect(text).toContain('ordergraph_waiting_frames 0\n');
  expect(text).toContain('ordergraph_waiting_bytes 0\n');
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]+\})? [\d.e+-]+)$/);
});

describe('the reason of an end', () => {
  const failing = (error: Error) => ({
    wrap: (name: string, client: SubgraphClient): SubgraphClient =>
      name === 'shipping' ? { ...client, subscribe: async () => ({ errors: [asGraphQLError(error)] }) } : client,
  });
  const coded = (code: string) => new GraphQLError('No.', { extensions: { code } });
  const endOf = async (options: Parameters<typeof aLiveGateway>[1]) => {
    await using live = await aLiveGateway('in process', options);
    await expect(following(live.client(), query).next()).rejects.toBeDefined();
    return [...live.gateway.metrics().ends];
  };

  it.each(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'LIMIT_EXCEEDED'])(
    'is that the caller was refused, where the owning subgraph says %s',
    async (code) => {
      expect(await endOf(failing(coded(code)))).toEqual([['refused', 1]]);
    },
  );

  it('is the subgraph, where it fails or is away', async () => {
    expect(await endOf(failing(new Error('relation missing')))).toEqual([['subgraph_error', 1]]);
    expect(await endOf(failing(coded('INTERNAL_SERVER_ERROR')))).toEqual([['subgraph_error', 1]]);
    expect(await endOf({ wrap: awayWhen(() => true, { count: 0 }) })).toEqual([['subgraph_error', 1]]);
  });

  it('is a refusal, where rights that were renewed allow it no longer', async () => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    await socket.next();
    live.world.permit = () => {
      throw coded('FORBIDDEN');
    };
    socket.send({ type: 'ping', payload: { authorization: `Bearer ${live.tokenOf({ scopes: ['read_shipping'] })}` } });
    await until('it has ended', () => live.gateway.metrics().ends.size > 0);
    expect([...live.gateway.metrics().ends]).toEqual([['refused', 1]]);
  });

  it.each(['nonsense', 'of somebody else'])('is a refusal, where a ping brings a token that is %s', async (what) => {
    await using live = await aLiveGateway('in process');
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    await socket.next();
    const token = what === 'nonsense' ? what : live.tokenOf({ subject: bob });
    socket.send({ type: 'ping', payload: { authorization: `Bearer ${token}` } });
    expect(await socket.closed).toEqual({
      code: 4403,
      reason: expect.stringMatching(what === 'nonsense' ? /^UNAUTHENTICATED: / : /^FORBIDDEN: .+ Open another/),
    });
    expect([...live.gateway.metrics().ends]).toEqual([['refused', 1]]);
  });
});

it('metrics are hidden in production, unless they are asked for', async () => {
  await using hidden = await aLiveGateway('in process', { production: true });
  expect((await fetch(`${hidden.url}/metrics`)).status).toBe(404);
  await using shown = await aLiveGateway('in process', { production: true, metrics: true });
  expect((await fetch(`${shown.url}/metrics`)).status).toBe(200);
});
