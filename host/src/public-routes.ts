import type { Route } from '@ordergraph/gateway';
import { deadlineHeader, internalContextHeader } from '@ordergraph/identity';
import type { SubgraphName } from '@ordergraph/schema';
import { readBody } from '@ordergraph/subgraph-server';

/** A route of a subgraph that browsers, partners and other companies reach at the installation's own address. */
export interface PublicRoute {
  readonly subgraph: SubgraphName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

/** All of them. A gateway without its subgraphs does not load their code, so they are written down here; a test compares. */
export const publicRoutes: readonly PublicRoute[] = [
  { subgraph: 'accounts', method: 'POST', path: '/accounts/token' },
  { subgraph: 'logistics', method: 'GET', path: '/carriers/simulator/roads.json' },
  { subgraph: 'logistics', method: 'POST', path: '/carriers/simulator/webhook' },
  { subgraph: 'payments', method: 'GET', path: '/payments/sandbox/confirm' },
  { subgraph: 'payments', method: 'POST', path: '/payments/sandbox/confirm' },
  { subgraph: 'payments', method: 'POST', path: '/payments/sandbox/webhook' },
];

const defaultPatienceMs = 10_000;
// Of one connection only (RFC 9110, section 7.6.1), or made anew by whoever sends the body on.
const ofConnection =
  /^(connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*|expect|host|content-length)$/;
// What only a gateway may say to a subgraph, and what is for the gateway's own pages.
const notForSubgraphs: readonly string[] = [internalContextHeader, deadlineHeader, 'cookie'];
const hasNoBody = new Set([204, 304]);

type Log = (message: string, error: unknown) => void;

/**
 * Passes the public routes of subgraphs in other processes on, so that an installation has one address however many
 * processes it is. `urls` says where the gateway reaches the `/graphql` of each of them. Who is not answered within
 * `patienceMs` is told so; what was asked for by a client that has gone is given up.
 */
export function routesElsewhere(
  urls: ReadonlyMap<SubgraphName, string>,
  log: Log,
  patienceMs = defaultPatienceMs,
): Route[] {
  return publicRoutes.flatMap(({ subgraph, method, path }) => {
    const url = urls.get(subgraph);
    return url ? [forward({ subgraph, method, path }, url.replace(/\/graphql\/?$/, ''), log, patienceMs)] : [];
  });
}

function forward({ subgraph, method, path }: PublicRoute, baseUrl: string, log: Log, patienceMs: number): Route {
  return {
    method,
    path,
    async handle(request, response) {
      const refuse = (status: number, message: string, headers: Record<string, string>): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ message }));
      };
      const body = await readBody(request);
      if (!body) return refuse(413, 'The body is too large.', { connection: 'close' });
      const { search } = new URL(request.url ?? path, 'http://gateway');
      const named = (request.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
      const headers = passedOn(Object.entries(request.headers)).filter(
        ([name]) => !named.includes(name) && !notForSubgraphs.includes(name),
      );
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      if (response.destroyed) return;
      const answer = await fetch(`${baseUrl}${path}${search}`, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(patienceMs), gone.signal]),
        ...(method === 'GET' ? {} : { body }),
      })
        .then(async (found) => ({ found, bytes: Buffer.from(await found.arrayBuffer()) }))
        .catch((cause: unknown) => {
          if (gone.signal.aborted) return 'gone';
          log(`${method} ${path} could not be passed on to ${subgraph}.`, cause);
          return cause instanceof DOMException && cause.name === 'TimeoutError' ? 'late' : null;
        });
      if (answer === 'gone') return;
      if (answer === 'late') return refuse(504, `${subgraph} has not answered in time. It may have done it.`, {});
      if (!answer) return refuse(503, `${subgraph} does not answer. Ask again.`, { 'retry-after': '5' });
      const { found, bytes } = answer;
      // It arrived unpacked, whatever its header says.
      const back = passedOn([...found.headers]).filter(([name]) => name !== 'content-encoding');
      const length = hasNoBody.has(found.status) ? [] : [['content-length', String(bytes.length)]];
      response.writeHead(found.status, [...back, ...length].flat());
      response.end(bytes);
    },
  };
}

function passedOn(headers: readonly (readonly [string, string | readonly string[] | undefined])[]): [string, string][] {
  return headers.flatMap(([name, value]) =>
    value === undefined || ofConnection.test(name)
      ? []
      : [value].flat().map((one): [string, string] => [name, String(one)]),
  );
}
