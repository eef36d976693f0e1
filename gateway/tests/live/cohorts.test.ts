import { describe, expect, it } from 'vitest';
import { acme, ada, aLiveGateway, bob, bolt, following, until, type LiveGateway, type Mode } from './live-gateway.ts';

const modes: Mode[] = ['in process', 'distributed'];
const selection = '{ cursor isSnapshot shipment { version order { status readAs } } }';
const of = (field: string) =>
  `subscription($id: ID!, $after: String) { ${field}(shipmentId: $id, after: $after) ${selection} }`;

interface Update {
  cursor: string;
  isSnapshot: boolean;
  shipment: { version: number; order: { status: string; readAs: string } };
}

/** Follows a shipment and hands out the payloads. */
function watch(live: LiveGateway, options: { token?: string; field?: string; id?: string; after?: string } = {}) {
  const { token = live.tokenOf(), field = 'shipmentUpdated', id = '1', after } = options;
  const source = following(live.client(token), of(field), { id, ...(after ? { after } : {}) });
  return {
    stop: source.stop,
    async next(): Promise<Update> {
      const { data, errors } = await source.next();
      if (errors) throw new Error(JSON.stringify(errors));
      return data?.[field] as Update;
    },
    raw: source,
  };
}

const hydrationsOf = (live: LiveGateway): number => live.gateway.metrics().hydrations;
const openStreams = (live: LiveGateway): number => live.world.streams.open;

describe.each(modes)('cohorts, subgraphs %s', (mode) => {
  it('the tabs of one caller share one stream, and each event is completed once for all of them', async () => {
    await using live = await aLiveGateway(mode);
    const tabs = [watch(live), watch(live), watch(live)];
    for (const tab of tabs) expect(await tab.next()).toMatchObject({ isSnapshot: true, shipment: { version: 1 } });
    await until('all stand in one cohort', () => openStreams(live) === 1);

    const before = hydrationsOf(live);
    live.world.move(acme, '1');
    for (const tab of tabs) expect(await tab.next()).toMatchObject({ isSnapshot: false, shipment: { version: 2 } });
    expect(hydrationsOf(live) - before).toBe(1);
    expect(live.gateway.metrics().cohortsActive).toBe(1);
  });

  it('callers never share by default, nor merchants ever', async () => {
    await using live = await aLiveGateway(mode);
    const tokens = [
      live.tokenOf(),
      live.tokenOf({ subject: bob }),
      live.tokenOf({ merchants: [bolt] }),
      live.tokenOf({ scopes: ['read_shipping'] }),
    ];
    const watches = tokens.map((token) => watch(live, { token }));
    const readers = await Promise.all(watches.map(async (one) => (await one.next()).shipment.order.readAs));
    expect(readers).toEqual([
      `${acme} STAFF ${ada} read_shipping,read_orders`,
      `${acme} STAFF ${bob} read_shipping,read_orders`,
      `${bolt} STAFF ${ada} read_shipping,read_orders`,
      `${acme} STAFF ${ada} read_shipping`,
    ]);
    expect(openStreams(live)).toBe(4);
    live.world.move(acme, '1');
    expect((await Promise.all([0, 1, 3].map((at) => watches[at]?.next()))).map((one) => one?.shipment.version)).toEqual(
      [2, 2, 2],
    );
    live.world.move(bolt, '1');
    expect(await watches[2]?.next()).toMatchObject({
      shipment: { version: 2, order: { readAs: expect.stringContaining(bolt) } },
    });
  });

  it('callers without an id share nothing, however alike', async () => {
    await using live = await aLiveGateway(mode);
    const token = live.tokenOf({ type: 'ANONYMOUS', scopes: [] });
    const watches = [watch(live, { token }), watch(live, { token })];
    for (const one of watches) await one.next();
    live.world.move(acme, '1');
    for (const one of watches) await one.next();
    expect(openStreams(live)).toBe(2);
  });

  it('what a merchant shares is read under the rights of the class, once each caller was let in by name', async () => {
    await using live = await aLiveGateway(mode);
    const asked: string[] = [];
    live.world.permit = ({ actor, scopes }) => void asked.push(`${actor.type} ${actor.id} ${scopes.join(',')}`);
    const selectionOfAll = 'shipmentFollowed(shipmentId: "1") { cursor shipment { version order { status } } }';
    const tokens = [live.tokenOf(), live.tokenOf({ subject: bob, type: 'APP' })];
    const watches = tokens.map((token) => following(live.client(token), `subscription { ${selectionOfAll} }`));
    for (const one of watches) await one.next();
    await until('both are in the shared stream', () => openStreams(live) === 1);

    expect(new Set(asked)).toEqual(
      new Set([
        `STAFF ${ada} read_shipping,read_orders`,
        `APP ${bob} read_shipping,read_orders`,
        'APP null read_shipping',
      ]),
    );
    const before = hydrationsOf(live);
    live.world.move(acme, '1');
    for (const one of watches)
      expect(await one.next()).toMatchObject({ data: { shipmentFollowed: { cursor: '1:2' } } });
    expect(hydrationsOf(live) - before).toBe(1);
    const { viewer } = live.subgraph('orders').seen.at(-1) ?? {};
    expect(viewer).toMatchObject({ tenantId: acme, actor: { type: 'APP', id: null }, scopes: ['read_shipping'] });
  });

  it('whoever may not see what is shared is refused, whatever others see', async () => {
    await using live = await aLiveGateway(mode);
    const first = watch(live, { field: 'shipmentFollowed' });
    await first.next();
    live.world.permit = ({ actor }) => {
      if (actor.id === bob) throw new Error('Not yours.');
    };
    const second = watch(live, { field: 'shipmentFollowed', token: live.tokenOf({ subject: bob }) });
    await expect(second.next()).rejects.toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });

  it('whoever is shown less than the class stays alone', async () => {
    await using live = await aLiveGateway(mode);
    const query = 'subscription { shipmentFollowed(shipmentId: "1") { cursor shipment { version secret } } }';
    const staff = following(live.client(), query);
    const shopper = following(live.client(live.tokenOf({ subject: bob, type: 'CUSTOMER', scopes: [] })), query);
    const other = following(live.client(live.tokenOf({ subject: bob })), query);
    expect(await staff.next()).toMatchObject({ data: { shipmentFollowed: { shipment: { secret: 'seen by staff' } } } });
    await other.next();
    const seen = await shopper.next();
    expect(seen).toMatchObject({
      data: { shipmentFollowed: { shipment: { secret: null } } },
      errors: [{ extensions: { code: 'FORBIDDEN' }, path: ['shipmentFollowed', 'shipment', 'secret'] }],
    });
    await until('the staff shares', () => openStreams(live) === 2);
    live.world.move(acme, '1');
    expect(await shopper.next()).toMatchObject({
      data: { shipmentFollowed: { shipment: { version: 2, secret: null } } },
    });
    expect(openStreams(live)).toBe(2);
  });

  it('an entity that opts in to nothing narrows the class to the caller', async () => {
    await using live = await aLiveGateway(mode);
    const query =
      'subscription { shipmentFollowed(shipmentId: "1") { cursor shipment { order { customer { name } } } } }';
    const watches = [live.tokenOf(), live.tokenOf({ subject: bob })].map((token) =>
      following(live.client(token), query),
    );
    for (const one of watches) await one.next();
    live.world.move(acme, '1');
    for (const one of watches) await one.next();
    expect(openStreams(live)).toBe(2);
  });

  it('within a role callers of the same rights share, others do not', async () => {
    await using live = await aLiveGateway(mode);
    const query = 'subscription { shipmentShown(shipmentId: "1") { cursor shipment { version } } }';
    const tokens = [
      live.tokenOf(),
      live.tokenOf({ subject: bob }),
      live.tokenOf({ subject: bob, scopes: ['read_shipping'] }),
    ];
    const watches = tokens.map((token) => following(live.client(token), query));
    for (const one of watches) await one.next();
    await until('two roles are two streams', () => openStreams(live) === 2);
    const shoppers = [ada, bob].map((subject) => live.tokenOf({ subject, type: 'CUSTOMER', scopes: [] }));
    for (const token of shoppers) await following(live.client(token), query).next();
    live.world.move(acme, '1');
    for (const one of watches) await one.next();
    expect(openStreams(live)).toBe(4);
  });

  it('a late joiner begins with a snapshot of its own, and misses nothing and gets nothing twice', async () => {
    await using live = await aLiveGateway(mode);
    const first = watch(live);
    await first.next();
    live.world.move(acme, '1');
    live.world.move(acme, '1');
    const late = watch(live);
    expect(await late.next()).toMatchObject({ isSnapshot: true, shipment: { version: 3 } });
    const versions = [(await first.next()).shipment.version, (await first.next()).shipment.version];
    expect(versions).toEqual([2, 3]);
    await until('both share', () => openStreams(live) === 1);
    for (let version = 4; version < 8; version++) {
      live.world.move(acme, '1');
      expect((await first.next()).shipment.version).toBe(version);
      expect((await late.next()).shipment.version).toBe(version);
    }
  });

  it('whoever comes with a cursor gets what it missed, and then shares', async () => {
    await using live = await aLiveGateway(mode);
    const first = watch(live);
    await first.next();
    for (let version = 2; version <= 5; version++) live.world.move(acme, '1');
    for (let version = 2; version <= 5; version++) await first.next();

    const back = watch(live, { after: '1:2' });
    const missed = [await back.next(), await back.next(), await back.next()];
    expect(missed.map(({ shipment, isSnapshot }) => [shipment.version, isSnapshot])).toEqual([
      [3, false],
      [4, false],
      [5, false],
    ]);
    await until('both share', () => openStreams(live) === 1);
    live.world.move(acme, '1');
    expect((await back.next()).shipment.version).toBe(6);
  });

  it('the last one who leaves closes the stream, after a moment', async () => {
    await using live = await aLiveGateway(mode);
    const one = watch(live);
    await one.next();
    await one.stop();
    await until('the cohort is gone', () => live.gateway.held().cohorts === 0);
    await until('the stream is closed', () => openStreams(live) === 0);
    expect(live.gateway.metrics().ends.get('client_disconnect')).toBe(1);
  });
});
