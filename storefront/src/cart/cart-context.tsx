import { useApolloClient, useMutation, useQuery } from '@apollo/client/react';
import { createContext, useContext, useState, type ReactNode } from 'react';
import {
  StorefrontCartCreateDocument,
  StorefrontCartDocument,
  StorefrontCartLinesUpdateDocument,
  StorefrontCheckoutCancelDocument,
  type CartPageFragment,
} from '../../generated/operations.ts';
import { newKey } from '../new-key.ts';
import { useShopper } from '../session/session-context.ts';

/** What one is about to buy, kept by the server and found again by its id. */
export interface Cart {
  readonly cart: CartPageFragment | null;
  readonly isLoading: boolean;
  readonly count: number;
  /** Adds units of a variant. Answers why not, or null. */
  add(variantId: string, quantity: number): Promise<string | null>;
  /** Sets the units of a variant; 0 takes it out. Answers why not, or null. */
  change(variantId: string, quantity: number): Promise<string | null>;
  /** Leaves checkout, so that the cart can be changed again. */
  reopen(): Promise<void>;
  /** Begins a new cart: this one became an order. */
  forget(): void;
}

const CartContext = createContext<Cart | null>(null);
const lost = 'The shop could not be reached. Try again in a moment.';

/** Keeps the cart of this shopper. */
export function CartProvider({ children }: { children: ReactNode }) {
  const { token, merchant } = useShopper();
  const key = `ordergraph:cart:${token.merchantId}:${token.isCustomer ? token.subject : 'guest'}`;
  const [cartId, setCartId] = useState(() => localStorage.getItem(key));
  const client = useApolloClient();
  const { data, loading } = useQuery(
    StorefrontCartDocument,
    cartId ? { variables: { id: cartId } } : { skip: true, variables: { id: '' } },
  );
  const [createCart] = useMutation(StorefrontCartCreateDocument);
  const [updateLines] = useMutation(StorefrontCartLinesUpdateDocument);
  const [cancelCheckout] = useMutation(StorefrontCheckoutCancelDocument);

  const known = cartId ? (data?.cart ?? null) : null;
  const isOver = known?.status === 'COMPLETED' || known?.status === 'ABANDONED';
  const cart = isOver ? null : known;

  function remember(id: string | null): void {
    if (id === null) localStorage.removeItem(key);
    else localStorage.setItem(key, id);
    setCartId(id);
  }

  async function reopen(): Promise<void> {
    if (!cart || cart.status === 'ACTIVE') return;
    await cancelCheckout({ variables: { input: { cartId: cart.id, idempotencyKey: newKey() } } });
    await client.refetchQueries({ include: [StorefrontCartDocument] });
  }

  async function change(variantId: string, quantity: number): Promise<string | null> {
    if (!cart) return create(variantId, quantity);
    try {
      await reopen();
      const { data: answer } = await updateLines({
        variables: { input: { cartId: cart.id, lines: [{ variantId, quantity }] } },
      });
      const refusal = answer?.cartLinesUpdate.userErrors[0];
      if (refusal?.code === 'CART_CLOSED' || refusal?.code === 'NOT_FOUND') return create(variantId, quantity);
      return answer ? (refusal?.message ?? null) : lost;
    } catch {
      return lost;
    }
  }

  async function create(variantId: string, quantity: number): Promise<string | null> {
    try {
      const { data: answer } = await createCart({
        variables: {
          input: {
            currencyCode: merchant?.defaultCurrencyCode ?? 'EUR',
            idempotencyKey: newKey(),
            lines: [{ variantId, quantity }],
          },
        },
      });
      const made = answer?.cartCreate.cart;
      if (made) remember(made.id);
      return answer ? (answer.cartCreate.userErrors[0]?.message ?? null) : lost;
    } catch {
      return lost;
    }
  }

  const value: Cart = {
    cart,
    isLoading: loading && !data,
    count: cart?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0,
    change,
    add: (variantId, quantity) =>
      change(variantId, quantity + (cart?.lines.find(({ variant }) => variant?.id === variantId)?.quantity ?? 0)),
    reopen,
    forget: () => remember(null),
  };
  return <CartContext value={value}>{children}</CartContext>;
}

/** The cart of this shopper. */
export function useCart(): Cart {
  const cart = useContext(CartContext);
  if (!cart) throw new Error('Only pages inside of the cart provider ask for the cart.');
  return cart;
}
