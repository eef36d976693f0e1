import { newKey } from '../new-key.ts';
import { readToken, type Token } from './token.ts';

/** What the server says of itself: see `host/src/storefront.ts`. */
export interface Configuration {
  readonly signIn: string | null;
  readonly shops: readonly { readonly name: string; readonly handle: string; readonly visitorToken: string }[];
}

/** What the server says of itself at a moment, and what its clock showed then. */
export interface Offer extends Configuration {
  /** How far its clock is ahead of this machine's, in milliseconds; negative: behind. */
  readonly aheadMs: number;
}

/** Who shops, where. */
export interface Session {
  /** Who it is. What is sent may be a newer one, of the same person: see `keep-token.ts`. */
  readonly token: Token;
  readonly shops: Configuration['shops'];
  readonly canSignIn: boolean;
}

// Tokens are kept for as long as the tab: another tab may be somebody else, and closing it signs out.
const tokenKey = 'ordergraph:token';
const askedKey = 'ordergraph:sign-in';
const shopKey = 'ordergraph:shop';

const patienceMs = 10_000;

/** Reads what the server offers, fresh visitors' tokens among it. Throws when it cannot be reached. */
export async function loadOffer(): Promise<Offer> {
  const signal = AbortSignal.timeout(patienceMs);
  const response = await fetch('/shop/config.json', { headers: { accept: 'application/json' }, signal });
  if (!response.ok) throw new Error(`The shop answered ${response.status}.`);
  const serverMs = Date.parse(response.headers.get('date') ?? '');
  // The host that serves this page wrote it.
  const configuration = (await response.json()) as Configuration;
  return { ...configuration, aheadMs: Number.isNaN(serverMs) ? 0 : serverMs - Date.now() };
}

/** The time of the server that made the offer: this machine's own clock may be wrong by hours. */
export const serverNow = ({ aheadMs }: Pick<Offer, 'aheadMs'>): number => Date.now() + aheadMs;

/** The token that a merchant's visitors are handed; null where they are handed none. */
export function visitorOf(offer: Offer, merchantId: string | null): Token | null {
  const tokens = offer.shops.map(({ visitorToken }) => readToken(visitorToken, serverNow(offer)));
  return tokens.find((token) => token?.merchantId === merchantId) ?? null;
}

/** The customer of this tab or else a visitor of the shop that was chosen last; null where there is no way in. */
export function currentSession({ shops, signIn }: Configuration, nowMs: number): Session | null {
  const canSignIn = signIn !== null;
  const kept = readToken(sessionStorage.getItem(tokenKey) ?? '', nowMs);
  if (kept?.isCustomer) return { token: kept, shops, canSignIn };
  sessionStorage.removeItem(tokenKey);
  const shop = shops.find(({ handle }) => handle === localStorage.getItem(shopKey)) ?? shops[0];
  const visitor = shop ? readToken(shop.visitorToken, nowMs) : null;
  return visitor ? { token: visitor, shops, canSignIn } : null;
}

/** Enters another shop, as a visitor. */
export function enterShop(handle: string): void {
  localStorage.setItem(shopKey, handle);
  sessionStorage.clear();
  location.assign('/shop/');
}

/** Goes to the sign-in page, which comes back to `/shop/signed-in`. */
export function signIn(returnTo: string): void {
  const state = newKey();
  sessionStorage.setItem(askedKey, JSON.stringify({ state, returnTo }));
  const query = new URLSearchParams({
    response_type: 'token',
    client_id: 'storefront',
    redirect_uri: `${location.origin}/shop/signed-in`,
    state,
  });
  location.assign(`/sign-in?${query}`);
}

/** Ends the session of this tab, of which nothing stays: neither the token nor what was being typed. */
export function signOut(): void {
  sessionStorage.clear();
  location.assign('/shop/');
}

/**
 * Takes the token that the sign-in page has sent along. Only an answer to this tab's own question counts: anybody could
 * make a link with a token in it, and shop under eyes that are not the customer's. Answers where to go on, or null.
 */
export function acceptSignIn(fragment: string, nowMs: number): string | null {
  const answer = new URLSearchParams(fragment.replace(/^#/, ''));
  const asked = sessionStorage.getItem(askedKey);
  sessionStorage.removeItem(askedKey);
  if (asked === null) return null;
  // Written by `signIn` above.
  const { state, returnTo } = JSON.parse(asked) as { state: string; returnTo: string };
  const token = answer.get('access_token') ?? '';
  if (answer.get('state') !== state || !readToken(token, nowMs)?.isCustomer) return null;
  sessionStorage.setItem(tokenKey, token);
  return returnTo.startsWith('/shop/') ? returnTo : '/shop/';
}
