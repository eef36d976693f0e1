import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { money, subtract, sum, zero } from '@ordergraph/money';
import { done, type Outcome } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { matchReturns, type Purchase, type ReturnedGoods } from '../domain/match-returns.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { move } from './advance-saga.ts';
import { quotePoints } from './points-copy.ts';
import { lockRefund } from './lock-refund.ts';

/** Goods that a customer gave back, as a log tells it: at its own money, and without naming an order. */
export interface ReturnedPurchases {
  /** Null for a guest, whose orders nobody can tell: then nothing matches. */
  readonly customerId: string | null;
  readonly currencyCode: string;
  readonly goods: readonly ReturnedGoods[];
  readonly returnedAt: Date;
  readonly reason: string;
}

/** What came of it, as data that a repetition can be answered with. */
export interface PurchaseRefunds {
  readonly refunds: readonly { readonly orderId: string; readonly refundId: string; readonly sagaId: string }[];
  /** What no order accounts for, by position among the goods; the money in minor units. */
  readonly unmatched: readonly { readonly index: number; readonly quantity: number; readonly minor: string }[];
}

interface PurchaseRow {
  readonly order_id: string;
  readonly line_id: string;
  readonly variant_id: string | null;
  readonly sku: string;
  readonly unit_price: string;
}

/**
 * Refunds goods against the customer's latest orders that have units of them left: one REFUND saga per order, which puts
 * the units back in stock. `placeOrder` takes priced lines, and so does this: what goes back was settled elsewhere.
 */
export async function refundPurchases(
  tx: Transaction,
  input: ReturnedPurchases,
): Promise<Outcome<PurchaseRefunds, OrderErrorCode>> {
  const { goods, currencyCode } = input;
  const rows = await query<PurchaseRow>(
    tx.em,
    `select l.order_id, l.id as line_id, l.variant_id, l.sku, l.unit_price
     from "orders"."order" o join "orders"."order_line" l on l.tenant_id = o.tenant_id and l.order_id = o.id
     where o.tenant_id = $1 and o.customer_id = $2 and o.placed_at <= $3 and o.currency_code = $4
       and o.status in ('CONFIRMED', 'ON_HOLD', 'COMPLETED') and o.captured_minor > o.refunded_minor
       and l.sku = any($5) and l.refunded_quantity < l.quantity
       and not exists (select from "orders"."saga" s where s.tenant_id = o.tenant_id and s.order_id = o.id
         and s.status in ('RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION'))
     order by o.placed_at desc, o.id desc, l.position desc`,
    [tx.tenantId, input.customerId, input.returnedAt, currencyCode, [...new Set(goods.map(({ sku }) => sku))]],
  );
  const orderIds = [...new Set(rows.map((row) => row.order_id))].sort();
  // Locked in the order of their ids, and read again: what was found may have changed until it was locked.
  const orders = await tx.em.find(
    Order,
    { id: { $in: orderIds } },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  const lines = await tx.em.find(OrderLine, { orderId: { $in: orderIds } });
  const lineById = new Map(lines.map((line) => [line.id, line]));

  const purchases: Purchase[] = rows.map((row) => {
    const line = lineById.get(row.line_id);
    return {
      orderId: row.order_id,
      orderLineId: row.line_id,
      variantId: row.variant_id,
      sku: row.sku,
      unitPrice: row.unit_price,
      unitsLeft: line ? line.quantity - line.refundedQuantity : 0,
    };
  });
  const payable = new Map(
    orders.map((order) => [
      order.id,
      subtract(money(order.capturedMinor, currencyCode), money(order.refundedMinor, currencyCode)),
    ]),
  );
  const { matched, unmatched } = matchReturns(goods, purchases, payable);

  const refunds = [];
  for (const order of orders) {
    const units = matched.get(order.id);
    if (!units) continue;
    const none = zero(currencyCode);
    const quote = {
      lines: units.map((line) => ({ ...line, disposition: 'RESTOCK' as const, locationId: null, tax: none })),
      shipping: none,
      tax: none,
      total: sum(
        currencyCode,
        units.map(({ amount }) => amount),
      ),
      maximumRefundable: payable.get(order.id) ?? none,
    };
    const own = lines.filter((line) => line.orderId === order.id);
    const saga = await lockRefund(tx, order, own, quote, await quotePoints(tx.em, order, own, quote), {
      reason: input.reason,
      notifyCustomer: false,
      parentSagaId: null,
      acceptedAt: input.returnedAt,
    });
    await move(tx, saga, { type: 'Started' });
    refunds.push({ orderId: order.id, refundId: saga.state.facts.refundId, sagaId: saga.id });
  }
  return done({
    refunds,
    unmatched: unmatched.map(({ index, quantity, amount }) => ({ index, quantity, minor: amount.minor.toString() })),
  });
}
