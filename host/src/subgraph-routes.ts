import type { Route } from '@ordergraph/gateway';
import { readBody, type RunningSubgraph } from '@ordergraph/subgraph-server';

/** Serves what third parties send to a subgraph, such as a provider's webhooks, on the gateway's port. */
export function serveRoutes(subgraph: RunningSubgraph): Route[] {
  return subgraph.routes.map(({ method, path, handle }) => ({
    method,
    path,
    async handle(request, response) {
      const body = await readBody(request);
      if (!body) {
        response.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
        response.end(JSON.stringify({ message: 'The body is too large.' }));
        return;
      }
      await handle(subgraph.runtime, request, body, response);
    },
  }));
}
