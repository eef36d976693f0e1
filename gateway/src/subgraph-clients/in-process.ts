import type { SubgraphExecutor, SubgraphSubscriber } from '@ordergraph/identity';
import { createDocumentCache } from './document-cache.ts';
import { createSubgraphClient, defaultDeadlines, type Deadlines, type SubgraphClient } from './subgraph-client.ts';
import { withinDeadline } from './subgraph-down.ts';

/**
 * Reaches a subgraph of the same process by a function call with a parsed document. The context is signed all the same,
 * so that a subgraph that forgets to check it is found out in every mode.
 */
export function createInProcessClient(options: {
  name: string;
  execute: SubgraphExecutor;
  subscribe?: SubgraphSubscriber;
  deadlines?: Deadlines;
}): SubgraphClient {
  const { name, execute, subscribe, deadlines = defaultDeadlines } = options;
  const parse = createDocumentCache();
  const client = createSubgraphClient({
    name,
    parse,
    deadlines,
    send: ({ isMutation: _kind, viewer: _viewer, ...request }) =>
      withinDeadline(name, request, (signal) => execute({ ...request, signal })),
  });
  if (!subscribe) return client;
  return {
    ...client,
    async subscribe({ query, variables, context }) {
      const deadlineMs = deadlines.queryMs;
      return openWithin(name, deadlineMs, (signal) =>
        subscribe({
          query,
          document: parse(query),
          variables,
          context: context.sign(name, { query, variables }),
          deadlineMs,
          signal,
        }),
      );
    },
  };
}

/** Waits for a stream to open. One that opens after that is closed again: nobody would read it. */
async function openWithin<T>(name: string, deadlineMs: number, open: (signal: AbortSignal) => Promise<T>): Promise<T> {
  let isLate = false;
  try {
    return await withinDeadline(name, { deadlineMs }, async (signal) => {
      const opened = await open(signal);
      // Whatever it says when it is left, nobody listens any more.
      if (isLate && isIterator(opened)) Promise.resolve(opened.return?.()).catch(() => {});
      return opened;
    });
  } catch (error) {
    isLate = true;
    throw error;
  }
}

const isIterator = (opened: unknown): opened is AsyncIterableIterator<unknown> =>
  typeof opened === 'object' && opened !== null && Symbol.asyncIterator in opened;
