import type { ApolloClient } from '@apollo/client';
import {
  StorefrontCartCreateDocument,
  StorefrontCartDocument,
  StorefrontCartLinesUpdateDocument,
  StorefrontCheckoutCancelDocument,
  type CartPageFragment,
  type StorefrontCartQuery,
} from '../../generated/operations.ts';
import { newKey } from '../new-key.ts';

/** A cart as the server has it, with the order that it became. */
export type CartRead = NonNullable<StorefrontCartQuery['cart']>;

/** What came of taking a cart over; `nothing` where it has become an order, or is empty. */
export type Taken = 'taken' | 'nothing' | 'refused';

/** So many of a variant; 0 takes it out. */
export interface WantedLine {
  readonly variantId: string;
  readonly quantity: number;
}

/** Said when a call had no answer. */
export const lost = 'The shop could not be reached. Try again in a moment.';
const becameOrder = 'Your cart became an order in another window.';
const tries = 4;
/** Somebody else was faster: the cart is read again, and the change laid over what it is now. */
const isOvertaken = (code: string): boolean => ['VERSION_MISMATCH', 'CART_CLOSED', 'CART_IN_CHECKOUT'].includes(code);

/** Whether nothing can be bought with a cart any more. */
export const isOver = ({ status }: Pick<CartRead, 'status'>): boolean =>
  status === 'COMPLETED' || status === 'ABANDONED';

/** Reads a cart from the server, for all who show it. Null for none. Throws when nobody can say. */
export async function readCart(client: ApolloClient, id: string): Promise<CartRead | null> {
  const { data, error } = await client.query({
    query: StorefrontCartDocument,
    variables: { id },
    fetchPolicy: 'network-only',
  });
  // Without this, carts that are out of reach for a moment would look like none.
  if (!data || (error && !data.cart)) throw new Error(lost);
  return data.cart;
}

/**
 * The same for whoever is about to change it or to take it over. An answer that does not know of which variants the lines are
 * would lead to other quantities than are wanted; what else is missing does no harm.
 */
export async function readWholeCart(client: ApolloClient, id: string): Promise<CartRead | null> {
  const { data, error } = await client.query({
    query: StorefrontCartDocument,
    variables: { id },
    fetchPolicy: 'network-only',
  });
  if (!data || (error && (!data.cart || data.cart.lines.some(({ variant }) => variant === null))))
    throw new Error(lost);
  return data.cart;
}

/** The cart as it is now, out of checkout; null where there is none, or it is over. Throws when nobody can say. */
export async function openCart(client: ApolloClient, id: string): Promise<CartPageFragment | null> {
  const cart = await readWholeCart(client, id);
  if (!cart || isOver(cart)) return null;
  if (cart.status === 'ACTIVE') return cart;
  await client.mutate({
    mutation: StorefrontCheckoutCancelDocument,
    variables: { input: { cartId: id, idempotencyKey: newKey() } },
  });
  return readWholeCart(client, id);
}

/** Where lines go to. */
export interface Basket {
  /** The cart that is remembered at this moment, maybe since another tab has begun one. */
  readonly remembered: () => string | null;
  readonly remember: (cartId: string) => void;
  readonly currencyCode: string;
}

/**
 * Lays quantities over the lines of the cart as it is at this moment, whichever tab changed it last. `linesFor` says which,
 * given the cart, or null where one has to be begun; null from it says that there must be one. Answers why not, or null.
 */
export async function layLines(
  client: ApolloClient,
  { remembered, remember, currencyCode }: Basket,
  linesFor: (cart: CartPageFragment | null) => readonly WantedLine[] | null,
): Promise<string | null> {
  try {
    for (let attempt = 0; attempt < tries; attempt++) {
      const id = remembered();
      const cart = id === null ? null : await openCart(client, id);
      const lines = linesFor(cart);
      if (lines === null) return becameOrder;
      if (!cart) {
        const { data } = await client.mutate({
          mutation: StorefrontCartCreateDocument,
          variables: { input: { currencyCode, idempotencyKey: newKey(), lines: [...lines] } },
        });
        if (data?.cartCreate.cart) remember(data.cartCreate.cart.id);
        return data ? (data.cartCreate.userErrors[0]?.message ?? null) : lost;
      }
      const { data } = await client.mutate({
        mutation: StorefrontCartLinesUpdateDocument,
        variables: { input: { cartId: cart.id, expectedVersion: cart.version, lines: [...lines] } },
      });
      if (!data) return lost;
      const refusal = data.cartLinesUpdate.userErrors[0];
      if (!refusal || !isOvertaken(refusal.code)) return refusal?.message ?? null;
    }
  } catch {
    // Told below.
  }
  return lost;
}

/** How many of a variant are in a cart. */
export const quantityIn = (cart: Pick<CartPageFragment, 'lines'> | null, variantId: string): number =>
  cart?.lines.find(({ variant }) => variant?.id === variantId)?.quantity ?? 0;

/**
 * The lines of one cart for another: of what is in both, the larger number. So doing it twice, after an answer that was lost,
 * buys nothing twice.
 */
export const linesOver = (from: Pick<CartPageFragment, 'lines'>, into: CartPageFragment | null): WantedLine[] =>
  from.lines.flatMap(({ variant, quantity }) =>
    variant ? [{ variantId: variant.id, quantity: Math.max(quantity, quantityIn(into, variant.id)) }] : [],
  );
