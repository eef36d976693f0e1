import { setTimeout as pause } from 'node:timers/promises';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { subgraphUnavailable } from '../errors.ts';
import type { RequestContext } from '../identity/request-context.ts';
import type { SubgraphClient } from '../subgraph-clients/subgraph-client.ts';
import { SubgraphDown } from '../subgraph-clients/subgraph-down.ts';
import { asGraphQLError, errorsOf, OperationErrors } from './client-errors.ts';
import { primaryVariables, type Primary } from './plan-primary.ts';

/** The owning subgraph would not open the stream: its errors, in its words. */
export class StreamRefused extends OperationErrors {
  override readonly name = 'StreamRefused';
}

/** The events of the owning subgraph, opened again behind the last cursor whenever the connection breaks. */
export interface PrimaryStream {
  close(): void;
}

const backoff = { firstMs: 100, mostMs: 5_000 };
const giveUpAfterMs = 60_000;

/**
 * Opens the stream; rejects with `StreamRefused` when the subgraph says no, or cannot be reached at the start. With
 * `isPatient` it is handed out before it is open: a subgraph that is away is waited for, and a no comes by `onEnd`.
 */
export async function openPrimaryStream(options: {
  client: SubgraphClient;
  primary: Primary;
  variables: Readonly<Record<string, unknown>>;
  after: string | null;
  isPatient: boolean;
  contextFor: () => RequestContext;
  cursorOf: (event: ExecutionResult) => string | undefined;
  /** Awaited before the next event is asked for. */
  deliver: (event: ExecutionResult, receivedAt: number) => Promise<void>;
  onEnd: (errors: readonly GraphQLError[]) => void;
}): Promise<PrimaryStream> {
  const { client, primary, variables, isPatient, contextFor, cursorOf, deliver, onEnd } = options;
  let after = options.after;
  let isClosed = false;
  let events: AsyncIterableIterator<ExecutionResult> | undefined;
  const closing = new AbortController();

  const open = async (): Promise<AsyncIterableIterator<ExecutionResult>> => {
    if (!client.subscribe)
      throw new StreamRefused([
        new GraphQLError(`The subgraph "${primary.subgraph}" serves no subscriptions.`, {
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: primary.subgraph },
        }),
      ]);
    const answer = await client.subscribe({
      query: primary.query,
      variables: primaryVariables(primary, variables, after),
      context: contextFor(),
    });
    if (Symbol.asyncIterator in answer) return answer;
    throw new StreamRefused(answer.errors ?? [new GraphQLError(`"${primary.subgraph}" answered without a stream.`)]);
  };

  const reopen = async (cause: unknown): Promise<AsyncIterableIterator<ExecutionResult>> => {
    const since = performance.now();
    for (let waitMs = backoff.firstMs; ; waitMs = Math.min(backoff.mostMs, waitMs * 2)) {
      await pause(waitMs * (0.5 + Math.random()), undefined, { signal: closing.signal });
      try {
        return await open();
      } catch (error) {
        if (!(error instanceof SubgraphDown)) throw error;
        if (performance.now() - since > giveUpAfterMs)
          throw new StreamRefused([subgraphUnavailable(primary.subgraph, cause)]);
      }
    }
  };

  const readAll = async (events: AsyncIterableIterator<ExecutionResult>): Promise<void> => {
    for (;;) {
      const step = await events.next();
      if (isClosed || step.done) return;
      // A subgraph's last words: errors, and not even a null for data.
      if (step.value.data === undefined && step.value.errors) return onEnd(step.value.errors.map(asGraphQLError));
      after = cursorOf(step.value) ?? after;
      await deliver(step.value, performance.now());
    }
  };

  const run = async (): Promise<void> => {
    for (;;) {
      try {
        events ??= await open();
        if (isClosed) return leave(events);
        await readAll(events);
        if (!isClosed) onEnd([]);
        return;
      } catch (error) {
        if (isClosed) return;
        if (!(error instanceof SubgraphDown)) return onEnd(errorsOf(error));
        try {
          events = await reopen(error);
        } catch (refusal) {
          if (isClosed) return;
          return onEnd(errorsOf(refusal));
        }
      }
    }
  };

  if (!isPatient)
    events = await open().catch((error: unknown) => {
      throw error instanceof SubgraphDown ? new StreamRefused([subgraphUnavailable(primary.subgraph, error)]) : error;
    });
  // Its own catches leave nothing to reject.
  void run();
  return {
    close() {
      if (isClosed) return;
      isClosed = true;
      closing.abort();
      if (events) leave(events);
    },
  };
}

/** A source that fails while it is being left has nobody to tell. */
function leave(events: AsyncIterableIterator<ExecutionResult>): void {
  Promise.resolve(events.return?.()).catch(() => {});
}
