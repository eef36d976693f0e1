import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { updateRow } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Cart } from '../entities/cart.entity.ts';
import type { StoredAddress } from '../entities/stored.ts';
import { priceBy, type PricedCart } from './cart-pricing.ts';
import { mergeLines, type QuantityOfVariant } from './create-cart.ts';
import { holdCartToPrice, type CartAccess } from './hold-cart.ts';

/** Absent fields stay as they are; null clears a field. */
export interface CartChanges {
  readonly email?: string | null;
  readonly shippingAddress?: StoredAddress | null;
  readonly billingAddress?: StoredAddress | null;
  readonly shippingHandle?: string | null;
}

// Deliberately loose: whether an address receives mail, only sending can tell.
const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 254;

const changed = <Value>(now: Value | null | undefined, before: Value | null | undefined): Value | null =>
  (now === undefined ? before : now) ?? null;

/** Changes addresses, email and shipping. */
export async function updateCart(
  tx: Transaction,
  input: { cartId: string; access: CartAccess; expectedVersion: number | null; changes: CartChanges },
): Promise<Outcome<PricedCart, OrderErrorCode>> {
  const { held, basis } = await holdCartToPrice(tx, input);
  if (held.refusals) return held;
  const cart = held.value;
  const { email, shippingAddress, billingAddress, shippingHandle } = input.changes;
  if (email != null && !looksLikeEmail(email.trim())) return refuse('INVALID', 'Expected an email address.', ['email']);
  // All columns, changed or not: one statement that stays prepared.
  updateRow(tx.em, Cart, cart, {
    // Compared in lower case, and so kept in it.
    email: changed(email?.trim().toLowerCase() ?? email, cart.email),
    shippingAddress: changed(shippingAddress, cart.shippingAddress),
    billingAddress: changed(billingAddress, cart.billingAddress),
    shippingHandle: changed(shippingHandle, cart.shippingHandle),
    version: cart.version + 1,
    problems: [],
    updatedAt: tx.now,
  });
  return done({ cart, now: priceBy(basis, cart) });
}

/** Adds, changes and removes lines. */
export async function updateCartLines(
  tx: Transaction,
  input: { cartId: string; access: CartAccess; expectedVersion: number | null; lines: readonly QuantityOfVariant[] },
): Promise<Outcome<PricedCart, OrderErrorCode>> {
  const added = input.lines.map(({ variantId }) => variantId);
  const { held, basis } = await holdCartToPrice(tx, input, added);
  if (held.refusals) return held;
  const cart = held.value;
  const merged = mergeLines(cart.currencyCode, cart.lines, input.lines, basis.variants);
  if (merged.refusals) return merged;
  updateRow(tx.em, Cart, cart, {
    lines: merged.value,
    version: cart.version + 1,
    problems: [],
    updatedAt: tx.now,
  });
  return done({ cart, now: priceBy(basis, cart) });
}
