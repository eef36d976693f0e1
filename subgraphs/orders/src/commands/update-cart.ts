import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import type { StoredAddress } from '../entities/stored.ts';
import { mergeLines, type QuantityOfVariant } from './create-cart.ts';
import { holdOpenCart, type CartAccess } from './hold-cart.ts';

/** Absent fields stay as they are; null clears a field. */
export interface CartChanges {
  readonly email?: string | null;
  readonly shippingAddress?: StoredAddress | null;
  readonly billingAddress?: StoredAddress | null;
  readonly shippingHandle?: string | null;
}

// Deliberately loose: whether an address receives mail, only sending can tell.
const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 254;

/** Changes addresses, email and shipping. */
export async function updateCart(
  tx: Transaction,
  input: { cartId: string; access: CartAccess; expectedVersion: number | null; changes: CartChanges },
): Promise<Outcome<{ cartId: string }, OrderErrorCode>> {
  const held = await holdOpenCart(tx, input.cartId, input.access, input.expectedVersion);
  if (held.refusals) return held;
  const cart = held.value;
  const { email, shippingAddress, billingAddress, shippingHandle } = input.changes;
  if (email != null && !looksLikeEmail(email.trim())) return refuse('INVALID', 'Expected an email address.', ['email']);
  // Compared in lower case, and so kept in it.
  if (email !== undefined) cart.email = email?.trim().toLowerCase() ?? null;
  if (shippingAddress !== undefined) cart.shippingAddress = shippingAddress;
  if (billingAddress !== undefined) cart.billingAddress = billingAddress;
  if (shippingHandle !== undefined) cart.shippingHandle = shippingHandle;
  cart.version += 1;
  cart.problems = [];
  cart.updatedAt = tx.now;
  await tx.em.flush();
  return done({ cartId: cart.id });
}

/** Adds, changes and removes lines. */
export async function updateCartLines(
  tx: Transaction,
  input: { cartId: string; access: CartAccess; expectedVersion: number | null; lines: readonly QuantityOfVariant[] },
): Promise<Outcome<{ cartId: string }, OrderErrorCode>> {
  const held = await holdOpenCart(tx, input.cartId, input.access, input.expectedVersion);
  if (held.refusals) return held;
  const cart = held.value;
  const merged = await mergeLines(tx, cart.currencyCode, cart.lines, input.lines);
  if (merged.refusals) return merged;
  cart.lines = merged.value;
  cart.version += 1;
  cart.problems = [];
  cart.updatedAt = tx.now;
  await tx.em.flush();
  return done({ cartId: cart.id });
}
