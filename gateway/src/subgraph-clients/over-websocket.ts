import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { SubgraphClient, SubgraphSubscription } from './subgraph-client.ts';
import { SubgraphDown } from './subgraph-down.ts';

/** All subscriptions to one subgraph, over one connection. */
export interface SubgraphSocket {
  readonly subscribe: NonNullable<SubgraphClient['subscribe']>;
  close(): Promise<void>;
}

const maxEventBytes = 4 * 1024 * 1024;
const mostWaiting = 1_024;
const keepAliveMs = 10_000;
const pongWithinMs = 5_000;

/**
 * Reaches the subscriptions of a subgraph over graphql-ws. Every subscription carries a signed context of its own, because
 * one connection serves many callers; so a broken connection is not mended here, but by whoever can sign again.
 */
export function createSubgraphSocket(options: { name: string; url: string; openWithinMs: number }): SubgraphSocket {
  const { name, url, openWithinMs } = options;
  let client: Client | undefined;
  return {
    subscribe: (subscription) =>
      openStream(name, (client ??= connect(url.replace(/^http/, 'ws'), openWithinMs)), subscription, openWithinMs),
    async close() {
      await client?.dispose();
    },
  };
}

function connect(url: string, openWithinMs: number): Client {
  let pongTimer: NodeJS.Timeout | undefined;
  const client = createClient({
    url,
    lazy: true,
    retryAttempts: 0,
    shouldRetry: () => false,
    connectionAckWaitTimeout: openWithinMs,
    keepAlive: keepAliveMs,
    webSocketImpl: class extends WebSocket {
      constructor(address: string | URL, protocols?: string | string[]) {
        super(address, protocols, {
          handshakeTimeout: openWithinMs,
          maxPayload: maxEventBytes,
          perMessageDeflate: false,
        });
      }
    },
    on: {
      ping(isReceived) {
        // A subgraph that has vanished without a word is noticed by its silence.
        if (!isReceived) pongTimer = setTimeout(() => client.terminate(), pongWithinMs).unref();
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pongTimer);
      },
      closed: () => clearTimeout(pongTimer),
    },
  });
  return client;
}

type Stream = AsyncIterableIterator<ExecutionResult>;
type Step = IteratorResult<ExecutionResult>;

/**
 * Resolves with the first thing that the subgraph says: an event, a refusal, the end. Silence counts as consent after a
 * while, for the protocol has no word for "subscribed".
 */
function openStream(
  name: string,
  client: Client,
  { query, variables, context }: SubgraphSubscription,
  openWithinMs: number,
): Promise<Stream | ExecutionResult> {
  return new Promise((resolve, reject) => {
    const waiting: ExecutionResult[] = [];
    let end: { error?: Error } | undefined;
    let reader: { resolve: (step: Step) => void; reject: (error: Error) => void } | undefined;
    let isOpen = false;

    const answered = (): void => {
      if (isOpen) return;
      isOpen = true;
      clearTimeout(timer);
      resolve(stream);
    };
    const finish = (error?: Error): void => {
      if (end) return;
      end = error ? { error } : {};
      if (!reader) return;
      if (error) reader.reject(error);
      else reader.resolve({ done: true, value: undefined });
      reader = undefined;
    };

    const stream: Stream = {
      async next() {
        const event = waiting.shift();
        if (event) return { done: false, value: event };
        if (!end) return new Promise<Step>((onStep, onError) => (reader = { resolve: onStep, reject: onError }));
        const { error } = end;
        end = {};
        if (error) throw error;
        return { done: true, value: undefined };
      },
      async return() {
        waiting.length = 0;
        finish();
        dispose();
        return { done: true, value: undefined };
      },
      async throw(error: unknown) {
        await stream.return?.();
        throw error;
      },
      [Symbol.asyncIterator]: () => stream,
    };

    // Within the tick of a message the library would let go twice, were the next one the server's own "complete".
    const disposeSoon = (): void => void setImmediate(() => dispose());
    const timer = setTimeout(answered, openWithinMs);
    const dispose = client.subscribe<ExecutionResult['data']>(
      { query, variables, extensions: { context: context.sign(name, { query, variables }) } },
      {
        next(result) {
          // The same shape; its data is typed for a single operation.
          const event = result as ExecutionResult;
          if (end) return;
          if (!isOpen && event.data === undefined && event.errors) {
            // So a server says no whose own hook does: a result without data, and the end.
            clearTimeout(timer);
            isOpen = true;
            resolve({ errors: errorsOf(event.errors) });
            return disposeSoon();
          }
          if (reader) {
            reader.resolve({ done: false, value: event });
            reader = undefined;
          } else if (waiting.length < mostWaiting) waiting.push(event);
          else {
            // Opened again behind the last event that was read, it gets the others from the subgraph's database.
            waiting.length = 0;
            finish(new SubgraphDown(`Events of the subgraph "${name}" came faster than they could be completed.`));
            disposeSoon();
          }
          answered();
        },
        error(cause) {
          clearTimeout(timer);
          const isRefusal = Array.isArray(cause);
          const down = new SubgraphDown(`The connection to the subgraph "${name}" broke.`, { cause });
          if (isOpen) return finish(isRefusal ? errorsOf(cause)[0] : down);
          isOpen = true;
          if (isRefusal) resolve({ errors: errorsOf(cause) });
          else reject(down);
        },
        complete() {
          finish();
          answered();
        },
      },
    );
  });
}

const errorsOf = (errors: readonly unknown[]): GraphQLError[] =>
  errors
    .filter(isFormatted)
    .map(
      ({ message, path, extensions }) =>
        new GraphQLError(message, { ...(path ? { path } : {}), ...(extensions ? { extensions } : {}) }),
    );

const isFormatted = (error: unknown): error is GraphQLFormattedError =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
