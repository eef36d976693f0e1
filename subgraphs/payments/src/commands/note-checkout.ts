import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import { write } from '@ordergraph/tenancy';

/** A cart as checkout froze it. */
export interface FrozenCart {
  readonly cartId: string;
  readonly cartVersion: number;
  readonly customerId: string | null;
  readonly total: Money;
  readonly expiresAt: Date;
}

/** Keeps what a cart in checkout costs, and wakes whoever waits to pay for it. */
export async function noteCheckout(tx: Transaction, cart: FrozenCart): Promise<void> {
  write(
    tx.em,
    `insert into "payments"."checkout_cart" (id, tenant_id, cart_version, customer_id, total_minor, currency_code,
       is_in_checkout, expires_at)
     values ($1, $2, $3, $4, $5, $6, true, $7)
     on conflict (id) do update set cart_version = excluded.cart_version, customer_id = excluded.customer_id,
       total_minor = excluded.total_minor, currency_code = excluded.currency_code, is_in_checkout = true,
       expires_at = excluded.expires_at`,
    [
      cart.cartId,
      tx.tenantId,
      cart.cartVersion,
      cart.customerId,
      cart.total.minor,
      cart.total.currencyCode,
      cart.expiresAt,
    ],
  );
  tx.wake(`cart:${cart.cartId}`);
}

/** Checkout ended without an order: what was prepared for it is over. Nothing was asked of the provider yet. */
export async function endCheckout(tx: Transaction, cartId: string, isExpired: boolean): Promise<void> {
  write(tx.em, `update "payments"."checkout_cart" set is_in_checkout = false where id = $1`, [cartId]);
  write(
    tx.em,
    `update "payments"."payment" set status = $2, updated_at = $3, version = version + 1
     where cart_id = $1 and status = 'CREATED' and charge_key is null`,
    [cartId, isExpired ? 'EXPIRED' : 'VOIDED', tx.now],
  );
}
