import { later } from '../live/later.ts';
import { keepToken, type TokenKeeper } from './keep-token.ts';
import { loadOffer, visitorOf, type Session } from './session.ts';
import { readToken, type Token } from './token.ts';

/** Keeps a token with what the server offers. `aheadMs`: how far the server's clock is ahead of this machine's. */
export function keeperOf(token: Token, aheadMs: number): TokenKeeper {
  return keepToken({
    token,
    aheadMs,
    async ask() {
      const offer = await loadOffer();
      return { visitor: visitorOf(offer, token.merchantId), aheadMs: offer.aheadMs };
    },
    now: Date.now,
    later,
  });
}

/**
 * Visits to all shops but the named one, each with a token of its own: something can be asked there, and the session of this
 * tab goes on as it is.
 */
export function visitsElsewhere(shops: Session['shops'], handle: string | null): TokenKeeper[] {
  return shops.flatMap((shop) => {
    // However old it is: the keeper asks for a newer one before it sends one that has ended.
    const token = shop.handle === handle ? null : readToken(shop.visitorToken, 0);
    return token ? [keeperOf(token, 0)] : [];
  });
}
