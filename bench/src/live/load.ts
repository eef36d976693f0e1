import { once } from 'node:events';
import { WebSocket } from 'ws';
import { now } from './moving-world.ts';

/** What one subscription asks for. */
export interface Operation {
  readonly query: string;
  readonly id: string;
}

/** Clients that follow shipments and note how old each message is when it comes. */
export interface Load {
  /** Messages since the last time, and their ages in milliseconds. */
  take(): number[];
  /** Close codes of sockets, and codes of subscriptions that ended with an error. */
  readonly ends: {
    readonly closed: Readonly<Record<string, number>>;
    readonly errors: Readonly<Record<string, number>>;
  };
  close(): void;
}

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: {
    readonly data?: Readonly<Record<string, { readonly movedAt: number }>>;
    /** Where it is a list of errors. */
    readonly 0?: { readonly extensions?: { readonly code?: string } };
  };
}

const atOnce = 50;

/** Opens sockets with some subscriptions each, as `operationOf` says for the nth of all; resolves when each has had its snapshot. */
export async function openLoad(options: {
  url: string;
  tokens: readonly string[];
  sockets: number;
  perSocket: number;
  operationOf: (n: number) => Operation;
}): Promise<Load> {
  const { url, tokens, sockets, perSocket, operationOf } = options;
  const open: WebSocket[] = [];
  let ages: number[] = [];
  const ends = { closed: new Map<string, number>(), errors: new Map<string, number>() };
  const count = (counts: Map<string, number>, code: string): void => void counts.set(code, (counts.get(code) ?? 0) + 1);

  const openOne = async (index: number): Promise<void> => {
    const socket = new WebSocket(url, ['graphql-transport-ws'], { perMessageDeflate: false });
    open.push(socket);
    const seen = new Set<string>();
    const ready = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      const text = String(data);
      const message: Message = JSON.parse(text);
      if (message.type === 'ping') return socket.send('{"type":"pong"}');
      if (message.type === 'connection_ack') {
        for (let at = 0; at < perSocket; at++) {
          const { query, id } = operationOf(index * perSocket + at);
          socket.send(JSON.stringify({ id: `s${at}`, type: 'subscribe', payload: { query, variables: { id } } }));
        }
        return;
      }
      const move = message.type === 'next' ? Object.values(message.payload?.data ?? {})[0] : undefined;
      if (!move) {
        if (message.type === 'error') count(ends.errors, message.payload?.[0]?.extensions?.code ?? 'unknown');
        return ready.reject(new Error(text.slice(0, 500)));
      }
      const { movedAt } = move;
      ages.push(now() - movedAt);
      seen.add(message.id ?? '');
      if (seen.size === perSocket) ready.resolve();
    });
    socket.on('error', (error) => ready.reject(error));
    socket.on('close', (code, reason) => {
      count(ends.closed, String(code));
      ready.reject(new Error(`A socket was closed: ${code} ${String(reason)}.`));
    });
    // One that is open already has nobody who waits for it.
    ready.promise.catch(() => {});
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
    get ends() {
      return { closed: Object.fromEntries(ends.closed), errors: Object.fromEntries(ends.errors) };
    },
    close() {
      for (const socket of open) socket.terminate();
    },
  };
}
