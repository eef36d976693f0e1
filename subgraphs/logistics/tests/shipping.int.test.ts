import { newId, write } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBookedParcel, anOrder, openDepot, type Depot } from './depot.ts';

let depot: Depot;
beforeAll(async () => {
  depot = await openDepot();
});
afterAll(() => depot[Symbol.asyncDispose]());

const typesOf = (events: readonly { type: string }[]): string[] => events.map(({ type }) => type);

test('a confirmed order gets a parcel for each place that its goods lie at, and the saga its answer', async () => {
  const order = await anOrder(depot, { locations: 2 });
  await order.allocate();
  await order.prepare();

  const created = await order.published('ShipmentCreated');
  expect(created).toHaveLength(2);
  expect(new Set(created.map(({ command_key: key }) => key))).toEqual(
    new Set([`${order.sagaId}:logistics.PrepareShipment`]),
  );
  const units = created.flatMap(({ payload }) => payload['lines'] as { orderLineId: string; quantity: number }[]);
  for (const { orderLineId, quantity } of order.lines) {
    expect(units.filter((unit) => unit.orderLineId === orderLineId).reduce((sum, unit) => sum + unit.quantity, 0)).toBe(
      quantity,
    );
  }
});

test('the answer waits for where the goods lie, and a repeated command is answered with the same parcels', async () => {
  const order = await anOrder(depot);
  await order.prepare();
  expect(await order.published()).toEqual([]);

  await order.allocate();
  const [first] = await order.published('ShipmentCreated');
  expect(first?.command_key).toBe(`${order.sagaId}:logistics.PrepareShipment`);

  await order.prepare();
  const all = await order.published('ShipmentCreated');
  expect(all).toHaveLength(2);
  expect(all[1]?.payload['shipmentId']).toBe(first?.payload['shipmentId']);
});

test('a parcel is booked, driven, and delivered: every step is told once', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  expect(await parcel.row()).toMatchObject({ status: 'LABEL_CREATED', operation: null });
  expect((await parcel.row()).tracking_number).toMatch(/^SIM/);
  expect(typesOf(await order.published('ShipmentDispatched'))).toEqual([]);

  await depot.driveUntil(parcel, 'DELIVERED');

  const events = await order.published();
  for (const type of ['ShipmentDispatched', 'ShipmentArriving', 'ShipmentDelivered']) {
    expect(events.filter((event) => event.type === type)).toHaveLength(1);
  }
  const moves = events.filter(({ type }) => type === 'ShipmentStatusChanged').map(({ payload }) => payload['after']);
  expect(moves).toEqual(['LABEL_CREATED', 'PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED']);
  const { shipment } = await order.ask<{ shipment: Record<string, unknown> }>(
    `query ($id: ID!) { shipment(id: $id) { status location { sequence } destination { line1 city } plannedRoute eta { expectedAt }
       track(maxPoints: 50) { sequence } events { nodes { status source } } proofOfDelivery { signedBy deliveredAt } droppedFixes { reason } } }`,
    { id: parcel.opaqueId },
  );
  expect(shipment).toMatchObject({
    status: 'DELIVERED',
    destination: { line1: 'High Street 1', city: 'Town' },
    proofOfDelivery: { signedBy: 'Recipient' },
    droppedFixes: [],
    eta: null,
  });
  expect((shipment['track'] as unknown[]).length).toBeGreaterThan(20);
});

test('what has left cannot be stopped, what has not is taken back from the carrier', async () => {
  const booked = await aBookedParcel(depot);
  const stop = { orderId: booked.order.orderId, reason: 'CUSTOMER' };
  await booked.order.receive('StopShipment', stop, `${booked.order.sagaId}:stop`);
  await depot.house.quiet();
  await expect
    .poll(async () => (await booked.order.published('ShipmentStopped'))[0]?.command_key, { timeout: 10_000 })
    .toBe(`${booked.order.sagaId}:stop`);
  expect(await booked.parcel.row()).toMatchObject({ status: 'CANCELLED' });

  const gone = await aBookedParcel(depot);
  await depot.driveUntil(gone.parcel, 'IN_TRANSIT');
  await gone.order.receive(
    'StopShipment',
    { orderId: gone.order.orderId, reason: 'CUSTOMER' },
    `${gone.order.sagaId}:stop`,
  );
  const [refused] = await gone.order.published('ShipmentStopRefused');
  expect(refused).toMatchObject({ command_key: `${gone.order.sagaId}:stop`, payload: { shipmentId: gone.parcel.id } });
});

test('a stop that was taken back prepares the goods again', async () => {
  const order = await anOrder(depot);
  await order.allocate();
  await order.prepare();
  await order.receive('StopShipment', { orderId: order.orderId, reason: 'CUSTOMER' }, `${order.sagaId}:stop`);
  expect(await order.published('ShipmentStopped')).toHaveLength(1);

  await order.prepare();
  const rows = await Promise.all((await order.parcels()).map((parcel) => parcel.row()));
  expect(rows.map(({ status }) => status)).toEqual(['CANCELLED', 'PENDING']);
});

const create = `mutation ($input: ShipmentCreateInput!) { shipmentCreate(input: $input) { shipment { number } userErrors { code field } } }`;

test('staff ship an order in parts, never more than lies there and is left', async () => {
  const order = await anOrder(depot);
  await order.allocate();
  const id = (type: string, uuid: string): string => Buffer.from(`${type}:${uuid}`).toString('base64url');
  const [line] = order.lines;
  const input = (quantity: number, key: string = newId()) => ({
    input: {
      orderId: id('Order', order.orderId),
      locationId: id('Location', order.locationIds[0] ?? ''),
      lines: [{ orderLineId: id('OrderLine', line?.orderLineId ?? ''), quantity }],
      carrierCode: 'post',
      idempotencyKey: key,
    },
  });
  const codes = async (variables: object) =>
    (
      await order.ask<{ shipmentCreate: { userErrors: { code: string }[] } }>(create, { ...variables })
    ).shipmentCreate.userErrors.map(({ code }) => code);
  const nowhere = { input: { ...input(1).input, locationId: 'zz' } };
  expect(await order.ask(create, nowhere)).toMatchObject({
    shipmentCreate: { userErrors: [{ code: 'NOT_FOUND', field: ['locationId'] }] },
  });

  expect(await codes(input(1))).toEqual(['ORDER_NOT_SHIPPABLE']);
  await order.receive('OrderConfirmed', {
    orderId: order.orderId,
    number: '1',
    customerId: null,
    totals: {
      subtotal: { amount: '1.00', currencyCode: 'CHF' },
      shippingTotal: { amount: '1.00', currencyCode: 'CHF' },
      taxTotal: { amount: '1.00', currencyCode: 'CHF' },
      loyaltyTotal: { amount: '0.00', currencyCode: 'CHF' },
      grandTotal: { amount: '1.00', currencyCode: 'CHF' },
      taxesIncluded: true,
    },
  });
  expect(await codes(input(4))).toEqual(['QUANTITY_EXCEEDS_UNSHIPPED']);
  const key = newId();
  expect(await codes(input(2, key))).toEqual([]);
  expect(await codes(input(2, key))).toEqual([]);
  expect(await codes(input(3, key))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  expect(await codes(input(2))).toEqual(['QUANTITY_EXCEEDS_UNSHIPPED']);
  const holdId = newId();
  await order.receive('OrderHoldChanged', { orderId: order.orderId, holdId, isHeld: true, reason: 'Fraud?' });
  expect(await codes(input(1))).toEqual(['ORDER_ON_HOLD']);
  await order.receive('OrderHoldChanged', { orderId: order.orderId, holdId, isHeld: false, reason: 'No.' });
  expect(await codes(input(1))).toEqual([]);
  expect(await order.parcels()).toHaveLength(2);
});

test('a connected carrier numbers its parcels itself, and a number from elsewhere holds up no booking', async () => {
  const order = await anOrder(depot);
  await order.allocate();
  await order.prepare();
  const id = (type: string, uuid: string): string => Buffer.from(`${type}:${uuid}`).toString('base64url');
  const input = {
    orderId: id('Order', order.orderId),
    locationId: id('Location', order.locationIds[0] ?? ''),
    lines: [{ orderLineId: id('OrderLine', order.lines[0]?.orderLineId ?? ''), quantity: 1 }],
    carrierCode: 'simulator',
    trackingNumber: 'MINE1',
    idempotencyKey: newId(),
  };
  const { shipmentCreate } = await order.ask<{ shipmentCreate: object }>(create, { input });
  expect(shipmentCreate).toMatchObject({ userErrors: [{ code: 'INVALID', field: ['trackingNumber'] }] });

  const [parcel] = await order.parcels();
  if (!parcel) throw new Error('The order has no parcel.');
  await depot.house.command('logistics', order.tenantId, async (tx) => {
    write(tx.em, `update "logistics"."shipment" set tracking_number = 'MINE1' where id = $1`, [parcel.id]);
  });
  await parcel.dispatch();
  await expect
    .poll(() => parcel.row(), { timeout: 10_000 })
    .toMatchObject({ status: 'LABEL_CREATED', operation: null, tracking_number: expect.stringMatching(/^SIM/) });
});

test('units that are refunded before they left come out of their parcel once, and an empty one goes back', async () => {
  const { order, parcel } = await aBookedParcel(depot);
  const [first, second] = order.lines;
  if (!first || !second) throw new Error('The order has two lines.');
  const [locationId = ''] = order.locationIds;
  const refund = (units: readonly { orderLineId: string; variantId: string; quantity: number }[], refundId: string) =>
    order.receive('StockRestocked', {
      cartId: order.cartId,
      orderId: order.orderId,
      refundId,
      lines: [],
      released: units.map(({ orderLineId, variantId, quantity }) => ({ orderLineId, variantId, locationId, quantity })),
    });
  const unitsOf = async () => (await parcel.row()).lines.map(({ quantity }) => quantity);

  const refundId = newId();
  await refund([{ ...first, quantity: 1 }], refundId);
  await refund([{ ...first, quantity: 1 }], refundId);
  expect(await unitsOf()).toEqual([2, 2]);

  await refund([{ ...first, quantity: 2 }, second], newId());
  await expect.poll(async () => (await parcel.row()).status, { timeout: 10_000 }).toBe('CANCELLED');
  expect(await order.parcels()).toHaveLength(1);
});

test('a stop that is taken back is answered, with parcels of the carrier that they were with or without any', async () => {
  const order = await anOrder(depot);
  await order.allocate();
  await order.prepare();
  const stop = { orderId: order.orderId, reason: 'CUSTOMER' };
  await order.receive('StopShipment', stop, `${order.sagaId}:stop`);
  await order.receive('ResumeShipment', { orderId: order.orderId }, `${order.sagaId}:resume`);
  const rows = await Promise.all((await order.parcels()).map((parcel) => parcel.row()));
  expect(rows.map(({ status }) => status)).toEqual(['CANCELLED', 'PENDING']);
  expect(await order.published('ShipmentResumed')).toHaveLength(1);

  const bare = await anOrder(depot);
  await bare.allocate();
  await bare.receive('StopShipment', { orderId: bare.orderId, reason: 'CUSTOMER' }, `${bare.sagaId}:stop`);
  await bare.receive('ResumeShipment', { orderId: bare.orderId }, `${bare.sagaId}:resume`);
  expect((await bare.published()).map(({ type }) => type)).toEqual(['ShipmentStopped', 'ShipmentResumed']);
});

test('settings grow a version with each change, and with nothing else', async () => {
  const order = await anOrder(depot);
  const update = async (input: object): Promise<number | undefined> => {
    const { logisticsSettingsUpdate: answer } = await order.ask<{
      logisticsSettingsUpdate: { settings: { version: number } | null };
    }>(
      `mutation ($input: LogisticsSettingsUpdateInput!) {
         logisticsSettingsUpdate(input: $input) { settings { version } userErrors { code } } }`,
      { input },
    );
    return answer.settings?.version;
  };

  expect(await update({})).toBe(1);
  expect(await update({ dispatchDelaySeconds: 0 })).toBe(1);
  expect(await update({ dispatchDelaySeconds: 60 })).toBe(2);
  expect(await update({})).toBe(2);
  expect(await update({ dispatchDelaySeconds: 60, isDispatchAutomatic: false })).toBe(2);
  expect(await update({ isDispatchAutomatic: true })).toBe(3);
});
