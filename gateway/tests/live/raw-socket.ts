import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';

/** A socket without a client library: what is sent and received is the protocol's text. */
export async function rawSocket(
  url: string,
  options: { protocols?: string[]; ws?: ClientOptions; token?: string; init?: boolean } = {},
) {
  const { protocols = ['graphql-transport-ws'], ws = {}, token } = options;
  const socket = new WebSocket(url, protocols, ws);
  const received: Record<string, unknown>[] = [];
  let wake = (): void => {};
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)));
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await once(socket, 'open');
  const raw = {
    socket,
    closed,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    /** The next message that has come. */
    async next(): Promise<Record<string, unknown>> {
      for (;;) {
        const message = received.shift();
        if (message) return message;
        const end = await Promise.race([closed, new Promise<void>((resolve) => (wake = resolve))]);
        if (end && received.length === 0) throw new Error(`The socket was closed: ${end.code} ${end.reason}.`);
      }
    },
    /** Everything that came after a pong, which is the answer to a ping sent now. */
    async pending(): Promise<Record<string, unknown>[]> {
      raw.send({ type: 'ping', payload: { mark: 'here' } });
      const before: Record<string, unknown>[] = [];
      for (;;) {
        const message = await raw.next();
        if (message['type'] === 'pong') return before;
        before.push(message);
      }
    },
    [Symbol.dispose]: () => socket.terminate(),
  };
  if (token !== undefined) {
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    const ack = await raw.next();
    if (ack['type'] !== 'connection_ack') throw new Error(`"${String(ack['type'])}" came in place of an ack.`);
  }
  return raw;
}

/** What an upgrade is answered with that is turned away. */
export async function refusedUpgrade(url: string, ws: ClientOptions = {}) {
  const socket = new WebSocket(url, ['graphql-transport-ws'], ws);
  // Of `ws` itself: the request, and the response that was no upgrade.
  const [, response]: IncomingMessage[] = await once(socket, 'unexpected-response');
  if (!response) throw new Error('The upgrade was not answered.');
  const body: unknown = JSON.parse((await response.toArray()).join(''));
  socket.on('error', () => {});
  socket.terminate();
  const { statusCode: status, headers } = response;
  return { status, headers, body };
}
