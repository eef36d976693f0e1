import type { SubgraphExecutor } from '@ordergraph/identity';
import { createDocumentCache } from './document-cache.ts';
import { createSubgraphClient, type Deadlines, type SubgraphClient } from './subgraph-client.ts';
import { withinDeadline } from './subgraph-down.ts';

/**
 * Reaches a subgraph of the same process by a function call with a parsed document. The context is signed all the same,
 * so that a subgraph that forgets to check it is found out in every mode.
 */
export function createInProcessClient(options: {
  name: string;
  execute: SubgraphExecutor;
  deadlines?: Deadlines;
}): SubgraphClient {
  const { name, execute, deadlines } = options;
  return createSubgraphClient({
    name,
    parse: createDocumentCache(),
    ...(deadlines ? { deadlines } : {}),
    send: ({ isMutation: _kind, viewer: _viewer, ...request }) =>
      withinDeadline(name, request, (signal) => execute({ ...request, signal })),
  });
}
