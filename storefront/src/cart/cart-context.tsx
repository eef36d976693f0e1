import { useApolloClient, useQuery } from '@apollo/client/react';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { StorefrontCartDocument, type CartPageFragment } from '../../generated/operations.ts';
import { useShopper } from '../session/session-context.ts';
import { rememberCart, rememberedCart, useRememberedCart } from './cart-id.ts';
import {
  isOver,
  layLines,
  linesOver,
  openCart,
  quantityIn,
  readCart,
  readWholeCart,
  type CartRead,
  type Taken,
} from './cart-server.ts';
import { useGuestCart } from './guest-cart.ts';
import { keepWishes, type Quantities } from './wishes.ts';

/** What one is about to buy, kept by the server and found again by its id. */
export interface Cart {
  readonly cart: CartPageFragment | null;
  /** The order that the cart became, until it is known to be settled. */
  readonly placed: { readonly cartId: string; readonly orderId: string } | null;
  readonly isLoading: boolean;
  /** Nobody can say now what is in it. */
  readonly hasFailed: boolean;
  readonly count: number;
  /** Quantities that the server does not know yet. */
  readonly wanted: Quantities;
  /** What was in it as a visitor came along at the sign-in. */
  readonly hasGuestLines: boolean;
  /** Adds units of a variant. Answers why not, or null. */
  add(variantId: string, quantity: number): Promise<string | null>;
  /** Sets the units of a variant; 0 takes it out. Answers why not, or null. */
  change(variantId: string, quantity: number): Promise<string | null>;
  /** Puts what another cart of theirs has into this one. */
  takeOver(cartId: string): Promise<Taken>;
  /** Leaves checkout, so that the cart can be changed again. */
  reopen(): Promise<void>;
  /** Reads the cart again. Null as well when it could not be read: then what is known stays. */
  refresh(): Promise<CartRead | null>;
  /** Begins a new cart: this one was bought. */
  forget(): void;
}

const CartContext = createContext<Cart | null>(null);

/** Keeps the cart of this shopper. */
export function CartProvider({ children }: { children: ReactNode }) {
  const { token, merchant } = useShopper();
  const guestKey = `ordergraph:cart:${token.merchantId}:guest`;
  const key = token.isCustomer ? `ordergraph:cart:${token.merchantId}:${token.subject}` : guestKey;
  const cartId = useRememberedCart(key);
  const client = useApolloClient();
  const { data, error, loading } = useQuery(
    StorefrontCartDocument,
    cartId ? { variables: { id: cartId } } : { skip: true, variables: { id: '' } },
  );
  const [wanted, setWanted] = useState<Quantities>(new Map());

  const known = cartId ? (data?.cart ?? null) : null;
  const cart = known && !isOver(known) ? known : null;
  const basket = {
    remembered: () => rememberedCart(key),
    remember: (id: string) => rememberCart(key, id),
    currencyCode: merchant?.defaultCurrencyCode ?? 'EUR',
  };

  async function refresh(): Promise<CartRead | null> {
    const id = rememberedCart(key);
    return id === null ? null : readCart(client, id).catch(() => null);
  }

  const send = (quantities: Quantities): Promise<string | null> =>
    layLines(client, basket, (now) =>
      now ? Array.from(quantities, ([variantId, quantity]) => ({ variantId, quantity })) : null,
    );
  const latestSend = useRef(send);
  latestSend.current = send;
  const wishes = useMemo(() => keepWishes((quantities) => latestSend.current(quantities), setWanted), []);

  async function takeOver(id: string): Promise<Taken> {
    try {
      // Only read: it may be somebody else's, who is buying it just now.
      const other = await readWholeCart(client, id);
      if (!other || isOver(other) || other.lines.length === 0) return 'nothing';
      const refusal = await layLines(client, basket, (now) => linesOver(other, now));
      return refusal === null ? 'taken' : 'refused';
    } catch {
      return 'refused';
    }
  }

  useComingBack(() => void refresh());
  const hasGuestLines = useGuestCart({ guestKey, isCustomer: token.isCustomer, takeOver });

  const value: Cart = {
    cart,
    placed: known?.order ? { cartId: known.id, orderId: known.order.id } : null,
    isLoading: loading && !data,
    hasFailed: error !== undefined && !data?.cart,
    count:
      cart?.lines.reduce((sum, { quantity, variant }) => sum + (wanted.get(variant?.id ?? '') ?? quantity), 0) ?? 0,
    wanted,
    hasGuestLines,
    add: (variantId, quantity) =>
      layLines(client, basket, (now) => [{ variantId, quantity: quantity + quantityIn(now, variantId) }]),
    change: wishes.want,
    takeOver,
    async reopen() {
      if (cart && cart.status !== 'ACTIVE') await openCart(client, cart.id);
    },
    refresh,
    forget: () => rememberCart(key, null),
  };
  return <CartContext value={value}>{children}</CartContext>;
}

/** Does something whenever somebody comes back to this page: from another window, or by the browser's way back. */
function useComingBack(act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const back = (): void => {
      if (document.visibilityState === 'visible') latest.current();
    };
    const shown = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) latest.current();
    };
    addEventListener('focus', back);
    addEventListener('pageshow', shown);
    document.addEventListener('visibilitychange', back);
    return () => {
      removeEventListener('focus', back);
      removeEventListener('pageshow', shown);
      document.removeEventListener('visibilitychange', back);
    };
  }, []);
}

/** The cart of this shopper. */
export function useCart(): Cart {
  const cart = useContext(CartContext);
  if (!cart) throw new Error('Only pages inside of the cart provider ask for the cart.');
  return cart;
}
