import { useSyncExternalStore } from 'react';

const changed = 'ordergraph:cart-id';

function subscribe(onChange: () => void): () => void {
  // `storage` is what other tabs do; this tab's own changes are told by an event of our own.
  addEventListener('storage', onChange);
  addEventListener(changed, onChange);
  return () => {
    removeEventListener('storage', onChange);
    removeEventListener(changed, onChange);
  };
}

/** The cart that all tabs of a shopper share, as this browser knows it now; null for none. */
export const rememberedCart = (key: string): string | null => localStorage.getItem(key);

/** Remembers another cart in all tabs; null for none. */
export function rememberCart(key: string, cartId: string | null): void {
  if (cartId === null) localStorage.removeItem(key);
  else localStorage.setItem(key, cartId);
  dispatchEvent(new Event(changed));
}

/** The remembered cart, also when another tab changes it. */
export const useRememberedCart = (key: string): string | null =>
  useSyncExternalStore(subscribe, () => rememberedCart(key));
