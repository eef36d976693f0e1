import type { TokenKeeper } from '../session/keep-token.ts';
import type { Token } from '../session/token.ts';
import { authorizationOf } from './authorised-fetch.ts';

/** Close code of the server: the token has ended, or is not taken. */
const forbidden = 4403;

/** What of a WebSocket is needed here. */
export type Sender = Pick<WebSocket, 'send'>;

/** In whose name a socket speaks. */
export interface SocketSession {
  /** The first message of a connection. Rejects once the session is over. */
  connectionParams(): Promise<{ authorization: string }>;
  connected(socket: Sender): void;
  closed(code: number | null): void;
}

/**
 * Gives sockets the token of the moment, and a living one each newer token in a ping: its subscriptions go on as they are.
 * A sign-in that is refused twice in a row, once by closing and once at the door, is over.
 */
export function createSocketSession(
  tokens: Pick<TokenKeeper, 'token' | 'fresh' | 'doubt' | 'deny' | 'subscribe'>,
): SocketSession {
  let living: Sender | null = null;
  let shown: Token | null = null;
  let refusals = 0;

  function renew(): void {
    if (!living || shown?.text === tokens.token.text) return;
    shown = tokens.token;
    living.send(JSON.stringify({ type: 'ping', payload: { authorization: authorizationOf(shown) } }));
  }
  tokens.subscribe(renew);

  return {
    async connectionParams() {
      shown = await tokens.fresh();
      return { authorization: authorizationOf(shown) };
    },
    connected(socket) {
      living = socket;
      refusals = 0;
      // It may have been renewed while the connection was being made.
      renew();
    },
    closed(code) {
      living = null;
      if (code !== forbidden || !shown) return;
      refusals++;
      if (refusals > 1) tokens.deny(shown);
      // Each time: a visitor's newer token may not have been to be had at the first.
      void tokens.doubt(shown);
    },
  };
}
