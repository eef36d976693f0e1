import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { settled } from '../order-desk.ts';
import {
  beginCheckout,
  createPayment,
  orderBecomes,
  placeOrder,
  type PlacedOrder,
  type Shop,
  type ShopMerchant,
} from '../shop.ts';
import { parcelsOf } from '../ships.ts';
import { addDeadLetters, addSettings, change } from './merchant-settings.ts';

/** A merchant with something of every kind that a merchant can have; all its words contain `mark`. */
export interface FilledMerchant extends ShopMerchant {
  readonly mark: string;
  /** Bare, as the staff's token carries it. */
  readonly staffId: string;
  readonly shoppers: readonly [Shopper, Shopper];
  readonly guestOrder: PlacedOrder;
}

export interface Shopper {
  /** Bare, as tokens carry it. */
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly orders: readonly PlacedOrder[];
  readonly cartId: string;
}

const uuidOf = (opaque: string): string => Buffer.from(opaque, 'base64url').toString().split(':')[1] ?? '';

interface Cart {
  readonly id: string;
  readonly version: number;
  readonly totals: { readonly grandTotal: { readonly amount: string } };
}

async function fillCart(shop: Shop, merchant: ShopMerchant, mark: string, token: string, email: string): Promise<Cart> {
  const lines = Object.values(merchant.variantIds).map((variantId) => ({ variantId, quantity: 1 }));
  const { cart } = await change<{ cart: Cart }>(
    shop,
    token,
    'cartCreate',
    { currencyCode: 'EUR', idempotencyKey: `${mark}-${newId()}`, lines },
    'cart { id }',
  );
  const address = { name: `${mark} buyer`, line1: `${mark} road 1`, city: 'Town', countryCode: 'DE' };
  const updated = await change<{ cart: Cart }>(
    shop,
    token,
    'cartUpdate',
    { cartId: cart.id, email, shippingAddress: address, billingAddress: address, shippingOptionHandle: 'post' },
    'cart { id version totals { grandTotal { amount } } }',
  );
  return updated.cart;
}

async function place(
  shop: Shop,
  merchant: ShopMerchant,
  mark: string,
  token: string,
  email: string,
): Promise<PlacedOrder> {
  const cart = await fillCart(shop, merchant, mark, token, email);
  const refusals = await beginCheckout(shop, token, cart);
  if (refusals.length > 0) throw new Error(refusals.join());
  const placed = await placeOrder(shop, token, cart, await createPayment(shop, token, cart, 'tok_visa'));
  return orderBecomes(shop, merchant, placed.id, 'CONFIRMED');
}

async function refundFirstLine(shop: Shop, merchant: ShopMerchant, mark: string, order: PlacedOrder): Promise<void> {
  const { order: read } = await shop.ask<{ order: { lines: { id: string }[] } }>(
    merchant.staff,
    'query ($id: ID!) { order(id: $id) { lines { id } } }',
    { id: order.id },
  );
  const quote = { lines: [{ orderLineId: read.lines[0]?.id, quantity: 1, disposition: 'RESTOCK' }] };
  const { order: quoted } = await shop.ask<{ order: { refundQuote: { hash: string } } }>(
    merchant.staff,
    'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash } } }',
    { id: order.id, quote },
  );
  const input = {
    orderId: order.id,
    quote,
    quoteHash: quoted.refundQuote.hash,
    reason: `${mark} defect`,
    idempotencyKey: `${mark}-${newId()}`,
  };
  await change(shop, merchant.staff, 'orderRefund', input, 'order { id }');
  // An order allows nothing else while a change of it is under way.
  await settled(shop, merchant, order.id);
}

async function returnLastLine(
  shop: Shop,
  merchant: ShopMerchant,
  mark: string,
  shopper: string,
  order: PlacedOrder,
): Promise<void> {
  const { order: read } = await shop.ask<{ order: { lines: { id: string }[] } }>(
    merchant.staff,
    'query ($id: ID!) { order(id: $id) { lines { id } } }',
    { id: order.id },
  );
  const requested = await change<{ return: { id: string } }>(
    shop,
    shopper,
    'returnRequest',
    {
      orderId: order.id,
      lines: [{ orderLineId: read.lines.at(-1)?.id, quantity: 1, reason: 'OTHER', note: `${mark} note` }],
      idempotencyKey: `${mark}-${newId()}`,
    },
    'return { id }',
  );
  await change(shop, merchant.staff, 'returnReview', { returnId: requested.return.id, approve: true }, 'return { id }');
}

async function addShopper(
  shop: Shop,
  merchant: ShopMerchant,
  mark: string,
  name: string,
  orders: number,
): Promise<Shopper> {
  const email = `${mark}-${name}@example.com`;
  const { customer } = await change<{ customer: { id: string } }>(
    shop,
    merchant.staff,
    'customerCreate',
    { email, firstName: `${mark} ${name}`, lastName: mark, phone: '+491234', idempotencyKey: `${mark}-${newId()}` },
    'customer { id }',
  );
  const id = uuidOf(customer.id);
  const token = shop.token(merchant.id, 'CUSTOMER', { id });
  await change(
    shop,
    merchant.staff,
    'customerUpdate',
    {
      id: customer.id,
      groups: [`${mark}-vips`],
      addresses: [{ name: mark, line1: mark, city: mark, countryCode: 'DE' }],
    },
    'customer { id }',
  );
  const preferences = [{ topic: 'PAYMENT_FAILED', channel: 'EMAIL', isEnabled: false }];
  await change(shop, token, 'notificationPreferencesUpdate', { preferences }, 'customer { id }');
  await change(
    shop,
    token,
    'dataRequestCreate',
    { customerId: customer.id, kind: 'ACCESS', reason: mark, idempotencyKey: `${mark}-${newId()}` },
    'dataRequest { id }',
  );
  await shop.house.quiet();
  await change(
    shop,
    merchant.staff,
    'loyaltyPointsAdjust',
    { customerId: customer.id, points: 100, reason: `${mark} present`, idempotencyKey: `${mark}-${newId()}` },
    'loyaltyAccount { id }',
  );
  await shop.house.quiet();
  const placed: PlacedOrder[] = [];
  for (let n = 0; n < orders; n += 1) placed.push(await place(shop, merchant, mark, token, email));
  const cart = await fillCart(shop, merchant, mark, token, email);
  return { id, email, token, orders: placed, cartId: cart.id };
}

/** Opens a merchant and lets it do business. The first shopper buys `orders` times. */
export async function fillMerchant(
  shop: Shop,
  mark: string,
  orders: number,
  asSuperuser: (sql: string, values: unknown[]) => Promise<unknown>,
): Promise<FilledMerchant> {
  const merchant = await shop.opensMerchant({
    products: [
      { sku: `${mark}-MUG`, price: '9.50', stock: 100 },
      { sku: `${mark}-CUP`, price: '5.00', stock: 100 },
    ],
  });
  await addSettings(shop, merchant, mark);
  await shop.house.quiet();
  const first = await addShopper(shop, merchant, mark, 'first', orders);
  const second = await addShopper(shop, merchant, mark, 'second', 1);
  const guestOrder = await place(shop, merchant, mark, merchant.guest, `${mark}-guest@example.com`);
  await fillCart(shop, merchant, mark, merchant.guest, `${mark}-guest@example.com`);
  const [toRefund] = first.orders;
  const [toReturn] = second.orders;
  if (!toRefund || !toReturn) throw new Error('Both shoppers buy.');
  for (const order of [toRefund, toReturn]) await refundFirstLine(shop, merchant, mark, order);
  await change(
    shop,
    merchant.staff,
    'orderHoldPlace',
    { orderId: toReturn.id, reason: `${mark} doubt` },
    'order { id }',
  );
  await change(
    shop,
    merchant.staff,
    'orderNoteAdd',
    { orderId: toReturn.id, message: `${mark} remark` },
    'order { id }',
  );
  const held = await fillCart(shop, merchant, mark, first.token, first.email);
  const refusals = await beginCheckout(shop, first.token, held, { redeemPoints: 10 });
  if (refusals.length > 0) throw new Error(refusals.join());
  // The import alone writes references of orders.
  await asSuperuser('update "orders"."order" set external_reference = $1 where tenant_id = $2 and number = $3', [
    `${mark}-reference`,
    merchant.id,
    toRefund.number,
  ]);
  await followParcels(shop, merchant, mark, [toRefund, toReturn, guestOrder], asSuperuser);
  await returnLastLine(shop, merchant, mark, first.token, toRefund);
  await returnLastLine(shop, merchant, mark, second.token, toReturn);
  await addDeadLetters(merchant.id, mark, asSuperuser);
  await shop.house.quiet();
  const claims: unknown = JSON.parse(Buffer.from(merchant.staff.split('.')[1] ?? '', 'base64url').toString());
  const staffId = typeof claims === 'object' && claims !== null && 'sub' in claims ? String(claims.sub) : '';
  return { ...merchant, mark, staffId, shoppers: [first, second], guestOrder };
}

/** Parcels of some orders are on their way, with a position, a history, and what a carrier sent about them. */
async function followParcels(
  shop: Shop,
  merchant: ShopMerchant,
  mark: string,
  orders: readonly PlacedOrder[],
  asSuperuser: (sql: string, values: unknown[]) => Promise<unknown>,
): Promise<void> {
  await change(shop, merchant.staff, 'logisticsSettingsUpdate', { dispatchDelaySeconds: 60 }, 'settings { version }');
  for (const order of orders) {
    const [parcel] = await parcelsOf(shop, merchant, order.id);
    if (!parcel) throw new Error('Every order of goods has a parcel.');
    const input = {
      shipmentId: parcel.id,
      status: 'IN_TRANSIT',
      description: `${mark} on its way`,
      occurredAt: new Date().toISOString(),
      idempotencyKey: `${mark}-${newId()}`,
    };
    await change(shop, merchant.staff, 'shipmentTrackingEventAdd', input, 'shipment { id }');
    // Carriers alone report positions.
    const fix = { carrierSequence: 1, recordedAt: Date.now(), latitude: 47.3, longitude: 8.5, headingDegrees: null };
    await asSuperuser(
      `update logistics.position set fix = $3, sequence = 1, heard_at = now(), is_stale = true, track_hash = $4
       where tenant_id = $1 and shipment_id = $2`,
      [merchant.id, uuidOf(parcel.id), JSON.stringify(fix), `${mark} chain`],
    );
    await asSuperuser(
      `insert into logistics.track_fix (tenant_id, shipment_id, recorded_at, carrier_sequence, sequence, latitude, longitude, received_at)
       values ($1, $2, now(), 1, 1, 47.3, 8.5, now())`,
      [merchant.id, uuidOf(parcel.id)],
    );
  }
  await asSuperuser(
    `insert into logistics.carrier_webhook (id, tenant_id, carrier_code, webhook_id, received_at, attempts, problem)
     values (gen_random_uuid(), $1, 'simulator', $2, now(), 1, $2)`,
    [merchant.id, `${mark} webhook`],
  );
  await asSuperuser(
    `insert into logistics.estimate_error (tenant_id, carrier_code, bucket, samples) values ($1, $2, 1, '[1]')`,
    [merchant.id, `${mark}-carrier`],
  );
  await shop.house.quiet();
}

/** The merchant's own id in the API. */
export const merchantIdOf = ({ id }: Pick<ShopMerchant, 'id'>): string => encodeId('Merchant', id);
