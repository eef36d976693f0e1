import { decodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { Client } from 'pg';
import type { Shop, ShopMerchant } from './shop.ts';

export interface UserError {
  readonly code: string;
  readonly field: string[] | null;
}

/** An order with all that staff see of it, over all subgraphs. */
export interface FullOrder {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly status: string;
  readonly paymentStatus: string;
  readonly returnStatus: string;
  readonly availableActions: readonly string[];
  readonly failure: { code: string; step: string | null } | null;
  readonly lines: readonly {
    id: string;
    sku: string;
    quantity: number;
    refundedQuantity: number;
    returnedQuantity: number;
  }[];
  readonly sagas: readonly {
    id: string;
    kind: string;
    status: string;
    steps: readonly { name: string; status: string }[];
  }[];
  readonly totalCaptured: { amount: string };
  readonly totalRefunded: { amount: string };
  readonly payments: readonly FullPayment[];
  readonly refunds: readonly { status: string; amount: { amount: string } }[];
}

interface FullPayment {
  readonly id: string;
  readonly status: string;
  readonly nextAction: { url: string } | null;
  readonly transactions: readonly { kind: string; status: string; amount: { amount: string } }[];
}

const fullOrder = `id number version status paymentStatus returnStatus availableActions failure { code step }
  lines { id sku quantity refundedQuantity returnedQuantity } sagas { id kind status steps { name status } }
  totalCaptured { amount } totalRefunded { amount } refunds { status amount { amount } }
  payments { id status nextAction { url } transactions { kind status amount { amount } } }`;

/** Reads an order as staff do. */
export async function readOrder(shop: Shop, merchant: ShopMerchant, id: string): Promise<FullOrder> {
  const { order } = await shop.ask<{ order: FullOrder }>(
    merchant.staff,
    `query ($id: ID!) { order(id: $id) { ${fullOrder} } }`,
    { id },
  );
  return order;
}

const objects: Readonly<Record<string, string>> = {
  order: 'order { id status paymentStatus }',
  cart: 'cart { id version status problems { code availableQuantity } }',
  return: 'return { id status version lines { id } }',
  payment: 'payment { id status }',
  loyaltyAccount: 'loyaltyAccount { id }',
  shipment: 'shipment { id status }',
};

/** Runs a mutation that answers an object of that name, and gives its payload back, refusals included. */
export async function mutate<Payload>(
  shop: Shop,
  token: string,
  mutation: string,
  object: string,
  input: object,
): Promise<Payload & { readonly userErrors: readonly UserError[] }> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const data = await shop.ask<Record<string, Payload & { userErrors: UserError[] }>>(
    token,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${objects[object]} userErrors { code field } } }`,
    { input },
  );
  const payload = data[mutation];
  if (!payload) throw new Error(`Expected ${mutation} in ${JSON.stringify(data)}`);
  return payload;
}

export const codesOf = (payload: { readonly userErrors: readonly UserError[] }): string[] =>
  payload.userErrors.map(({ code }) => code);

interface Quote {
  readonly hash: string;
  readonly total: { amount: string };
  readonly maximumRefundable: { amount: string };
}

/** What refunding would give back. */
export async function quoteRefund(shop: Shop, merchant: ShopMerchant, orderId: string, quote: object): Promise<Quote> {
  const { order } = await shop.ask<{ order: { refundQuote: Quote } }>(
    merchant.staff,
    `query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash total { amount } maximumRefundable { amount } } } }`,
    { id: orderId, quote },
  );
  return order.refundQuote;
}

/** Quotes a refund and accepts it. */
export async function refund(shop: Shop, merchant: ShopMerchant, orderId: string, quote: object) {
  const { hash } = await quoteRefund(shop, merchant, orderId, quote);
  return mutate<{ order: { status: string; paymentStatus: string } | null }>(
    shop,
    merchant.staff,
    'orderRefund',
    'order',
    {
      orderId,
      quote,
      quoteHash: hash,
      reason: 'Broken',
      idempotencyKey: newId(),
    },
  );
}

/** The order once no saga of it runs any more. */
export function settled(shop: Shop, merchant: ShopMerchant, id: string): Promise<FullOrder> {
  return waitFor(
    async () => {
      const order = await readOrder(shop, merchant, id);
      return order.sagas.every(({ status }) => status === 'COMPLETED' || status === 'COMPENSATED') && order;
    },
    {
      timeoutMs: 20_000,
      describe: () => `the sagas of an order to end; logged: ${shop.house.logged.slice(-5).join(' | ')}`,
    },
  );
}

export interface Stock {
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly available: number;
}

/** The stock of a merchant's only variant. */
export async function stockOf(shop: Shop, merchant: ShopMerchant): Promise<Stock> {
  const { inventoryLevels } = await shop.ask<{ inventoryLevels: { nodes: Stock[] } }>(
    merchant.staff,
    '{ inventoryLevels(first: 2) { nodes { onHand reserved allocated available } } }',
  );
  const [level, ...others] = inventoryLevels.nodes;
  if (!level || others.length > 0) throw new Error(`Expected one level, got ${JSON.stringify(inventoryLevels.nodes)}`);
  return level;
}

/** Looks into the database past all policies, as nobody but a test may. */
export async function rows<Row extends object>(
  shop: Shop,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: shop.house.database.superuserUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...parameters])).rows;
  } finally {
    await client.end();
  }
}

export const uuidOf = (type: string, opaque: string): string => decodeId(type, opaque) ?? '';

/**
 * What must hold whenever nothing is on its way: an order that came to nothing holds no stock and no money, refunds never
 * exceed captures, orders and payments agree, every saga has ended, and a cart has one confirmed order at most.
 */
export async function violations(shop: Shop, merchant: ShopMerchant): Promise<object[]> {
  await shop.house.quiet();
  const found = await rows<object>(
    shop,
    `with money as (
       select order_id, sum(captured_minor) as captured, sum(refunded_minor) as refunded, sum(authorized_minor) as authorized,
         sum(capturing_minor + refunding_minor) as moving
       from "payments"."payment" where tenant_id = $1 and order_id is not null group by order_id
     )
     select o.number, o.status, 'money' as what, m.captured, m.refunded, m.authorized from "orders"."order" o join money m on m.order_id = o.id
     where o.status in ('FAILED', 'EXPIRED', 'CANCELLED') and (m.captured <> m.refunded or m.authorized <> m.captured)
     union all
     select o.number, o.status, 'stock', r.quantity, 0, 0 from "orders"."order" o
     join "inventory"."reservation" r on r.tenant_id = o.tenant_id and r.order_id = o.id
     where o.tenant_id = $1 and o.status in ('FAILED', 'EXPIRED', 'CANCELLED') and r.status in ('HELD', 'ALLOCATED')
     union all
     select o.number, o.status, 'books', m.captured, m.refunded, m.moving from "orders"."order" o join money m on m.order_id = o.id
     where o.status not in ('FAILED', 'EXPIRED', 'PENDING')
       and (m.captured <> o.captured_minor or m.refunded <> o.refunded_minor or m.refunded > m.captured or m.moving <> 0)
     union all
     select 0, s.status, s.kind, 0, 0, 0 from "orders"."saga" s where s.tenant_id = $1 and s.status not in ('COMPLETED', 'COMPENSATED')
     union all
     select 0, 'CONFIRMED', 'cart', count(*), 0, 0 from "orders"."order" where tenant_id = $1 and status = 'CONFIRMED' group by cart_id having count(*) > 1`,
    [merchant.id],
  );
  return found;
}
