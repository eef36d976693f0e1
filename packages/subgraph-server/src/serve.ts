import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { deadlineHeader, internalContextHeader } from '@ordergraph/identity';
import { serveSubscriptions } from './serve-subscriptions.ts';
import type { RunningSubgraph } from './start-subgraph.ts';

/** A subgraph behind HTTP. */
export interface ServedSubgraph {
  readonly port: number;
  stop(): Promise<void>;
}

const maxBodyBytes = 1_000_000;

/** Reads a request's body; null when it is larger than a subgraph takes. */
export async function readBody(request: IncomingMessage, limit = maxBodyBytes): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not break the connection: the sender is still to be told why.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    // Requests without an encoding set deliver Buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limit) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  // After a body that was too long nobody reads the rest of the connection.
  const closing = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...closing });
  response.end(JSON.stringify(body));
}

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

function readOperation(body: Buffer): { query?: unknown; variables?: unknown; operationName?: unknown } {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

async function answerOperation(
  subgraph: RunningSubgraph,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (!body) return answer(response, 413, { errors: [{ message: `The body is larger than ${maxBodyBytes} bytes.` }] });
  const { query, variables, operationName } = readOperation(body);
  if (typeof query !== 'string') {
    return answer(response, 400, {
      errors: [{ message: 'The body is no operation; expected JSON with `query` and `variables`.' }],
    });
  }
  const deadlineMs = Number(header(request, deadlineHeader)) || undefined;
  const result = await subgraph.execute({
    query,
    // JSON's objects have string keys; anything else counts as no variables.
    variables: typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {},
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    context: header(request, internalContextHeader),
  });
  answer(response, 200, result);
}

/** Serves one subgraph alone: `/graphql` for the gateway, by POST and for subscriptions by socket, its routes, `/health`, `/livez` and `/readyz`. */
export async function serveSubgraph(
  subgraph: RunningSubgraph,
  options: { port: number; hostname: string },
): Promise<ServedSubgraph> {
  let isStopping = false;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/livez') return answer(response, 200, { status: 'ok' });
    if (path === '/health' || path === '/readyz') {
      const status = isStopping ? null : await subgraph.status().catch(() => null);
      return answer(response, status ? 200 : 503, status ?? { isReady: false });
    }
    if (path === '/graphql' && request.method === 'POST') return answerOperation(subgraph, request, response);
    const route = subgraph.routes.find((candidate) => candidate.path === path && candidate.method === request.method);
    if (!route)
      return answer(response, 404, { message: `${subgraph.name} serves POST /graphql, /health, /livez and /readyz.` });
    const body = await readBody(request);
    if (!body) return answer(response, 413, { message: `The body is larger than ${maxBodyBytes} bytes.` });
    return route.handle(subgraph.runtime, request, body, response);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      subgraph.runtime.log(`A request to ${subgraph.name} failed.`, error);
      if (!response.headersSent) answer(response, 500, { message: 'Something went wrong on our side.' });
    });
  });
  server.keepAliveTimeout = 65_000;
  const subscriptions = serveSubscriptions(server, subgraph);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.hostname, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async stop() {
      isStopping = true;
      await subscriptions.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
}
