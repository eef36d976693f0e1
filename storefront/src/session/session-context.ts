import { createContext, useContext } from 'react';
import type { StorefrontSessionQuery } from '../../generated/operations.ts';
import type { SessionState } from './keep-token.ts';
import type { Session } from './session.ts';

/** Who shops, with what the API knows of the shop and of them. */
export interface Shopper extends Session {
  readonly merchant: NonNullable<StorefrontSessionQuery['viewer']['merchant']> | null;
  /** Null for a visitor, and while customers cannot be reached. */
  readonly customer: StorefrontSessionQuery['me'];
  readonly name: string | null;
  /** How long it goes on. */
  readonly state: SessionState;
}

export const ShopperContext = createContext<Shopper | null>(null);

/** Who shops. */
export function useShopper(): Shopper {
  const shopper = useContext(ShopperContext);
  if (!shopper) throw new Error('Only pages inside of the session ask who shops.');
  return shopper;
}
