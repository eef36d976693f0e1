import type { IncomingMessage } from 'node:http';

/** Where an app wants the person and the token to come back to. */
export interface SignInRedirect {
  readonly redirectUri: string;
  /** The app's own, handed back unchanged, so that it knows its answer from somebody else's. */
  readonly state: string | null;
}

/** How one came to the sign-in page: to copy a token, from an app (OAuth, `response_type=token`), or wrongly. */
export type SignInRequest =
  | { readonly kind: 'page' }
  | ({ readonly kind: 'redirect' } & SignInRedirect)
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads what an app asks of the sign-in page. It sends tokens back to its own origin alone: a link to this page from
 * elsewhere must not be a way to be handed one.
 */
export function readSignInRequest({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): SignInRequest {
  const asked = new URL(url, 'http://localhost').searchParams;
  const redirectUri = asked.get('redirect_uri');
  if (redirectUri === null) return { kind: 'page' };
  if (asked.get('response_type') !== 'token') {
    return { kind: 'refused', reason: 'This page knows response_type=token and no other.' };
  }
  const isOwn =
    URL.canParse(redirectUri) &&
    /^https?:$/.test(new URL(redirectUri).protocol) &&
    new URL(redirectUri).host === headers.host &&
    !redirectUri.includes('#');
  return isOwn
    ? { kind: 'redirect', redirectUri, state: asked.get('state') }
    : { kind: 'refused', reason: `redirect_uri must be an address of this server, on ${headers.host ?? 'its host'}.` };
}
