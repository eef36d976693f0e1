import type { Transaction } from '@ordergraph/events';
import { money } from '@ordergraph/money';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { updateRow } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { readTotals } from '../domain/pricing.ts';
import { Cart } from '../entities/cart.entity.ts';
import type { MerchantCopy } from '../entities/copies.entity.ts';
import type { Order } from '../entities/order.entity.ts';
import { merchantSettings } from './cart-pricing.ts';
import { holdCart, type CartAccess } from './hold-cart.ts';
import { placeOrder } from './place-order.ts';
import { handOverCheckout } from './sagas.ts';

/** A cart that may become an order, and how its merchant is paid. */
export interface CartToPlace {
  readonly held: Outcome<Cart, OrderErrorCode>;
  readonly settings: MerchantCopy | null;
}

/** Takes a cart that may become an order. */
export async function holdCartToPlace(tx: Transaction, cartId: string, access: CartAccess): Promise<CartToPlace> {
  const [held, settings] = await Promise.all([holdCart(tx, cartId, access, null), merchantSettings(tx.em)]);
  return { held, settings };
}

/** Turns a cart in checkout into an order, at exactly what checkout froze. */
export async function placeCart(
  tx: Transaction,
  { held, settings }: CartToPlace,
  input: { cartVersion: number; paymentId: string | null },
): Promise<Outcome<{ order: Order; sagaId: string }, OrderErrorCode>> {
  if (held.refusals) return held;
  const cart = held.value;
  if (cart.status === 'COMPLETED' || cart.status === 'ABANDONED') {
    return refuse('CART_CLOSED', 'The cart became an order or was abandoned.', ['cartId']);
  }
  if (cart.version !== input.cartVersion) {
    return refuse(
      'VERSION_MISMATCH',
      `The cart is at version ${cart.version}, not ${input.cartVersion}. Read it again.`,
      ['cartVersion'],
    );
  }
  const { frozen, checkoutExpiresAt } = cart;
  // Looked at here as well as swept: a hold that ran out a moment ago must not be sold.
  if (cart.status !== 'IN_CHECKOUT' || !frozen || !checkoutExpiresAt || checkoutExpiresAt <= tx.now) {
    return refuse('CHECKOUT_EXPIRED', 'The cart is not in checkout, or checkout ran out of time. Begin it again.', [
      'cartId',
    ]);
  }
  const totals = readTotals(frozen.totals);
  const isFree = totals.grandTotal.minor === 0n;
  if (!isFree && input.paymentId === null) {
    return refuse('PAYMENT_MISMATCH', 'This order costs something: create a payment first and pass its id.', [
      'paymentId',
    ]);
  }
  const { currencyCode } = totals.grandTotal;
  const placed = await placeOrder(tx, {
    cartId: cart.id,
    customerId: cart.customerId ?? null,
    email: cart.email ?? '',
    shippingAddress: cart.shippingAddress ?? null,
    billingAddress: cart.billingAddress ?? null,
    shippingHandle: frozen.shippingHandle,
    carrierCode: frozen.carrierCode,
    lines: frozen.lines.map((line) => ({
      ...line,
      kind: 'PRODUCT',
      total: money(BigInt(line.totalMinor), currencyCode),
      tax: money(BigInt(line.taxMinor), currencyCode),
      loyalty: money(BigInt(line.loyaltyMinor ?? '0'), currencyCode),
    })),
    redemption: frozen.redemption ?? null,
    totals,
    paymentId: isFree ? null : input.paymentId,
    isCapturedOnPlacement: settings?.capturePolicy !== 'MANUAL',
    payUntil: checkoutExpiresAt,
    placedAt: tx.now,
    externalReference: null,
  });
  updateRow(tx.em, Cart, cart, { status: 'COMPLETED', orderId: placed.order.id, updatedAt: tx.now });
  if (cart.checkoutSagaId) handOverCheckout(tx, cart.checkoutSagaId);
  return done(placed);
}
