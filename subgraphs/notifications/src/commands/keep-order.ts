import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { write } from '@ordergraph/tenancy';
import type { OrderFacts } from '../domain/order-values.ts';

/** An order as its mails need it. */
export interface KeptOrder extends OrderFacts {
  readonly orderId: string;
  readonly customerId: string | null;
  readonly email: Sealed;
  readonly createdAt: string;
}

/** Keeps the facts of a new order. */
export async function keepOrder(tx: Transaction, order: KeptOrder): Promise<void> {
  write(
    tx.em,
    `insert into "notifications"."order_copy" (id, tenant_id, number, customer_id, email, lines, totals, created_at)
     values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb, $8)
     on conflict (id) do nothing`,
    [
      order.orderId,
      tx.tenantId,
      order.number,
      order.customerId,
      JSON.stringify(order.email),
      JSON.stringify(order.lines),
      JSON.stringify(order.totals),
      order.createdAt,
    ],
  );
}
