import { expect, it } from 'vitest';
import { createInProcessClient } from '../../src/index.ts';
import { acme, aLiveGateway, bob, following, until } from './live-gateway.ts';

it('sends what the event says when a field that may not be null fails elsewhere', async () => {
  await using live = await aLiveGateway('in process', {
    wrap: (name, client) =>
      name === 'orders'
        ? {
            ...client,
            process: async () => ({
              data: null,
              errors: [{ message: 'Down.', path: ['_entities', 0], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
            }),
          }
        : client,
  });
  const shipment = following(
    live.client(),
    `subscription { it: shipmentUpdated(shipmentId: "1") { cursor ...S billing { total } shipment { order { status } } } }
     fragment S on ShipmentUpdate { shipment { v: version __typename position { lat } order { id } } }`,
  );
  expect(await shipment.next()).toEqual({
    data: {
      it: {
        cursor: '1:1',
        shipment: { v: 1, __typename: 'Shipment', position: { lat: 1.01 }, order: { id: 'o1', status: null } },
        billing: { total: null },
      },
    },
    errors: expect.arrayContaining([
      { message: 'Down.', path: ['it', 'billing'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]),
  });
});

it('sends what the event says of fields whose condition has a default', async () => {
  await using live = await aLiveGateway('in process');
  const shipment = following(
    live.client(),
    'subscription($with: Boolean! = true) { shipmentUpdated(shipmentId: "3") { billing { total } shipment { version @include(if: $with) weight @skip(if: $with) } } }',
  );
  expect(await shipment.next()).toMatchObject({
    data: { shipmentUpdated: { billing: { total: null }, shipment: { version: 1 } } },
    errors: [{ extensions: { code: 'NOT_FOUND' } }],
  });
});

it('sends what other subgraphs did bring as well, when one field takes the event with it', async () => {
  await using live = await aLiveGateway('in process');
  const shipment = following(
    live.client(),
    'subscription { shipmentUpdated(shipmentId: "3") { billing { total status } shipment { fee order { status } } } }',
  );
  expect(await shipment.next()).toEqual({
    data: {
      shipmentUpdated: { billing: { total: null, status: null }, shipment: { fee: 93, order: { status: 'NEW' } } },
    },
    errors: [
      { message: 'No total yet.', path: ['shipmentUpdated', 'billing', 'total'], extensions: { code: 'NOT_FOUND' } },
    ],
  });
});

it('an event is not kept waiting by a subgraph that does not answer', async () => {
  await using live = await aLiveGateway('in process', {
    wrap: (name, client) => {
      const deadlines = { queryMs: 50, mutationMs: 50 };
      return name === 'orders'
        ? createInProcessClient({ name, execute: () => new Promise(() => {}), deadlines })
        : client;
    },
  });
  const shipment = following(
    live.client(),
    'subscription { shipmentUpdated(shipmentId: "1") { shipment { version order { status } } } }',
  );
  expect(await shipment.next()).toMatchObject({
    data: { shipmentUpdated: { shipment: { version: 1, order: { status: null } } } },
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'orders' } }],
  });
});

it('entity fetches of one turn are one fetch, with each entity once, and answers find their way back', async () => {
  await using live = await aLiveGateway('in process', { liveLimits: { socketsPerPrincipal: 100 } });
  const client = live.client();
  const query =
    'subscription($id: ID!) { shipmentUpdated(shipmentId: $id) { shipment { version order { id flaky total customer { name } } } } }';
  const watches = Array.from({ length: 20 }, (_, index) => following(client, query, { id: String(1 + (index % 4)) }));
  for (const one of watches) await one.next();
  await until('tabs share', () => live.gateway.metrics().cohortsActive >= 4);
  const fetches = (): number =>
    live.subgraph('orders').seen.filter(({ request }) => request.query.includes('_entities')).length;

  const before = fetches();
  for (const id of ['1', '2', '3', '4']) live.world.move(acme, id);
  const seen = await Promise.all(watches.map((one) => one.next()));
  expect(fetches() - before).toBe(1);
  const { request } = live.subgraph('orders').seen.at(-1) ?? {};
  expect(request?.variables['representations']).toHaveLength(4);
  for (const [index, { data, errors }] of seen.entries()) {
    const id = String(1 + (index % 4));
    const order = {
      id: `o${id}`,
      flaky: id === '2' ? null : `fine o${id}`,
      total: 100,
      customer: { name: `Customer co${id}` },
    };
    expect(data).toEqual({ shipmentUpdated: { shipment: { version: 2, order: id === '3' ? null : order } } });
    expect(errors?.map(({ path }) => path) ?? []).toEqual(
      id === '2'
        ? [['shipmentUpdated', 'shipment', 'order', 'flaky']]
        : id === '3'
          ? [['shipmentUpdated', 'shipment', 'order', 'total']]
          : [],
    );
  }
});

it('entity fetches of different callers are never merged', async () => {
  await using live = await aLiveGateway('in process');
  const query = 'subscription { shipmentUpdated(shipmentId: "1") { shipment { order { readAs } } } }';
  const watches = [live.tokenOf(), live.tokenOf({ subject: bob })].map((token) => following(live.client(token), query));
  for (const one of watches) await one.next();
  const before = live.subgraph('orders').seen.length;
  live.world.move(acme, '1');
  const [first, second] = await Promise.all(watches.map((one) => one.next()));
  expect(live.subgraph('orders').seen.length - before).toBe(2);
  expect(JSON.stringify(first)).not.toBe(JSON.stringify(second));
});
