import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What a watcher received of one subject. */
export interface Seen {
  readonly version: number;
  readonly isSnapshot: boolean;
}

/** One subscription of somebody, wherever their socket is at the moment. */
export interface Watched {
  readonly id: string;
  readonly seen: Seen[];
  readonly errors: unknown[];
}

/** A subscription whose update has `cursor` and `isSnapshot`. */
export interface Feed {
  readonly query: string;
  readonly field: string;
  variables(id: string): Record<string, unknown>;
  /** The version that an update is about; null for what only says the state. */
  versionOf(update: Record<string, unknown>): number | null;
}

const perSocket = 20;

/** A socket that is broken while it still connects says so to nobody but itself. */
class BreakableSocket extends WebSocket {
  constructor(...given: ConstructorParameters<typeof WebSocket>) {
    super(...given);
    this.on('error', () => undefined);
  }
}

/** Watches many subjects over a few sockets that keep breaking; each comes back behind its last cursor. */
export class Watchers {
  readonly watched: readonly Watched[];
  readonly #url: string;
  readonly #token: string;
  readonly #feed: Feed;
  readonly #cursors = new Map<string, string>();
  readonly #clients: (Client | undefined)[] = [];
  #isOver = false;

  constructor(url: string, token: string, feed: Feed, ids: readonly string[]) {
    this.#url = url.replace('http', 'ws');
    this.#token = token;
    this.#feed = feed;
    this.watched = ids.map((id) => ({ id, seen: [], errors: [] }));
  }

  open(): void {
    for (let at = 0; at * perSocket < this.watched.length; at += 1) this.#connect(at);
  }

  /** Breaks every socket as a lost network would; they come back by themselves. */
  drop(): void {
    for (const client of this.#clients) client?.terminate();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients.map((client) => client?.dispose()));
  }

  #connect(at: number): void {
    if (this.#isOver) return;
    const client = createClient({
      url: `${this.#url}/graphql`,
      webSocketImpl: BreakableSocket,
      connectionParams: { authorization: `Bearer ${this.#token}` },
      retryAttempts: 0,
    });
    this.#clients[at] = client;
    let isLost = false;
    const lost = async (): Promise<void> => {
      if (isLost) return;
      isLost = true;
      await client.dispose();
      await pause(100);
      this.#connect(at);
    };
    for (const one of this.watched.slice(at * perSocket, (at + 1) * perSocket)) {
      client.subscribe<Record<string, Record<string, unknown>>>(
        {
          query: this.#feed.query,
          variables: { ...this.#feed.variables(one.id), after: this.#cursors.get(one.id) ?? null },
        },
        {
          next: ({ data, errors }) => {
            if (errors) one.errors.push(errors);
            const update = data?.[this.#feed.field];
            if (update) this.#take(one, update);
          },
          // Whatever ended it, the next socket continues; what a watcher must not be told is in `errors`.
          error: (reason) => {
            if (Array.isArray(reason)) one.errors.push(reason);
            void lost();
          },
          complete: () => void lost(),
        },
      );
    }
  }

  #take(one: Watched, update: Record<string, unknown>): void {
    if (typeof update['cursor'] === 'string') this.#cursors.set(one.id, update['cursor']);
    const version = this.#feed.versionOf(update);
    if (version !== null) one.seen.push({ version, isSnapshot: update['isSnapshot'] === true });
  }
}
