import type { TokenKeeper } from '../session/keep-token.ts';
import type { Token } from '../session/token.ts';

const unauthorised = 401;

/** The header that a token is sent in, over HTTP as well as over sockets. */
export const authorizationOf = ({ text }: Token): string => `Bearer ${text}`;

/**
 * `fetch` in the name of a session: with the token of the moment, and once more where that is refused. The server refuses a
 * token before it does anything else, so nothing is done twice.
 */
export function authorisedFetch(
  tokens: Pick<TokenKeeper, 'fresh' | 'doubt' | 'deny'>,
  send: typeof fetch = (input, init) => fetch(input, init),
): typeof fetch {
  async function attempt(...[input, init]: Parameters<typeof fetch>): Promise<{ token: Token; response: Response }> {
    const token = await tokens.fresh();
    const headers = new Headers(init?.headers);
    headers.set('authorization', authorizationOf(token));
    return { token, response: await send(input, { ...init, headers }) };
  }

  return async (input, init) => {
    const first = await attempt(input, init);
    if (first.response.status !== unauthorised) return first.response;
    await tokens.doubt(first.token);
    const second = await attempt(input, init);
    if (second.response.status === unauthorised) tokens.deny(second.token);
    return second.response;
  };
}
