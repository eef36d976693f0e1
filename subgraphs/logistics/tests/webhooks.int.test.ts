import { randomUUID } from 'node:crypto';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBookedParcel, openDepot, webhookSecrets, type Depot, type Parcel, type ShippableOrder } from './depot.ts';
import { senderTo, type SentFix, type WebhookSender } from './webhook-sender.ts';

let depot: Depot;
let sender: WebhookSender;
beforeAll(async () => {
  depot = await openDepot();
  sender = senderTo(depot);
});
afterAll(() => depot[Symbol.asyncDispose]());

const start = Date.now() - 600_000;
const fixAt = (seconds: number, given: Partial<SentFix> = {}): SentFix => ({
  sequence: seconds,
  at: new Date(start + 1_000 * seconds).toISOString(),
  lat: 47.3 + seconds / 20_000,
  lng: 8.5,
  accuracy: 5,
  ...given,
});
const position = (reference: string, fix: SentFix) => ({ type: 'position', reference, ...fix });
const report = (reference: string, status: string, seconds: number, id: string = randomUUID()) => ({
  type: 'status',
  id,
  reference,
  status,
  at: new Date(start + 1_000 * seconds).toISOString(),
  description: `It is ${status}.`,
});

interface Seen {
  readonly status: string;
  readonly carrierStatus: string | null;
  readonly location: { readonly sequence: number; readonly recordedAt: string } | null;
  readonly events: { readonly nodes: readonly { readonly status: string; readonly description: string }[] };
  readonly droppedFixes: readonly { readonly reason: string; readonly count: number }[];
}
const see = async (order: ShippableOrder, parcel: Parcel): Promise<Seen> =>
  (
    await order.ask<{ shipment: Seen }>(
      `query ($id: ID!) { shipment(id: $id) { status carrierStatus location { sequence recordedAt } droppedFixes { reason count }
         events { nodes { status description } } } }`,
      { id: parcel.opaqueId },
    )
  ).shipment;

test('a webhook has one effect, however often it comes, under either secret', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const messages = [report(parcel.id, 'picked_up', 1, 'report 1'), position(parcel.id, fixAt(5))];
  const id = 'msg_once';
  for (const secret of [...webhookSecrets, ...webhookSecrets]) {
    expect(await sender.post(order.tenantId, messages, { id, secret })).toBe(202);
  }
  // The same messages under another id are another webhook with nothing new in it.
  expect(await sender.post(order.tenantId, messages)).toBe(202);
  await sender.settled();

  expect(await see(order, parcel)).toMatchObject({
    status: 'PICKED_UP',
    location: { sequence: 1 },
    droppedFixes: [{ reason: 'DUPLICATE', count: 1 }],
  });
  expect(await order.published('ShipmentDispatched')).toHaveLength(1);
});

test('what is not signed by the carrier is refused and leaves no trace', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const secret = Buffer.alloc(24, 9).toString('base64');
  expect(await sender.post(order.tenantId, [report(parcel.id, 'delivered', 9)], { secret })).toBe(401);
  const bare = await fetch(`${depot.url}/carriers/simulator/webhook`, { method: 'POST', body: '{}' });
  expect(bare.status).toBe(401);
  expect(
    await sender.post(
      order.tenantId,
      Array.from({ length: 101 }, () => report(parcel.id, 'delivered', 9)),
    ),
  ).toBe(400);
  await sender.settled();
  expect(await see(order, parcel)).toMatchObject({ status: 'LABEL_CREATED' });
});

test('a merchant’s carrier account says nothing about another merchant’s parcels', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const stranger = newId();
  expect(await sender.post(stranger, [report(parcel.id, 'delivered', 9), position(parcel.id, fixAt(1))])).toBe(202);
  await sender.settled();
  expect(await see(order, parcel)).toMatchObject({ status: 'LABEL_CREATED', location: null });
});

test('late reports are listed and move nothing back; an unknown word needs a person and keeps its word', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await sender.post(order.tenantId, [report(parcel.id, 'out_for_delivery', 30)]);
  await sender.post(order.tenantId, [report(parcel.id, 'in_transit', 20), report(parcel.id, 'picked_up', 10)]);
  await sender.settled();
  const late = await see(order, parcel);
  expect(late.status).toBe('OUT_FOR_DELIVERY');
  expect(late.events.nodes.map(({ description }) => description)).toEqual(
    expect.arrayContaining(['It is in_transit.', 'It is picked_up.']),
  );
  expect(await order.published('ShipmentDispatched')).toHaveLength(1);

  await sender.post(order.tenantId, [report(parcel.id, 'teleported', 40)]);
  await sender.settled();
  expect(await see(order, parcel)).toMatchObject({ status: 'EXCEPTION', carrierStatus: 'teleported' });
  expect(depot.house.logged.some((line) => line.includes('teleported'))).toBe(true);
});

test('a time that cannot be is not believed: nothing is delivered before it was sent or in years to come', async () => {
  const before = Date.now();
  const [fast, slow] = [await aBookedParcel(depot), await aBookedParcel(depot)];
  const at = (id: string, status: string, time: string) => ({ ...report(id, status, 0), at: time });
  await sender.post(fast.order.tenantId, [at(fast.parcel.id, 'delivered', '2099-01-01T00:00:00.000Z')]);
  await sender.post(slow.order.tenantId, [at(slow.parcel.id, 'delivered', '2001-01-01T00:00:00.000Z')]);
  await sender.settled();

  for (const { order } of [fast, slow]) {
    const [delivered] = await order.published('ShipmentDelivered');
    const deliveredAt = Date.parse(String(delivered?.payload['deliveredAt']));
    expect(deliveredAt).toBeGreaterThanOrEqual(before);
    expect(deliveredAt).toBeLessThanOrEqual(Date.now());
  }
  expect((await fast.order.published('ShipmentStatusChanged')).at(-1)?.payload['reason']).toContain('2099');
  expect(depot.house.logged.some((line) => line.includes('2099'))).toBe(true);

  // What comes later still moves it.
  await sender.post(fast.order.tenantId, [at(fast.parcel.id, 'return_to_sender', new Date().toISOString())]);
  await sender.settled();
  expect(await see(fast.order, fast.parcel)).toMatchObject({ status: 'RETURNING' });
});

test('each kind of nonsense is dropped under its own reason, in one webhook with good fixes', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const fixes = [
    fixAt(10),
    fixAt(10),
    fixAt(15, { at: new Date(Date.now() + 120_000).toISOString() }),
    fixAt(20, { lat: 0, lng: 0 }),
    fixAt(25, { accuracy: 101 }),
    fixAt(30, { lat: 48 }),
    fixAt(40),
    fixAt(35),
    fixAt(45),
  ];
  await sender.fixes(order.tenantId, parcel.id, fixes);
  const seen = await see(order, parcel);
  expect(seen.location).toEqual({ sequence: 3, recordedAt: fixes.at(-1)?.at });
  expect(seen.droppedFixes).toEqual(
    ['DUPLICATE', 'IN_FUTURE', 'OUT_OF_RANGE', 'INACCURATE', 'TOO_FAST', 'OUTDATED'].map((reason) => ({
      reason,
      count: 1,
    })),
  );

  await sender.post(order.tenantId, [report(parcel.id, 'delivered', 60)]);
  await sender.fixes(order.tenantId, parcel.id, [fixAt(70)]);
  expect((await see(order, parcel)).droppedFixes).toContainEqual({ reason: 'NOT_UNDER_WAY', count: 1 });
});

test('what the database cannot keep is left out, and the rest of the webhook counts', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const odd = ['\u0000'.padEnd(10, '💥'), 'half a pair: \uD83D'].map((description, second) => ({
    ...report(parcel.id, 'in_transit', second),
    description,
    signedBy: description,
  }));
  const messages = [
    ...odd,
    { ...odd[0], id: 'a\uD800b' },
    { ...position(parcel.id, fixAt(3)), stopsLeft: 2 ** 40, speed: 1e308 },
    { ...position(parcel.id, fixAt(4)), sequence: 2 ** 53 },
    report(parcel.id, 'out_for_delivery', 6),
  ];
  expect(await sender.post(order.tenantId, messages)).toBe(202);
  await sender.settled();

  const seen = await see(order, parcel);
  expect(seen).toMatchObject({ status: 'OUT_FOR_DELIVERY', location: { sequence: 1 } });
  expect(seen.events.nodes.map(({ description }) => description).filter((text) => text === 'in_transit')).toHaveLength(
    2,
  );
});
