import type { EventEnvelope } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { encodeId } from '@ordergraph/subgraph-server';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { advanceSaga } from '../src/commands/advance-saga.ts';
import { handlers } from '../src/event-handlers/index.ts';
import { definition } from '../src/index.ts';

export type Caller = ReturnType<typeof aViewer>;

/** Orders alone: the steps of other subgraphs are skipped, but for those of `alsoRunning`, which the test answers. */
export const startOrders = (alsoRunning: readonly string[] = []): Promise<TestHouse> =>
  startTestHouse({ subgraphs: [definition], alsoRunning });

export interface UserError {
  readonly code: string;
  readonly field: string[] | null;
  readonly message: string;
}

/** What a mutation answered: the code of its first refusal, or null, beside its fields. */
export type Answer<Fields> = Fields & { readonly userErrors: readonly UserError[] };

export const codesOf = (answer: { readonly userErrors: readonly UserError[] }): string[] =>
  answer.userErrors.map(({ code }) => code);

const cartFields = `id version status email checkoutExpiresAt lines { id sku title quantity unitPrice { amount } total { amount } }
  totals { subtotal { amount } shippingTotal { amount } taxTotal { amount } grandTotal { amount } } shippingOptions { handle price { amount } }
  selectedShippingOption { handle } problems { code cartLineId availableQuantity newUnitPrice { amount } message } order { id }`;
const orderFields = `id number version status paymentStatus returnStatus email availableActions failure { code step }
  lines { id sku quantity refundedQuantity returnedQuantity refundableQuantity returnableQuantity } totals { grandTotal { amount } }`;
const staffFields = `${orderFields} holds { id reason placedBy { type } } sagas { id kind status steps { name status attempts } }
  timeline(first: 50) { nodes { sequence type message } }`;
const returnFields =
  'id status version lines { id quantity receivedQuantity disposition orderLine { id } } refund { id }';

export interface CartView {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly email: string | null;
  readonly checkoutExpiresAt: string | null;
  readonly lines: readonly {
    id: string;
    sku: string;
    title: string;
    quantity: number;
    unitPrice: { amount: string };
  }[];
  readonly totals: Record<'subtotal' | 'shippingTotal' | 'taxTotal' | 'grandTotal', { amount: string }>;
  readonly shippingOptions: readonly { handle: string; price: { amount: string } }[];
  readonly selectedShippingOption: { handle: string } | null;
  readonly problems: readonly {
    code: string;
    cartLineId: string | null;
    availableQuantity: number | null;
    newUnitPrice: { amount: string } | null;
  }[];
  readonly order: { id: string } | null;
}

export interface OrderView {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly status: string;
  readonly paymentStatus: string;
  readonly returnStatus: string;
  readonly email: string | null;
  readonly availableActions: readonly string[];
  readonly failure: { code: string; step: string | null } | null;
  readonly lines: readonly {
    id: string;
    sku: string;
    quantity: number;
    refundedQuantity: number;
    returnedQuantity: number;
    refundableQuantity: number;
    returnableQuantity: number;
  }[];
  readonly holds: readonly { id: string; reason: string; placedBy: { type: string } }[];
  readonly sagas: readonly {
    id: string;
    kind: string;
    status: string;
    steps: { name: string; status: string; attempts: number }[];
  }[];
  readonly timeline: { nodes: readonly { sequence: number; type: string; message: string }[] };
}

export interface ReturnView {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly lines: readonly {
    id: string;
    quantity: number;
    receivedQuantity: number;
    disposition: string | null;
    orderLine: { id: string };
  }[];
  readonly refund: { id: string } | null;
}

const selections: Readonly<Record<string, string>> = {
  cart: `cart { ${cartFields} }`,
  order: `order { ${orderFields} }`,
  return: `return { ${returnFields} }`,
  shippingMethod: 'shippingMethod { id handle }',
  saga: 'saga { id status }',
};

/** What one caller asks of orders. */
export class Orders {
  readonly caller: Caller;
  private readonly house: TestHouse;

  constructor(house: TestHouse, caller: Caller) {
    this.house = house;
    this.caller = caller;
  }

  async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    return expectData<Data>(await this.house.execute('orders', this.caller, query, variables));
  }

  /** Runs a mutation and answers its payload. `object` names the field that it gives back. */
  async call<Fields>(mutation: string, object: string, input: object): Promise<Answer<Fields>> {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selections[object]} userErrors { code field message } } }`;
    const data = await this.ask<Record<string, Answer<Fields>>>(query, { input });
    const answer = data[mutation];
    if (!answer) throw new Error(`Expected ${mutation} in ${JSON.stringify(data)}`);
    return answer;
  }

  cartCall = (mutation: string, input: object) => this.call<{ cart: CartView | null }>(mutation, 'cart', input);
  orderCall = (mutation: string, input: object) => this.call<{ order: OrderView | null }>(mutation, 'order', input);
  returnCall = (mutation: string, input: object) => this.call<{ return: ReturnView | null }>(mutation, 'return', input);

  async cart(id: string): Promise<CartView> {
    return found(
      (await this.ask<{ cart: CartView | null }>(`query ($id: ID!) { cart(id: $id) { ${cartFields} } }`, { id })).cart,
    );
  }

  async order(id: string): Promise<OrderView> {
    return found(
      (await this.ask<{ order: OrderView | null }>(`query ($id: ID!) { order(id: $id) { ${staffFields} } }`, { id }))
        .order,
    );
  }
}

export function found<Value>(value: Value | null): Value {
  if (value === null) throw new Error('Expected an object, got null.');
  return value;
}

export interface ShopOptions {
  readonly capturePolicy?: 'ON_PLACEMENT' | 'MANUAL';
  readonly returnWindowDays?: number;
}

/** A merchant as orders knows it, with mugs at 9.50, books at 20.00 and a post for 4.90. */
export class OrderShop {
  readonly tenantId = newId();
  readonly mug = newId();
  readonly book = newId();
  readonly house: TestHouse;
  readonly staff: Orders;
  readonly guest: Orders;

  constructor(house: TestHouse) {
    this.house = house;
    this.staff = this.as('STAFF', ['read_orders', 'write_orders', 'write_refunds', 'write_sagas']);
    this.guest = this.as('ANONYMOUS');
  }

  as(type: 'STAFF' | 'CUSTOMER' | 'ANONYMOUS' | 'APP', scopes: readonly string[] = [], id: string = newId()): Orders {
    return new Orders(this.house, aViewer({ tenantId: this.tenantId, type, scopes, id }));
  }

  /** Lets orders hear an event of another subgraph. */
  async hears<Name extends keyof EventPayloads>(
    name: Name,
    payload: EventPayloads[Name],
    commandKey: string | null = null,
  ): Promise<void> {
    // Of the envelope, handlers look at the type and the command key alone.
    const envelope = { type: name, commandKey } as EventEnvelope;
    await this.house.command('orders', this.tenantId, async (tx) => handlers[name]?.(tx, payload, envelope));
  }

  /** Lets another subgraph answer a step of a saga. */
  async answers(sagaId: string, step: string, event: string, payload: Record<string, unknown> = {}): Promise<void> {
    await this.house.command('orders', this.tenantId, (tx) =>
      advanceSaga(tx, sagaId, { type: 'Answered', step, event, payload }),
    );
  }

  async opens({ capturePolicy = 'ON_PLACEMENT', returnWindowDays = 30 }: ShopOptions = {}): Promise<this> {
    await this.hears('MerchantCreated', {
      merchantId: this.tenantId,
      handle: 'shop',
      name: 'Shop',
      defaultCurrencyCode: 'EUR',
      currencyCodes: ['EUR'],
      countryCode: 'DE',
      timeZone: 'Europe/Berlin',
      languageCode: 'en',
      taxesIncluded: true,
      capturePolicy,
      taxRates: [{ taxCode: 'standard', title: 'VAT', rate: '0.19' }],
      returnWindowDays,
      checkoutHoldSeconds: 600,
    });
    await this.sells(this.mug, 'MUG', '9.50');
    await this.sells(this.book, 'BOOK', '20.00');
    await this.staff.call('shippingMethodUpsert', 'shippingMethod', {
      handle: 'post',
      title: 'Post',
      price: { amount: '4.90', currencyCode: 'EUR' },
      countryCodes: ['DE'],
      carrierCode: 'post',
    });
    return this;
  }

  sells(variantId: string, sku: string, price: string, requiresShipping = true): Promise<void> {
    return this.hears('ProductCreated', {
      productId: variantId,
      handle: sku.toLowerCase(),
      title: sku,
      status: 'ACTIVE',
      categoryId: null,
      tags: [],
      variants: [aVariant(variantId, sku, price, requiresShipping)],
    });
  }

  reprices(variantId: string, sku: string, price: string): Promise<void> {
    return this.hears('ProductVariantsUpserted', { productId: variantId, variants: [aVariant(variantId, sku, price)] });
  }

  line = (variantId: string, quantity: number) => ({ variantId: encodeId('ProductVariant', variantId), quantity });

  async cart(by: Orders = this.guest, lines = [this.line(this.mug, 2)]): Promise<CartView> {
    return found((await by.cartCall('cartCreate', { currencyCode: 'EUR', lines, idempotencyKey: newId() })).cart);
  }

  /** A cart with everything that checkout needs: 2 mugs and the post, 23.90 in all. */
  async filledCart(by: Orders = this.guest, lines = [this.line(this.mug, 2)]): Promise<CartView> {
    const { id } = await this.cart(by, lines);
    const answer = await by.cartCall('cartUpdate', { cartId: id, ...delivery });
    if (answer.userErrors.length > 0) throw new Error(JSON.stringify(answer.userErrors));
    return found(answer.cart);
  }

  begin = (cart: CartView, by: Orders = this.guest, more: object = {}) =>
    by.cartCall('cartCheckoutBegin', {
      cartId: cart.id,
      expectedVersion: cart.version,
      idempotencyKey: newId(),
      ...more,
    });

  place = (cart: CartView, by: Orders = this.guest, more: object = {}) =>
    by.orderCall('orderPlace', {
      cartId: cart.id,
      cartVersion: cart.version,
      paymentId: encodeId('Payment', newId()),
      idempotencyKey: newId(),
      ...more,
    });

  /** An order: of 2 mugs, unless lines are given. Confirmed and paid where payments does not run. */
  async order(by: Orders = this.guest, lines = [this.line(this.mug, 2)]): Promise<OrderView> {
    const cart = await this.filledCart(by, lines);
    const begun = await this.begin(cart, by);
    if (begun.userErrors.length > 0) throw new Error(JSON.stringify(begun.userErrors));
    const placed = await this.place(cart, by);
    return this.staff.order(found(placed.order).id);
  }
}

const aVariant = (variantId: string, sku: string, price: string, requiresShipping = true) => ({
  variantId,
  sku,
  title: sku,
  basePrices: [{ amount: price, currencyCode: 'EUR' }],
  weightGrams: null,
  requiresShipping,
  taxCode: 'standard',
});

export const delivery = {
  email: 'Buyer@Example.com',
  shippingAddress: { name: 'B. Uyer', line1: 'Road 1', city: 'Town', countryCode: 'DE' },
  shippingOptionHandle: 'post',
};
