import { useEffect, useRef, useState } from 'react';
import type { Taken } from './cart-server.ts';
import { rememberCart, rememberedCart, useRememberedCart } from './cart-id.ts';

/**
 * Lets what a visitor put into the cart come along when they sign in. It is noted in this tab alone: in another one somebody
 * else may shop. Answers whether something came along.
 */
export function useGuestCart(options: {
  /** Under which this browser remembers the cart of visitors. */
  guestKey: string;
  isCustomer: boolean;
  takeOver: (cartId: string) => Promise<Taken>;
}): boolean {
  const { guestKey, isCustomer } = options;
  const takeOver = useRef(options.takeOver);
  takeOver.current = options.takeOver;
  const guestCart = useRememberedCart(guestKey);
  const [hasCome, setHasCome] = useState(false);
  const isComing = useRef(false);

  useEffect(() => {
    if (!isCustomer) {
      if (guestCart === null) sessionStorage.removeItem(guestKey);
      else sessionStorage.setItem(guestKey, guestCart);
      return;
    }
    const noted = sessionStorage.getItem(guestKey);
    if (noted === null || isComing.current) return;
    isComing.current = true;
    void takeOver.current(noted).then((taken) => {
      isComing.current = false;
      // Left where it is, and tried again when the page is loaded next.
      if (taken === 'refused') return;
      sessionStorage.removeItem(guestKey);
      // One that is an order by now stays known here, until the order is settled.
      if (taken === 'nothing') return;
      if (rememberedCart(guestKey) === noted) rememberCart(guestKey, null);
      setHasCome(true);
    });
  }, [guestKey, isCustomer, guestCart]);
  return hasCome;
}
