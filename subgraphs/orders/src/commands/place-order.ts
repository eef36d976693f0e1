import type { Transaction } from '@ordergraph/events';
import { formatMoney, multiplyPrice, type Money } from '@ordergraph/money';
import { insertRows, newId, query, write } from '@ordergraph/tenancy';
import type { StoredTaxLine, Totals } from '../domain/pricing.ts';
import { renderTotals, storeTotals } from '../domain/pricing.ts';
import { Order } from '../entities/order.entity.ts';
import type { StoredAddress } from '../entities/stored.ts';
import { move } from './advance-saga.ts';
import { newSaga } from './sagas.ts';
import { addToTimeline } from './timeline.ts';

/** A line whose price is settled, by checkout or by the log that is imported. */
export interface PricedOrderLine {
  readonly kind: 'PRODUCT' | 'SERVICE';
  readonly variantId: string | null;
  readonly productId: string | null;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  /** Exact decimal in major units. */
  readonly unitPrice: string;
  readonly total: Money;
  readonly tax: Money;
  readonly taxLines: readonly StoredTaxLine[];
  /** Its part of what redeemed points are worth. */
  readonly loyalty?: Money;
}

export interface OrderToPlace {
  readonly cartId: string;
  readonly customerId: string | null;
  readonly email: string;
  readonly shippingAddress: StoredAddress | null;
  readonly billingAddress: StoredAddress | null;
  readonly shippingHandle: string | null;
  readonly carrierCode: string | null;
  readonly lines: readonly PricedOrderLine[];
  readonly totals: Totals;
  /** Null when there is nothing to pay. */
  readonly paymentId: string | null;
  readonly isCapturedOnPlacement: boolean;
  /** When the customer must have paid. */
  readonly payUntil: Date;
  readonly placedAt: Date;
  readonly externalReference: string | null;
  /** Points that lower its price, set aside by checkout. */
  readonly redemption?: { readonly id: string; readonly points: number } | null;
}

const holdMs = 15 * 60_000;
const firstNumber = 1_001;

async function nextNumber(tx: Transaction): Promise<number> {
  const rows = await query<{ last_number: number }>(
    tx.em,
    `insert into "orders"."order_counter" as c (tenant_id, last_number) values ($1, $2)
     on conflict (tenant_id) do update set last_number = c.last_number + 1 returning last_number`,
    [tx.tenantId, firstNumber],
  );
  const number = rows[0]?.last_number;
  if (number === undefined) throw new Error('The counter of orders gave no number.');
  return number;
}

/** Lines of an order, however many, by one statement that stays prepared. */
function insertLines(tx: Transaction, orderId: string, lines: readonly (PricedOrderLine & { id: string })[]): void {
  const stored = lines.map(({ total, tax, loyalty, ...line }, position) => ({
    ...line,
    position,
    currencyCode: total.currencyCode,
    totalMinor: total.minor.toString(),
    taxMinor: tax.minor.toString(),
    loyaltyMinor: (loyalty?.minor ?? 0n).toString(),
  }));
  write(
    tx.em,
    `insert into "orders"."order_line" (id, tenant_id, order_id, position, kind, variant_id, product_id, sku, title,
       quantity, unit_price, currency_code, total_minor, tax_minor, loyalty_minor, tax_lines, shipped_quantity, returned_quantity,
       refunded_quantity)
     select l."id", $1, $2, l."position", l."kind", l."variantId", l."productId", l."sku", l."title", l."quantity",
       l."unitPrice", l."currencyCode", l."totalMinor", l."taxMinor", l."loyaltyMinor", l."taxLines", 0, 0, 0
     from jsonb_to_recordset($3::jsonb) as l("id" uuid, "position" int, "kind" text, "variantId" uuid,
       "productId" uuid, "sku" text, "title" text, "quantity" int, "unitPrice" text, "currencyCode" text,
       "totalMinor" bigint, "taxMinor" bigint, "loyaltyMinor" bigint, "taxLines" jsonb)`,
    [tx.tenantId, orderId, JSON.stringify(stored)],
  );
}

/** Writes an order, its PLACE saga and what they publish, in this one transaction. What it costs is settled already. */
export async function placeOrder(tx: Transaction, input: OrderToPlace): Promise<{ order: Order; sagaId: string }> {
  const { totals } = input;
  const orderId = newId();
  const redemptionId = input.redemption?.id ?? null;
  const { currencyCode } = totals.grandTotal;
  const lines = input.lines.map((line) => ({ ...line, id: newId() }));
  const subject = input.customerId ?? input.cartId;
  const { email, shippingAddress } = input;
  insertLines(tx, orderId, lines);
  // The number is taken last: from here on, whoever places the merchant's next order waits for this commit.
  const [sealed, number] = await Promise.all([
    tx.sealing.sealMany(tx.em, tx.tenantId, subject, { email, shippingAddress }),
    nextNumber(tx),
  ]);
  const order: Order = {
    id: orderId,
    tenantId: tx.tenantId,
    number,
    version: 1,
    status: 'PENDING',
    paymentStatus: 'PENDING',
    fulfillmentStatus: 'UNFULFILLED',
    returnStatus: 'NONE',
    cartId: input.cartId,
    paymentId: input.paymentId,
    customerId: input.customerId,
    email,
    placedBy: tx.actor,
    currencyCode,
    taxesIncluded: totals.taxesIncluded,
    subtotalMinor: totals.subtotal.minor,
    shippingMinor: totals.shippingTotal.minor,
    shippingTaxMinor: totals.shippingTax.minor,
    taxMinor: totals.taxTotal.minor,
    loyaltyMinor: totals.loyaltyTotal.minor,
    redemptionId,
    redeemedPoints: input.redemption?.points ?? 0,
    grandTotalMinor: totals.grandTotal.minor,
    capturedMinor: 0n,
    refundedMinor: 0n,
    isAuthorizationOpen: input.paymentId !== null && !input.isCapturedOnPlacement,
    isShippingRefunded: false,
    shippingAddress,
    billingAddress: input.billingAddress,
    shippingHandle: input.shippingHandle,
    externalReference: input.externalReference,
    failure: null,
    cancelReason: null,
    placedAt: input.placedAt,
    updatedAt: tx.now,
    cancelledAt: null,
  };
  insertRows(tx.em, Order, [order]);

  const saga = newSaga(
    'PLACE',
    {
      orderId,
      cartId: input.cartId,
      lines: unitsOf(input.lines),
      paymentId: input.paymentId,
      amount: formatMoney(totals.grandTotal),
      isCapturedOnPlacement: input.isCapturedOnPlacement,
      redemptionId,
      carrierCode: input.carrierCode,
      payUntil: input.payUntil.toISOString(),
      holdUntil: new Date(Math.max(tx.now.getTime(), input.payUntil.getTime()) + holdMs).toISOString(),
      shortages: [],
    },
    { cartId: input.cartId, orderId, order },
  );
  addToTimeline(tx, orderId, 'OrderCreated', 'The order was placed.', { at: input.placedAt });
  tx.publish(
    'OrderCreated',
    {
      orderId,
      number: String(order.number),
      cartId: input.cartId,
      sagaId: saga.id,
      customerId: input.customerId,
      email: sealed.email,
      shippingAddress: sealed.shippingAddress,
      lines: lines.map((line) => ({
        orderLineId: line.id,
        kind: line.kind,
        productId: line.productId,
        variantId: line.variantId,
        sku: line.sku,
        title: line.title,
        quantity: line.quantity,
        unitPrice: formatMoney(unitMoney(line)),
        tax: formatMoney(line.tax),
        total: formatMoney(line.total),
      })),
      totals: renderTotals(storeTotals(totals)),
      paymentId: input.paymentId,
      redemptionId,
    },
    { occurredAt: input.placedAt },
  );
  await move(tx, saga, { type: 'Started' });
  return { order, sagaId: saga.id };
}

/** Units to take from stock: one entry per variant, since the same product may stand on several lines. */
function unitsOf(lines: readonly PricedOrderLine[]): { variantId: string; quantity: number }[] {
  const units = new Map<string, number>();
  for (const { variantId, quantity } of lines) {
    if (variantId) units.set(variantId, (units.get(variantId) ?? 0) + quantity);
  }
  return [...units].map(([variantId, quantity]) => ({ variantId, quantity }));
}

/** A unit's price in the currency's digits, for display; the line's total is what counts. */
const unitMoney = (line: PricedOrderLine): Money => multiplyPrice(line.unitPrice, 1, line.total.currencyCode);
