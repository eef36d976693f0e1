import { newId } from '@ordergraph/tenancy';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { verify } from '../../verify/src/verify.ts';
import { refunds } from './after-sale.ts';
import { codesOf, mutate, settled, stockOf, violations } from './order-desk.ts';
import { parcelsOf, reports, ships } from './ships.ts';
import { buys, orderBecomes, startShop, type Shop, type ShopMerchant } from './shop.ts';

let shop: Shop;
let database: Client;
let merchant: ShopMerchant;
beforeAll(async () => {
  shop = await startShop();
  database = new Client({ connectionString: shop.house.database.superuserUrl });
  await database.connect();
});
afterEach(async () => {
  expect(await violations(shop, merchant)).toEqual([]);
  const report = await verify(database, { patienceMs: 10_000 });
  expect(report.findings.filter(({ violations: found }) => found.length > 0)).toEqual([]);
});
afterAll(async () => {
  await database.end();
  await shop.stop();
});

interface Progress {
  readonly fulfillmentStatus: string;
  readonly availableActions: readonly string[];
  readonly lines: readonly { readonly id: string; readonly shippedQuantity: number }[];
  readonly sagas: readonly { readonly status: string }[];
  readonly notifications: readonly { readonly topic: string; readonly body: string }[];
}

async function progressOf(orderId: string): Promise<Progress> {
  const { order } = await shop.ask<{ order: Progress }>(
    merchant.staff,
    `query ($id: ID!) { order(id: $id) { fulfillmentStatus availableActions lines { id shippedQuantity } sagas { status }
       notifications { topic body } } }`,
    { id: orderId },
  );
  return order;
}

async function aConfirmedOrder(units: number, token = merchant.guest): Promise<{ id: string; number: string }> {
  const order = await buys(shop, merchant, { MUG: units }, { token });
  await orderBecomes(shop, merchant, order.id, 'CONFIRMED');
  await shop.house.quiet();
  return order;
}

const cancel = (orderId: string) =>
  mutate(shop, merchant.staff, 'orderCancel', 'order', { orderId, reason: 'CUSTOMER', idempotencyKey: newId() });

test('what is ordered is packed, leaves the shelf once, and is told once at each step', async () => {
  merchant = await shop.opensMerchant();
  const { id, number } = await aConfirmedOrder(3);
  expect(await stockOf(shop, merchant)).toEqual({ onHand: 100, reserved: 0, allocated: 3, available: 97 });
  expect((await progressOf(id)).sagas.map(({ status }) => status)).toEqual(['COMPLETED']);

  const [parcel, ...others] = await ships(shop, merchant, id);
  expect(others).toEqual([]);
  expect(parcel).toMatchObject({ number: `${number}-1`, status: 'PICKED_UP' });
  expect(await stockOf(shop, merchant)).toEqual({ onHand: 97, reserved: 0, allocated: 0, available: 97 });
  const shipped = await progressOf(id);
  expect(shipped).toMatchObject({ fulfillmentStatus: 'SHIPPED', lines: [{ shippedQuantity: 3 }] });
  expect(shipped.availableActions).not.toContain('CANCEL');

  await reports(shop, merchant, parcel?.id ?? '', 'IN_TRANSIT');
  await reports(shop, merchant, parcel?.id ?? '', 'DELIVERED');
  const delivered = await progressOf(id);
  expect(delivered.fulfillmentStatus).toBe('DELIVERED');
  expect(delivered.notifications.map(({ topic }) => topic).toSorted()).toEqual([
    'ORDER_CONFIRMED',
    'SHIPMENT_DELIVERED',
    'SHIPMENT_DISPATCHED',
  ]);
  expect(delivered.notifications.find(({ topic }) => topic === 'SHIPMENT_DELIVERED')?.body).toContain(`${number}-1`);
});

test('an order that ships in parts is partly shipped, and its other part can no longer be cancelled', async () => {
  merchant = await shop.opensMerchant();
  const { id } = await aConfirmedOrder(5);
  const [whole] = await parcelsOf(shop, merchant, id);
  const withdrawn = await mutate(shop, merchant.staff, 'shipmentCancel', 'shipment', {
    shipmentId: whole?.id,
    reason: 'In parts.',
    idempotencyKey: newId(),
  });
  expect(codesOf(withdrawn)).toEqual([]);
  const { locations } = await shop.ask<{ locations: { id: string }[] }>(merchant.staff, '{ locations { id } }');
  const { lines } = await progressOf(id);
  for (const quantity of [2, 3]) {
    const made = await mutate(shop, merchant.staff, 'shipmentCreate', 'shipment', {
      orderId: id,
      locationId: locations[0]?.id,
      lines: [{ orderLineId: lines[0]?.id, quantity }],
      carrierCode: 'post',
      idempotencyKey: newId(),
    });
    expect(codesOf(made)).toEqual([]);
  }
  const [, first] = await parcelsOf(shop, merchant, id);
  const handedOver = await mutate(shop, merchant.staff, 'shipmentDispatch', 'shipment', {
    shipmentId: first?.id,
    idempotencyKey: newId(),
  });
  expect(codesOf(handedOver)).toEqual([]);
  await shop.house.quiet();

  expect(await progressOf(id)).toMatchObject({
    fulfillmentStatus: 'PARTIALLY_SHIPPED',
    lines: [{ shippedQuantity: 2 }],
  });
  expect(await stockOf(shop, merchant)).toEqual({ onHand: 98, reserved: 0, allocated: 3, available: 95 });
  expect(codesOf(await cancel(id))).toEqual(['NOT_CANCELLABLE']);
  await reports(shop, merchant, first?.id ?? '', 'DELIVERED');
  expect((await progressOf(id)).fulfillmentStatus).toBe('PARTIALLY_DELIVERED');
});

test('a cancelled order leaves nothing to ship', async () => {
  merchant = await shop.opensMerchant();
  const { id } = await aConfirmedOrder(2);
  expect(codesOf(await cancel(id))).toEqual([]);
  await orderBecomes(shop, merchant, id, 'CANCELLED');
  expect((await parcelsOf(shop, merchant, id)).map(({ status }) => status)).toEqual(['CANCELLED']);
  expect(await stockOf(shop, merchant)).toEqual({ onHand: 100, reserved: 0, allocated: 0, available: 100 });
});

test('a customer sees the parcels of their own order, and of nobody else’s', async () => {
  merchant = await shop.opensMerchant();
  const customerId = newId();
  const owner = shop.token(merchant.id, 'CUSTOMER', { id: customerId });
  const { id } = await aConfirmedOrder(1, owner);
  const [parcel] = await ships(shop, merchant, id);
  const ask = async (token: string) =>
    shop.ask<{ shipment: { status: string; order: { id: string } } | null }>(
      token,
      'query ($id: ID!) { shipment(id: $id) { status order { id } } }',
      { id: parcel?.id },
    );
  expect((await ask(owner)).shipment).toEqual({ status: 'PICKED_UP', order: { id } });
  expect((await ask(shop.token(merchant.id, 'CUSTOMER'))).shipment).toBeNull();
  expect((await ask(merchant.guest)).shipment).toBeNull();
  const other = await shop.opensMerchant();
  expect((await ask(other.staff)).shipment).toBeNull();
});

test('what is refunded before it left is neither sent nor counted twice, and the rest goes out', async () => {
  merchant = await shop.opensMerchant();
  const { id } = await aConfirmedOrder(3);
  await refunds(shop, merchant.staff, id, { units: 1 });
  await settled(shop, merchant, id);
  await shop.house.quiet();
  expect(await stockOf(shop, merchant)).toEqual({ onHand: 100, reserved: 0, allocated: 2, available: 98 });

  await ships(shop, merchant, id);
  expect(await stockOf(shop, merchant)).toEqual({ onHand: 98, reserved: 0, allocated: 0, available: 98 });
  expect(await progressOf(id)).toMatchObject({ fulfillmentStatus: 'SHIPPED', lines: [{ shippedQuantity: 2 }] });

  const whole = await aConfirmedOrder(2);
  await refunds(shop, merchant.staff, whole.id, { units: 2 });
  await settled(shop, merchant, whole.id);
  await shop.house.quiet();
  expect((await parcelsOf(shop, merchant, whole.id)).map(({ status }) => status)).toEqual(['CANCELLED']);
  expect(await stockOf(shop, merchant)).toEqual({ onHand: 98, reserved: 0, allocated: 0, available: 98 });
});

test('a cancellation stops the parcel also when the shipping method has another handle by now', async () => {
  merchant = await shop.opensMerchant();
  const { id } = await aConfirmedOrder(2);
  const { shippingMethods } = await shop.ask<{ shippingMethods: { id: string }[] }>(
    merchant.staff,
    '{ shippingMethods { id } }',
  );
  await shop.ask(
    merchant.staff,
    `mutation ($id: ID!) { shippingMethodUpsert(input: { id: $id, handle: "parcel", title: "Parcel", carrierCode: "other",
       price: { amount: "4.90", currencyCode: "EUR" } }) { userErrors { code message } } }`,
    { id: shippingMethods[0]?.id },
  );
  const stopsFirst = (): Promise<unknown> =>
    database.query(
      `select from orders.saga s where s.kind = 'CANCEL' and s.tenant_id = $1 and s.state->'steps'->0->>'name' = 'logistics.StopShipment'
         and s.state->'steps'->0->>'status' = 'SUCCEEDED'`,
      [merchant.id],
    );
  expect(codesOf(await cancel(id))).toEqual([]);
  await orderBecomes(shop, merchant, id, 'CANCELLED');
  expect(await stopsFirst()).toMatchObject({ rowCount: 1 });
  expect((await parcelsOf(shop, merchant, id)).map(({ status }) => status)).toEqual(['CANCELLED']);
});
