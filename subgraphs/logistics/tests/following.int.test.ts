import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, waitFor } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTrackingTokens } from '../src/tracking/tracking-tokens.ts';
import { readRoute } from '../src/tracking/route-progress.ts';
import { aBookedParcel, openDepot, type Depot, type Parcel, type ShippableOrder } from './depot.ts';

let depot: Depot;
beforeAll(async () => {
  depot = await openDepot();
});
afterAll(() => depot[Symbol.asyncDispose]());

const guestOf = ({ tenantId }: ShippableOrder) => aViewer({ tenantId, type: 'ANONYMOUS' });
const customerOf = ({ tenantId, customerId }: ShippableOrder) =>
  aViewer({ tenantId, type: 'CUSTOMER', ...(customerId ? { id: customerId } : {}) });

const shown = `id status location { point { latitude longitude } sequence } isStale track { sequence } order { id }
  destination { line1 } destinationPoint { latitude longitude } plannedRoute proofOfDelivery { signedBy } events { nodes { status point { latitude } } }`;

interface Shown {
  readonly status: string;
  readonly location: { readonly sequence: number } | null;
  readonly track: readonly unknown[];
  readonly order: { readonly id: string } | null;
  readonly destination: { readonly line1: string } | null;
  readonly destinationPoint: { readonly latitude: number; readonly longitude: number } | null;
  readonly plannedRoute: string | null;
  readonly proofOfDelivery: object | null;
  readonly events: { readonly nodes: readonly { readonly point: object | null }[] };
}

async function linkTo(
  order: ShippableOrder,
  parcel: Parcel,
  viewer = customerOf(order),
  ttlHours = 1,
): Promise<string> {
  const result = await depot.house.execute(
    'logistics',
    viewer,
    `mutation ($input: ShipmentTrackingLinkCreateInput!) { shipmentTrackingLinkCreate(input: $input) { token url userErrors { code } } }`,
    { input: { shipmentId: parcel.opaqueId, ttlHours } },
  );
  const { shipmentTrackingLinkCreate: made } = expectData<{
    shipmentTrackingLinkCreate: { token: string | null; url: string | null; userErrors: { code: string }[] };
  }>(result);
  if (made.token === null) return made.userErrors.map(({ code }) => code).join();
  expect(made.url).toBe(`https://shop.example/track/${made.token}`);
  return made.token;
}

const byToken = async (order: ShippableOrder, token: string): Promise<Shown | null> =>
  expectData<{ shipmentByTrackingToken: Shown | null }>(
    await depot.house.execute(
      'logistics',
      guestOf(order),
      `query ($token: String!) { shipmentByTrackingToken(token: $token) { ${shown} } }`,
      { token },
    ),
  ).shipmentByTrackingToken;

const byId = async (order: ShippableOrder, parcel: Parcel, viewer = customerOf(order)): Promise<Shown | null> =>
  expectData<{ shipment: Shown | null }>(
    await depot.house.execute('logistics', viewer, `query ($id: ID!) { shipment(id: $id) { ${shown} } }`, {
      id: parcel.opaqueId,
    }),
  ).shipment;

test('a link shows the way from PICKED_UP until DELIVERED, and nobody’s name, address or order', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const token = await linkTo(order, parcel);
  expect(await byToken(order, token)).toMatchObject({ status: 'LABEL_CREATED', location: null, track: [] });

  await depot.driveUntil(parcel, 'OUT_FOR_DELIVERY');
  const [seen, own] = [await byToken(order, token), await byId(order, parcel)];
  expect(seen?.location?.sequence).toBeGreaterThan(3);
  expect(seen).toMatchObject({ order: null, destination: null, proofOfDelivery: null });
  expect(own).toMatchObject({
    order: { id: encodeId('Order', order.orderId) },
    destination: { line1: 'High Street 1' },
  });
  const { latitude = 0, longitude = 0 } = seen?.destinationPoint ?? {};
  expect(
    [latitude, longitude].map((degrees) => Math.abs(degrees * 1_000 - Math.round(degrees * 1_000)) < 1e-6),
  ).toEqual([true, true]);
  expect(JSON.stringify(seen)).not.toContain('High Street');
  const [whole, short] = [own?.plannedRoute, seen?.plannedRoute].map((route) => readRoute(route ?? '')?.meters ?? 0);
  expect((whole ?? 0) - (short ?? 0)).toBeGreaterThan(140);

  await depot.driveUntil(parcel, 'DELIVERED');
  for (const after of [await byToken(order, token), await byId(order, parcel)]) {
    expect(after).toMatchObject({ status: 'DELIVERED', location: null, track: [] });
    expect(after?.events.nodes.filter(({ point }) => point !== null)).toEqual([]);
  }
  expect((await byToken(order, token))?.proofOfDelivery).toBeNull();
  const staff = await byId(order, parcel, aViewer({ tenantId: order.tenantId, scopes: ['read_logistics'] }));
  expect(staff?.location?.sequence).toBeGreaterThan(10);
});

test('a token opens one parcel of one merchant, until it is over', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const other = await aBookedParcel(depot);
  const token = await linkTo(order, parcel);
  expect(await byToken(other.order, token)).toBeNull();
  for (const at of [0, 10, 19, 30]) {
    const bytes = Buffer.from(token, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(await byToken(order, bytes.toString('base64url'))).toBeNull();
  }
  const tokens = createTrackingTokens('tracking', 'https://shop.example/track');
  expect(tokens.read(order.tenantId, token, new Date())).toBe(parcel.id);
  expect(tokens.read(other.order.tenantId, token, new Date())).toBeNull();
  const over = tokens.make(order.tenantId, parcel.id, new Date(Date.now() - 1_000));
  expect(await byToken(order, over)).toBeNull();
  expect(await byToken(order, '')).toBeNull();
  expect(createTrackingTokens('another', '').read(order.tenantId, token, new Date())).toBeNull();
});

test('a stream that a link opened tells nothing more when the link is over', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const tokens = createTrackingTokens('tracking', 'https://shop.example/track');
  const until = Date.now() + 1_500;
  const token = tokens.make(order.tenantId, parcel.id, new Date(until));
  const query = `subscription ($token: String) { shipmentUpdated(trackingToken: $token) { isSnapshot shipment { status } } }`;
  const updates = await depot.house.subscribe('logistics', guestOf(order), query, { token });
  expect((await updates.next()).value).toMatchObject({ data: { shipmentUpdated: { isSnapshot: true } } });

  await waitFor(() => Date.now() > until, { describe: 'the end of the link' });
  await depot.driveUntil(parcel, 'PICKED_UP');

  const { value } = await updates.next();
  expect(value?.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
  expect(JSON.stringify(value)).not.toContain('PICKED_UP');
  await updates.return?.();
});

test('a link is made by whose order it is and by staff, for at most 2160 hours', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  expect(await linkTo(order, parcel, aViewer({ tenantId: order.tenantId, type: 'CUSTOMER' }))).toBe('NOT_FOUND');
  expect(await linkTo(order, parcel, guestOf(order))).toBe('NOT_FOUND');
  expect(await linkTo(order, parcel, customerOf(order), 2_161)).toBe('INVALID');
});

const positions = `subscription ($id: ID, $token: String, $after: String, $every: Int! = 0) {
  shipmentLocationUpdated(shipmentId: $id, trackingToken: $token, after: $after, minIntervalSeconds: $every) {
    cursor isSnapshot status isStale location { sequence recordedAt headingDegrees } eta { expectedAt latestAt } } }`;

interface Tick {
  readonly cursor: string;
  readonly isSnapshot: boolean;
  readonly status: string;
  readonly isStale: boolean;
  readonly location: { readonly sequence: number } | null;
  readonly eta: { readonly expectedAt: string } | null;
}

async function* ticks(order: ShippableOrder, variables: object, viewer = customerOf(order)): AsyncGenerator<Tick> {
  const stream = await depot.house.subscribe('logistics', viewer, positions, { ...variables });
  try {
    for await (const result of stream)
      yield expectData<{ shipmentLocationUpdated: Tick }>(result).shipmentLocationUpdated;
  } finally {
    await stream.return?.();
  }
}

async function next(stream: AsyncGenerator<Tick>): Promise<Tick> {
  const { value } = await stream.next();
  if (!value) throw new Error('The stream ended.');
  return value;
}

test('who follows a parcel gets a snapshot, then only newer positions, and none after its arrival', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await depot.driveUntil(parcel, 'IN_TRANSIT');
  const stream = ticks(order, { id: parcel.opaqueId });
  const first = await next(stream);
  expect(first).toMatchObject({ isSnapshot: true, status: 'IN_TRANSIT' });
  let last = first.location?.sequence ?? 0;
  for (let n = 0; n < 5; n += 1) {
    await depot.drive(5);
    const tick = await next(stream);
    expect(tick.isSnapshot).toBe(false);
    expect(tick.location?.sequence).toBeGreaterThan(last);
    last = tick.location?.sequence ?? 0;
    expect(tick.eta).not.toBeNull();
  }
  const { cursor } = first;
  await stream.return(undefined);

  const again = ticks(order, { id: parcel.opaqueId, after: cursor });
  expect(await next(again)).toMatchObject({ isSnapshot: false, location: { sequence: last } });
  await depot.driveUntil(parcel, 'DELIVERED');
  let tick = await next(again);
  while (tick.status !== 'DELIVERED') tick = await next(again);
  expect(tick).toMatchObject({ location: null, eta: null, isStale: false });
  await again.return(undefined);
});

test('a parcel that was handed over is expected no more, whatever staff report of it afterwards', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await depot.driveUntil(parcel, 'OUT_FOR_DELIVERY');
  const read = async () =>
    (
      await order.ask<{ shipment: { status: string; eta: { expectedAt: string } | null } }>(
        'query ($id: ID!) { shipment(id: $id) { status eta { expectedAt } } }',
        { id: parcel.opaqueId },
      )
    ).shipment;
  expect((await read()).eta).not.toBeNull();
  await depot.driveUntil(parcel, 'DELIVERED');
  const stream = ticks(order, { id: parcel.opaqueId });
  await next(stream);

  await order.ask(
    'mutation ($input: ShipmentTrackingEventAddInput!) { shipmentTrackingEventAdd(input: $input) { userErrors { code } } }',
    {
      input: {
        shipmentId: parcel.opaqueId,
        status: 'EXCEPTION',
        description: 'Nobody has seen it.',
        occurredAt: new Date().toISOString(),
        idempotencyKey: newId(),
      },
    },
  );

  expect(await read()).toEqual({ status: 'EXCEPTION', eta: null });
  expect(await next(stream)).toMatchObject({ status: 'EXCEPTION', eta: null, location: null });
  await stream.return(undefined);
});

test('a guest follows with a token; nobody follows what is not theirs', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const token = await linkTo(order, parcel);
  await depot.driveUntil(parcel, 'IN_TRANSIT');
  const guest = ticks(order, { token }, guestOf(order));
  expect(await next(guest)).toMatchObject({ isSnapshot: true, location: { sequence: expect.any(Number) } });
  await guest.return(undefined);

  const refused = async (variables: object, viewer = customerOf(order)): Promise<void> => {
    await expect(next(ticks(order, variables, viewer))).rejects.toThrow(/refused/);
  };
  await refused({ id: parcel.opaqueId }, guestOf(order));
  await refused({ id: parcel.opaqueId }, aViewer({ tenantId: order.tenantId, type: 'CUSTOMER' }));
  await refused({ id: parcel.opaqueId }, aViewer({ scopes: ['read_logistics'] }));
  await refused({ id: parcel.opaqueId }, aViewer({ tenantId: order.tenantId, scopes: [] }));
  await refused({ token: `${token}x` }, guestOf(order));
  await refused({ token, id: parcel.opaqueId });
  await refused({});
  await refused({ id: parcel.opaqueId, every: -1 });
});

test('a guest who was led to their order follows its parcel; a token gives no other token', async () => {
  const { order, parcel } = await aBookedParcel(depot, { customerId: null });
  const led = await depot.house.execute(
    'logistics',
    guestOf(order),
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { shipments { status trackingToken destination { city } } } } }`,
    { of: [{ __typename: 'Order', id: encodeId('Order', order.orderId) }] },
  );
  const [found] = expectData<{ _entities: { shipments: { trackingToken: string }[] }[] }>(led)._entities;
  const token = found?.shipments[0]?.trackingToken ?? '';
  expect(found?.shipments).toMatchObject([{ destination: { city: 'Town' } }]);
  await depot.driveUntil(parcel, 'IN_TRANSIT');
  const stream = ticks(order, { token }, guestOf(order));
  expect(await next(stream)).toMatchObject({ isSnapshot: true, status: 'IN_TRANSIT' });
  await stream.return(undefined);
  const again = await depot.house.execute(
    'logistics',
    guestOf(order),
    'query ($token: String!) { shipmentByTrackingToken(token: $token) { trackingToken } }',
    { token },
  );
  expect(expectData(again)).toEqual({ shipmentByTrackingToken: { trackingToken: null } });
});

test('every change of a parcel is told once and in order, whether watched or caught up with', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const changes = `subscription ($id: ID, $after: String) { shipmentUpdated(shipmentId: $id, after: $after) { cursor isSnapshot event { sequence status } shipment { version status } } }`;
  interface Change {
    readonly cursor: string;
    readonly isSnapshot: boolean;
    readonly event: { readonly sequence: number; readonly status: string } | null;
  }
  const open = (after: string | null) =>
    depot.house.subscribe('logistics', customerOf(order), changes, { id: parcel.opaqueId, after });
  const take = async (stream: Awaited<ReturnType<typeof open>>): Promise<Change> => {
    const { value } = await stream.next();
    return expectData<{ shipmentUpdated: Change }>(value).shipmentUpdated;
  };

  const stream = await open(null);
  const snapshot = await take(stream);
  expect(snapshot).toMatchObject({ isSnapshot: true, event: null });
  await depot.driveUntil(parcel, 'DELIVERED');
  const { version } = await parcel.row();
  const watched: Change[] = [];
  while (watched.at(-1)?.event?.status !== 'DELIVERED') watched.push(await take(stream));
  await stream.return?.();
  const events = watched.flatMap(({ event }) => (event ? [event.sequence] : []));
  expect(events).toEqual(events.map((_, index) => (events[0] ?? 0) + index));
  expect(watched.length).toBeGreaterThan(events.length);
  expect(version).toBeGreaterThan(watched.length);

  const behind = await open(snapshot.cursor);
  const caughtUp: Change[] = [];
  while (caughtUp.length < watched.length) caughtUp.push(await take(behind));
  await behind.return?.();
  expect(caughtUp.map(({ event, isSnapshot }) => [event, isSnapshot])).toEqual(
    watched.map(({ event }) => [event, false]),
  );
});

/** Puts what was heard of a parcel last into the past, by three intervals. */
async function fallsSilent({ id }: Parcel): Promise<void> {
  const { Client } = await import('pg');
  const superuser = new Client({ connectionString: depot.house.database.superuserUrl });
  await superuser.connect();
  await superuser.query(
    `update logistics.position set heard_at = now() - interval '16 seconds' where shipment_id = $1`,
    [id],
  );
  await superuser.end();
}

test('silence is said within seconds, on read and to watchers, and taken back with the next fix', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await depot.driveUntil(parcel, 'IN_TRANSIT');
  const stream = ticks(order, { id: parcel.opaqueId });
  expect(await next(stream)).toMatchObject({ isStale: false });
  await fallsSilent(parcel);
  expect(await byId(order, parcel)).toMatchObject({ isStale: true });
  expect(await next(stream)).toMatchObject({ isStale: true });
  await depot.drive(5);
  expect(await next(stream)).toMatchObject({ isStale: false });
  await stream.return(undefined);
});

test('silence is said of a parcel as well that was picked up and never sent a position', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const { tracking_number: trackingNumber } = await parcel.row();
  depot.carrier.simulator.trigger(trackingNumber ?? '', { kind: 'lost-signal', seconds: 600 });
  await depot.driveUntil(parcel, 'PICKED_UP');
  const stream = ticks(order, { id: parcel.opaqueId });
  expect(await next(stream)).toMatchObject({ isStale: false, location: null });

  await fallsSilent(parcel);

  expect(await byId(order, parcel)).toMatchObject({ isStale: true, location: null });
  expect(await next(stream)).toMatchObject({ isStale: true, location: null });
  await stream.return(undefined);
});

test('parcels of another merchant are not there', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const stranger = aViewer({ tenantId: newId(), scopes: ['read_logistics', 'write_logistics'] });
  expect(await byId(order, parcel, stranger)).toBeNull();
  for (const mutation of ['shipmentDispatch', 'shipmentCancel'] as const) {
    const reason = mutation === 'shipmentCancel' ? { reason: 'x' } : {};
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const result = await depot.house.execute(
      'logistics',
      stranger,
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      {
        input: { shipmentId: parcel.opaqueId, idempotencyKey: newId(), ...reason },
      },
    );
    expect(expectData<Record<string, unknown>>(result)[mutation]).toEqual({ userErrors: [{ code: 'NOT_FOUND' }] });
  }
});

test('what tells that a parcel left says where it is followed, for whoever reads the mail', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await depot.driveUntil(parcel, 'PICKED_UP');

  const [left] = await order.published('ShipmentDispatched');
  const [, token] = String(left?.payload['trackingUrl']).split('https://shop.example/track/');

  expect(await byToken(order, token ?? '')).toMatchObject({ id: parcel.opaqueId, destination: null });
  // Whoever has a link for an hour does not get one for a month by it.
  const short = await linkTo(order, parcel);
  const seen = await depot.house.execute(
    'logistics',
    guestOf(order),
    'query ($token: String!) { shipmentByTrackingToken(token: $token) { trackingUrl trackingToken } }',
    { token: short },
  );
  expect(expectData(seen)).toEqual({ shipmentByTrackingToken: { trackingUrl: null, trackingToken: null } });
});
