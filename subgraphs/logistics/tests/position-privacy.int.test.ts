import { randomUUID } from 'node:crypto';
import { aViewer, expectData } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBookedParcel, openDepot, type Depot, type Parcel, type ShippableOrder } from './depot.ts';
import { senderTo, type WebhookSender } from './webhook-sender.ts';

let depot: Depot;
let sender: WebhookSender;
beforeAll(async () => {
  depot = await openDepot();
  sender = senderTo(depot);
});
afterAll(() => depot[Symbol.asyncDispose]());

const start = Date.now() - 600_000;
const at = (seconds: number): string => new Date(start + 1_000 * seconds).toISOString();
const report = (reference: string, status: string, seconds: number) => ({
  type: 'status',
  id: randomUUID(),
  reference,
  status,
  at: at(seconds),
  description: `It is ${status}.`,
});
const fixAt = (seconds: number) => ({
  sequence: seconds,
  at: at(seconds),
  lat: 47.3 + seconds / 20_000,
  lng: 8.5,
  accuracy: 5,
});

async function say(order: ShippableOrder, ...messages: readonly object[]): Promise<void> {
  expect(await sender.post(order.tenantId, messages)).toBe(202);
  await sender.settled();
}

interface Seen {
  readonly location: { readonly sequence: number } | null;
  readonly track: readonly { readonly recordedAt: string }[];
}

/** What a caller sees of where the parcel is, asked for and by a stream. */
async function see({ tenantId, customerId }: ShippableOrder, parcel: Parcel, isStaff = false) {
  const viewer = isStaff
    ? aViewer({ tenantId, scopes: ['read_logistics'] })
    : aViewer({ tenantId, type: 'CUSTOMER', ...(customerId ? { id: customerId } : {}) });
  const asked = await depot.house.execute(
    'logistics',
    viewer,
    'query ($id: ID!) { shipment(id: $id) { location { sequence } track { recordedAt } } }',
    { id: parcel.opaqueId },
  );
  const stream = await depot.house.subscribe(
    'logistics',
    viewer,
    'subscription ($id: ID) { shipmentLocationUpdated(shipmentId: $id) { location { sequence } } }',
    { id: parcel.opaqueId },
  );
  const { value } = await stream.next();
  await stream.return?.();
  const { shipment } = expectData<{ shipment: Seen }>(asked);
  const { shipmentLocationUpdated: tick } = expectData<{ shipmentLocationUpdated: Pick<Seen, 'location'> }>(value);
  expect(tick.location?.sequence).toBe(shipment.location?.sequence);
  return { sequence: shipment.location?.sequence ?? null, track: shipment.track.map(({ recordedAt }) => recordedAt) };
}

test('where a parcel was before its pick-up is for its merchant alone', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await say(order, { type: 'position', reference: parcel.id, ...fixAt(5) });
  await say(order, report(parcel.id, 'picked_up', 10));
  expect(await see(order, parcel)).toEqual({ sequence: null, track: [] });
  expect(await see(order, parcel, true)).toEqual({ sequence: 1, track: [at(5)] });

  await say(order, { type: 'position', reference: parcel.id, ...fixAt(15) });
  expect(await see(order, parcel)).toEqual({ sequence: 2, track: [at(15)] });
  expect(await see(order, parcel, true)).toEqual({ sequence: 2, track: [at(5), at(15)] });
});

test('no report after the delivery shows again where the parcel was handed over', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await say(order, report(parcel.id, 'picked_up', 1), { type: 'position', reference: parcel.id, ...fixAt(15) });
  expect(await see(order, parcel)).toMatchObject({ sequence: 1 });

  await say(order, report(parcel.id, 'delivered', 20));
  await say(order, report(parcel.id, 'failure', 30));
  expect(await parcel.row()).toMatchObject({ status: 'EXCEPTION' });
  expect(await see(order, parcel)).toEqual({ sequence: null, track: [] });
  expect(await see(order, parcel, true)).toMatchObject({ sequence: 1 });
});

test('a word that nobody knows sends nothing off: the parcel can still be stopped, and shows no position', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  await say(order, report(parcel.id, 'teleported', 620), { type: 'position', reference: parcel.id, ...fixAt(621) });
  expect(await parcel.row()).toMatchObject({ status: 'EXCEPTION' });
  expect(await order.published('ShipmentDispatched')).toEqual([]);
  expect(await see(order, parcel)).toEqual({ sequence: null, track: [] });

  const key = `${order.sagaId}:stop`;
  await order.receive('StopShipment', { orderId: order.orderId, reason: 'CUSTOMER' }, key);
  await expect
    .poll(async () => (await order.published('ShipmentStopped'))[0]?.command_key, { timeout: 10_000 })
    .toBe(key);
  expect(await order.published('ShipmentStopRefused')).toEqual([]);
});
