import { randomUUID } from 'node:crypto';
import type { Installation } from './installation.ts';

const cartCreate = `mutation BenchCartCreate($input: CartCreateInput!) {
  cartCreate(input: $input) { cart { id version } userErrors { code message } } }`;
const cartUpdate = `mutation BenchCartUpdate($input: CartUpdateInput!) {
  cartUpdate(input: $input) { cart { id version totals { grandTotal { amount } } } userErrors { code message } } }`;
const checkoutBegin = `mutation BenchCheckoutBegin($input: CartCheckoutBeginInput!) {
  cartCheckoutBegin(input: $input) { cart { status } userErrors { code message } } }`;
const paymentCreate = `mutation BenchPaymentCreate($input: PaymentCreateInput!) {
  paymentCreate(input: $input) { payment { id } userErrors { code message } } }`;
const orderPlace = `mutation BenchOrderPlace($input: OrderPlaceInput!) {
  orderPlace(input: $input) { order { id status number } userErrors { code message } } }`;

const cartOrder = 'query BenchCartOrder($id: ID!) { cart(id: $id) { order { status } } }';

interface Payload {
  readonly userErrors: readonly { code: string; message: string }[];
  readonly [field: string]: unknown;
}

/** What a shop sells, as a buyer sees it. */
export interface Shop {
  readonly token: string;
  readonly currencyCode: string;
  readonly countryCode: string;
  readonly shippingOptionHandle: string;
  readonly variantIds: readonly string[];
}

async function call(
  installation: Installation,
  token: string,
  query: string,
  field: string,
  input: object,
): Promise<Payload> {
  const { data, errors } = await installation.ask(token, query, { input });
  // Each document selects the payload of one mutation.
  const payload = data?.[field] as Payload | undefined;
  if (!payload || payload.userErrors.length > 0)
    throw new Error(`${field}: ${JSON.stringify(errors ?? payload?.userErrors)}`);
  return payload;
}

/** One guest's way from an empty cart to a confirmed order: five calls. Answers the order's id. */
export async function checkout(installation: Installation, shop: Shop, n: number): Promise<string> {
  const { token } = shop;
  const variantId = shop.variantIds[n % shop.variantIds.length];
  const created = await call(installation, token, cartCreate, 'cartCreate', {
    currencyCode: shop.currencyCode,
    lines: [{ variantId, quantity: 1 }],
    idempotencyKey: randomUUID(),
  });
  const { id: cartId } = created['cart'] as { id: string };
  const updated = await call(installation, token, cartUpdate, 'cartUpdate', {
    cartId,
    email: `buyer-${n}@example.com`,
    shippingAddress: {
      name: 'B. Uyer',
      line1: 'Road 1',
      city: 'Town',
      postalCode: '10115',
      countryCode: shop.countryCode,
    },
    shippingOptionHandle: shop.shippingOptionHandle,
  });
  const { version } = updated['cart'] as { version: number };
  await call(installation, token, checkoutBegin, 'cartCheckoutBegin', {
    cartId,
    expectedVersion: version,
    idempotencyKey: randomUUID(),
  });
  const payment = await call(installation, token, paymentCreate, 'paymentCreate', {
    cartId,
    cartVersion: version,
    paymentMethodToken: 'tok_visa',
    idempotencyKey: randomUUID(),
  });
  const { id: paymentId } = payment['payment'] as { id: string };
  const placed = await call(installation, token, orderPlace, 'orderPlace', {
    cartId,
    cartVersion: version,
    paymentId,
    idempotencyKey: randomUUID(),
  });
  const order = placed['order'] as { id: string; status: string };
  await confirmed(installation, token, cartId, order.status);
  return order.id;
}

/** `orderPlace` answers after 3 seconds at the latest; under heavy load the buyer looks again. */
async function confirmed(installation: Installation, token: string, cartId: string, first: string): Promise<void> {
  const until = performance.now() + 60_000;
  for (let status = first; status !== 'CONFIRMED';) {
    if (status !== 'PENDING' || performance.now() > until)
      throw new Error(`The order is ${status} instead of CONFIRMED.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { data } = await installation.ask(token, cartOrder, { id: cartId });
    const cart = data?.['cart'] as { order: { status: string } } | undefined;
    status = cart?.order.status ?? 'unknown';
  }
}
