import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import { write } from '@ordergraph/tenancy';

/** What payments keeps of an order. */
export interface NotedOrder {
  readonly orderId: string;
  readonly cartId: string;
  readonly customerId: string | null;
  readonly total: Money;
}

/** Keeps whose an order is and what it costs. */
export async function noteOrder(tx: Transaction, { orderId, cartId, customerId, total }: NotedOrder): Promise<void> {
  write(
    tx.em,
    `insert into "payments"."order_copy" (id, tenant_id, cart_id, customer_id, currency_code, total_minor)
     values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing`,
    [orderId, tx.tenantId, cartId, customerId, total.currencyCode, total.minor],
  );
}
