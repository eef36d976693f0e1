import { execute, parse, subscribe } from 'graphql';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createGateway, createInProcessClient, silentLog } from '../../src/index.ts';
import { composeWorld, schemaOf, subgraphNames } from './shipping-world.ts';
import { aWorld } from './world.ts';

it('a gateway alone over any supergraph serves subscriptions to anonymous clients, each for itself', async () => {
  const world = aWorld();
  const viewer = { tenantId: null, actor: { type: 'ANONYMOUS', id: null }, scopes: [], requestId: 'alone' };
  const gateway = await createGateway({
    supergraph: { sdl: composeWorld() },
    subgraphClient(name) {
      const known = subgraphNames.find((one) => one === name);
      if (!known) throw new Error(`The fixture has no subgraph ${name}.`);
      const schema = schemaOf(known, world);
      const argsOf = ({ query, variables }: { query: string; variables: Record<string, unknown> }) => ({
        schema,
        document: parse(query),
        variableValues: variables,
        contextValue: { viewer },
      });
      return createInProcessClient({
        name,
        execute: async (request) => execute(argsOf(request)),
        subscribe: async (request) => subscribe(argsOf(request)),
      });
    },
    rates: false,
    log: silentLog,
  });
  const { url } = await gateway.listen(0);
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  const query = 'subscription { shipmentUpdated(shipmentId: "1") { cursor shipment { fee order { status } } } }';
  const watches = [client.iterate({ query }), client.iterate({ query })];
  for (const one of watches)
    expect((await one.next()).value).toEqual({
      data: { shipmentUpdated: { cursor: '1:1', shipment: { fee: 33, order: { status: 'NEW' } } } },
    });
  world.move('none', '1');
  for (const one of watches)
    expect((await one.next()).value).toMatchObject({ data: { shipmentUpdated: { cursor: '1:2' } } });
  expect(world.streams.open).toBe(2);
  await client.dispose();
  await gateway.stop({ drainMs: 100 });
});
