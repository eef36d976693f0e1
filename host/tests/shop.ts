import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMerchant, allScopes } from '@ordergraph/accounts-subgraph';
import { createProduct } from '@ordergraph/catalog-subgraph';
import { createGateway, silentLog, type Gateway } from '@ordergraph/gateway';
import { createTokenIssuer, generateSigningKey, type ActorType } from '@ordergraph/identity';
import { receiveStock } from '@ordergraph/inventory-subgraph';
import { parseMoney } from '@ordergraph/money';
import { subgraphNames, supergraphSdl } from '@ordergraph/schema';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { startTestHouse, waitFor, type TestHouse, type TestHouseOptions } from '@ordergraph/testing';
import { loadDefinitions } from '../src/definitions.ts';
import type { Asked } from './after-sale.ts';
import { askAgain } from './ask-again.ts';
import { clientsOf } from './subgraph-clients.ts';

const issuer = 'https://issuer.test';
const audience = 'ordergraph';

/** All subgraphs and the gateway in one process, on a database of their own, driven through the API. */
export interface Shop extends AsyncDisposable {
  readonly house: TestHouse;
  readonly gateway: Gateway;
  readonly mailDirectory: string;
  token(merchantId: string, type: ActorType, options?: { id?: string; scopes?: readonly string[] }): string;
  /** Runs an operation and answers its data; fails with everything that the answer says otherwise. */
  ask<Data>(token: string, query: string, variables?: Record<string, unknown>): Promise<Data>;
  opensMerchant(options?: {
    products?: readonly ShopProduct[];
    capturePolicy?: 'ON_PLACEMENT' | 'MANUAL';
    taxesIncluded?: boolean;
  }): Promise<ShopMerchant>;
  stop(): Promise<void>;
}

export interface ShopProduct {
  readonly sku: string;
  readonly price: string;
  readonly stock: number;
}

/** A merchant that sells something. Ids are opaque, as the API has them. */
export interface ShopMerchant {
  readonly id: string;
  readonly staff: string;
  readonly guest: string;
  readonly variantIds: Readonly<Record<string, string>>;
}

/** An order as the tests look at it. */
export interface PlacedOrder {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly paymentStatus: string;
  readonly failure: { code: string; message: string; step: string | null } | null;
  readonly totals: { grandTotal: { amount: string } };
}

interface UserErrors {
  readonly userErrors: readonly { code: string; message: string }[];
}

export async function startShop(options: Partial<TestHouseOptions> = {}): Promise<Shop> {
  const mailDirectory = mkdtempSync(join(tmpdir(), 'ordergraph-mail-'));
  const tokenKey = generateSigningKey();
  const tokens = createTokenIssuer({ issuer, audience, privateKeyJwk: tokenKey });
  const house = await startTestHouse({
    subgraphs: await loadDefinitions(subgraphNames),
    ...options,
    settings: { MAIL_DIRECTORY: mailDirectory, PAYMENT_WEBHOOK_SECRETS: 'test-secret', ...options.settings },
  });
  const clients = clientsOf(house);
  const gateway = await createGateway({
    supergraph: { sdl: supergraphSdl() },
    subgraphClient: clients.to,
    issuers: [{ issuer, audience, jwks: tokens.jwks() }],
    contextSigner: house.contextSigner,
    log: silentLog,
  });

  const shop: Shop = {
    house,
    gateway,
    mailDirectory,
    token: (merchantId, type, { id = newId(), scopes = [] } = {}) =>
      tokens.issue({ subject: id, actorType: type, merchants: [merchantId], scopes }, 3_600),
    async ask<Data>(token: string, query: string, variables: Record<string, unknown> = {}) {
      const { result } = await gateway.execute({ query, variables, headers: { authorization: `Bearer ${token}` } });
      if (result.errors || !result.data) {
        throw new Error(
          JSON.stringify({ query, variables, errors: result.errors, logged: house.logged.slice(-5) }, null, 2),
        );
      }
      // Tests know what they selected.
      return result.data as Data;
    },
    async opensMerchant({
      products = [{ sku: 'MUG', price: '9.50', stock: 100 }],
      capturePolicy = 'ON_PLACEMENT',
      taxesIncluded = true,
    } = {}) {
      const merchantId = newId();
      await house.command('accounts', merchantId, (tx) =>
        createMerchant(tx, {
          handle: `shop-${merchantId.slice(-12)}`,
          name: 'Test shop',
          ownerEmail: 'owner@example.com',
          defaultCurrencyCode: 'EUR',
          currencyCodes: ['EUR'],
          countryCode: 'DE',
          timeZone: 'Europe/Berlin',
          languageCode: 'en',
          taxesIncluded,
          capturePolicy,
          taxRates: [{ taxCode: 'standard', title: 'VAT', rate: '0.19' }],
          returnWindowDays: 30,
          checkoutHoldSeconds: 600,
        }),
      );
      await house.quiet();
      const variantIds: Record<string, string> = {};
      for (const { sku, price, stock } of products) {
        const created = await house.command('catalog', merchantId, (tx) =>
          createProduct(tx, {
            handle: sku.toLowerCase(),
            title: sku,
            description: null,
            status: 'ACTIVE',
            categoryId: null,
            tags: [],
            media: [],
            variants: [
              {
                sku,
                title: sku,
                options: [],
                basePrices: [parseMoney({ amount: price, currencyCode: 'EUR' })],
                barcode: null,
                weightGrams: null,
                requiresShipping: true,
                taxCode: 'standard',
              },
            ],
          }),
        );
        const variantId = created.value?.variantIds[0] ?? '';
        await house.quiet();
        if (stock > 0)
          await house.command('inventory', merchantId, (tx) => receiveStock(tx, [{ variantId, quantity: stock }]));
        variantIds[sku] = encodeId('ProductVariant', variantId);
      }
      const staff = shop.token(merchantId, 'STAFF', { scopes: allScopes });
      await shop.ask(
        staff,
        `mutation { shippingMethodUpsert(input: { handle: "post", title: "Post", carrierCode: "post",
        price: { amount: "4.90", currencyCode: "EUR" } }) { userErrors { code message } } }`,
      );
      await house.quiet();
      return { id: merchantId, staff, guest: shop.token(merchantId, 'ANONYMOUS'), variantIds };
    },
    async stop() {
      await gateway.stop({ announceMs: 0, drainMs: 1_000 });
      await clients.close();
      await house.stop();
    },
    [Symbol.asyncDispose]: () => shop.stop(),
  };
  return shop;
}

function accepted<Payload extends UserErrors>(payload: Payload): Payload {
  if (payload.userErrors.length > 0) throw new Error(JSON.stringify(payload.userErrors));
  return payload;
}

interface CartAnswer {
  readonly id: string;
  readonly version: number;
  readonly totals: { grandTotal: { amount: string } };
}

/** A cart with everything that checkout needs. */
export async function aFilledCart(
  shop: Asked,
  merchant: ShopMerchant,
  lines: Readonly<Record<string, number>>,
  token = merchant.guest,
): Promise<CartAnswer> {
  const input = {
    currencyCode: 'EUR',
    idempotencyKey: newId(),
    lines: Object.entries(lines).map(([sku, quantity]) => ({ variantId: merchant.variantIds[sku], quantity })),
  };
  const created = await shop.ask<{ cartCreate: UserErrors & { cart: CartAnswer } }>(
    token,
    'mutation ($input: CartCreateInput!) { cartCreate(input: $input) { cart { id version } userErrors { code message } } }',
    { input },
  );
  const update = {
    cartId: accepted(created.cartCreate).cart.id,
    email: 'buyer@example.com',
    shippingAddress: { name: 'B. Uyer', line1: 'Road 1', city: 'Town', countryCode: 'DE' },
    shippingOptionHandle: 'post',
  };
  const updated = await shop.ask<{ cartUpdate: UserErrors & { cart: CartAnswer } }>(
    token,
    `mutation ($input: CartUpdateInput!) { cartUpdate(input: $input) {
       cart { id version totals { grandTotal { amount } } } userErrors { code message } } }`,
    { input: update },
  );
  return accepted(updated.cartUpdate).cart;
}

/** Begins checkout. Answers the codes of its refusals, none when it is begun. */
export async function beginCheckout(
  shop: Asked,
  token: string,
  cart: Pick<CartAnswer, 'id' | 'version'>,
  more: { readonly redeemPoints?: number } = {},
): Promise<string[]> {
  const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey: newId(), ...more };
  const ask = async (): Promise<string[]> => {
    const answer = await shop.ask<{ cartCheckoutBegin: UserErrors }>(
      token,
      'mutation ($input: CartCheckoutBeginInput!) { cartCheckoutBegin(input: $input) { cart { status } userErrors { code message } } }',
      { input },
    );
    return answer.cartCheckoutBegin.userErrors.map(({ code }) => code);
  };
  const isPending = (codes: readonly string[]): boolean => codes.includes('CHECKOUT_PENDING');
  return askAgain(ask, { isPending, describe: 'a checkout that is begun or refused' });
}

/** Prepares a payment for a cart in checkout. */
export async function createPayment(
  shop: Asked,
  token: string,
  cart: CartAnswer,
  paymentMethodToken: string,
): Promise<string> {
  const answer = await shop.ask<{ paymentCreate: UserErrors & { payment: { id: string } } }>(
    token,
    'mutation ($input: PaymentCreateInput!) { paymentCreate(input: $input) { payment { id } userErrors { code message } } }',
    { input: { cartId: cart.id, cartVersion: cart.version, paymentMethodToken, idempotencyKey: newId() } },
  );
  return accepted(answer.paymentCreate).payment.id;
}

export const orderFields =
  'id number status paymentStatus failure { code message step } totals { grandTotal { amount } }';

/** Places the order of a cart in checkout. */
export async function placeOrder(
  shop: Asked,
  token: string,
  cart: CartAnswer,
  paymentId: string | null,
  idempotencyKey: string = newId(),
): Promise<PlacedOrder> {
  const answer = await shop.ask<{ orderPlace: UserErrors & { order: PlacedOrder } }>(
    token,
    `mutation ($input: OrderPlaceInput!) { orderPlace(input: $input) { order { ${orderFields} } userErrors { code message } } }`,
    { input: { cartId: cart.id, cartVersion: cart.version, paymentId, idempotencyKey } },
  );
  return accepted(answer.orderPlace).order;
}

/** A whole checkout, from the cart to the order as `orderPlace` answers it. */
export async function buys(
  shop: Asked,
  merchant: ShopMerchant,
  lines: Readonly<Record<string, number>>,
  options: { token?: string; paymentMethodToken?: string; redeemPoints?: number } = {},
): Promise<PlacedOrder> {
  const token = options.token ?? merchant.guest;
  const cart = await aFilledCart(shop, merchant, lines, token);
  const { redeemPoints = 0 } = options;
  const refusals = await beginCheckout(shop, token, cart, { redeemPoints });
  if (refusals.length > 0) throw new Error(`Checkout was refused: ${refusals.join(', ')}`);
  const paymentId = await createPayment(shop, token, cart, options.paymentMethodToken ?? 'tok_visa');
  return placeOrder(shop, token, cart, paymentId);
}

/** The order once it has one of the statuses. */
export async function orderBecomes(
  shop: Shop,
  merchant: ShopMerchant,
  id: string,
  ...statuses: string[]
): Promise<PlacedOrder> {
  return waitFor(
    async () => {
      const { order } = await shop.ask<{ order: PlacedOrder }>(
        merchant.staff,
        `query ($id: ID!) { order(id: $id) { ${orderFields} } }`,
        { id },
      );
      return statuses.includes(order.status) ? order : false;
    },
    {
      timeoutMs: 20_000,
      describe: () => `order to become ${statuses.join(' or ')}; logged: ${shop.house.logged.slice(-5).join(' | ')}`,
    },
  );
}
