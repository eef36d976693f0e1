import type { Route } from '@ordergraph/gateway';

const path = '/carriers/simulator/roads.json';
const patienceMs = 10_000;

/**
 * The streets that the storefront draws its map from, where logistics runs elsewhere: the pages ask no other host than the
 * one that they came from. `logisticsUrl` is where the gateway reaches logistics.
 */
export function forwardStreets(logisticsUrl: string): Route {
  return {
    method: 'GET',
    path,
    async handle(_request, response) {
      const found = await fetch(new URL(path, logisticsUrl), { signal: AbortSignal.timeout(patienceMs) }).catch(
        () => null,
      );
      const body = found?.ok ? Buffer.from(await found.arrayBuffer()) : null;
      if (!body) {
        response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' });
        response.end(
          JSON.stringify({ message: 'Logistics does not answer; the map is drawn without streets. Ask again.' }),
        );
        return;
      }
      response.writeHead(200, {
        'content-type': found?.headers.get('content-type') ?? 'application/json',
        'cache-control': found?.headers.get('cache-control') ?? 'no-store',
        'content-length': body.length,
      });
      response.end(body);
    },
  };
}
