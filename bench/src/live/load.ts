import { once } from 'node:events';
import { WebSocket } from 'ws';
import { document, now } from './moving-world.ts';

/** Clients that follow shipments and note how old each message is when it comes. */
export interface Load {
  /** Messages since the last time, and their ages in milliseconds. */
  take(): number[];
  close(): void;
}

const atOnce = 50;

/** Opens sockets with some subscriptions each, spread over all topics; resolves when each has had its snapshot. */
export async function openLoad(options: {
  url: string;
  tokens: readonly string[];
  sockets: number;
  topics: number;
  perSocket: number;
}): Promise<Load> {
  const { url, tokens, sockets, topics, perSocket } = options;
  const open: WebSocket[] = [];
  let ages: number[] = [];

  const openOne = async (index: number): Promise<void> => {
    const socket = new WebSocket(url, ['graphql-transport-ws'], { perMessageDeflate: false });
    open.push(socket);
    const seen = new Set<string>();
    const ready = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      const text = String(data);
      const message: { type: string; id?: string; payload?: { data?: { shipmentMoved?: { movedAt: number } } } } =
        JSON.parse(text);
      if (message.type === 'ping') return socket.send('{"type":"pong"}');
      if (message.type === 'connection_ack') {
        for (let at = 0; at < perSocket; at++) {
          const id = String((index * perSocket + at) % topics);
          socket.send(
            JSON.stringify({ id: `s${at}`, type: 'subscribe', payload: { query: document, variables: { id } } }),
          );
        }
        return;
      }
      const movedAt = message.payload?.data?.shipmentMoved?.movedAt;
      if (message.type !== 'next' || movedAt === undefined) return ready.reject(new Error(text.slice(0, 500)));
      ages.push(now() - movedAt);
      seen.add(message.id ?? '');
      if (seen.size === perSocket) ready.resolve();
    });
    socket.on('close', (code, reason) => ready.reject(new Error(`A socket was closed: ${code} ${String(reason)}.`)));
    await once(socket, 'open');
    const token = tokens[index];
    socket.send(
      JSON.stringify({ type: 'connection_init', payload: token ? { authorization: `Bearer ${token}` } : {} }),
    );
    await ready.promise;
  };

  for (let from = 0; from < sockets; from += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, sockets - from) }, (_, at) => openOne(from + at)));
  return {
    take() {
      const taken = ages;
      ages = [];
      return taken;
    },
    close() {
      for (const socket of open) socket.terminate();
    },
  };
}
