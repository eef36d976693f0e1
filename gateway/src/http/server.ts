import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { HeaderMap } from '@apollo/server';
import { Refusal } from '../errors.ts';
import { requestIdOf, type RequestHeaders } from '../identity/authenticate.ts';
import type { Log } from '../log.ts';
import { refuse, type GraphQLHttpAnswer, type GraphQLHttpRequest } from './graphql-endpoint.ts';
import type { InFlight } from './in-flight.ts';
import { readBody } from './read-body.ts';

/** Something else that is served on the gateway's port: webhooks, a sign-in page, a key set. */
export interface Route {
  readonly method: string;
  /** Exact, or a prefix that ends in `/*`. */
  readonly path: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/** Looks at a request and answers it, or leaves it to the next. */
export type Step = (
  request: IncomingMessage,
  response: ServerResponse,
) => 'answered' | 'go on' | Promise<'answered' | 'go on'>;

const timeouts = { headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 };

/** The HTTP server of the gateway. */
export function createHttpServer(options: {
  steps: readonly Step[];
  routes: readonly Route[];
  answerGraphQL: (request: GraphQLHttpRequest) => Promise<GraphQLHttpAnswer>;
  /** Takes connections that become sockets. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  bodyBytes: number;
  inFlight: InFlight;
  isStopping: () => boolean;
  log: Log;
}): Server {
  const { steps, routes, answerGraphQL, upgrade, bodyBytes, inFlight, isStopping, log } = options;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const step of steps) if ((await step(request, response)) === 'answered') return;
    const path = pathOf(request);
    const route = routes.find((candidate) => candidate.method === request.method && matches(candidate.path, path));
    if (route) return route.handle(request, response);
    if (path !== '/graphql') return notFound(request, response);

    await inFlight(async () => send(response, await answerGraphQL(await readGraphQL(request, response, bodyBytes))));
  };

  const server = createServer(timeouts, (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    // A connection that stays open would outlive the drain.
    if (isStopping()) response.setHeader('connection', 'close');
    answer(request, response).catch((error: unknown) => fail(request, response, error, log));
  });
  server.on('upgrade', upgrade);
  return server;
}

/** Reads a request to `/graphql`; throws a `Refusal` for what cannot be one. */
export async function readGraphQL(
  request: IncomingMessage,
  response: ServerResponse,
  bodyBytes: number,
): Promise<GraphQLHttpRequest> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  const method = request.method ?? 'GET';
  if (method !== 'GET' && method !== 'POST')
    throw new Refusal('BAD_REQUEST', 'Operations come by POST, and queries also by GET.', { status: 405 });

  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const [, search = ''] = (request.url ?? '').split(/(?=\?)/, 2);
  if (Buffer.byteLength(search) > bodyBytes)
    throw new Refusal('BODY_LIMIT_EXCEEDED', 'The address is too long. Send the operation by POST.', { status: 414 });
  return {
    method,
    search,
    headers,
    body: method === 'POST' ? await readBody(request, bodyBytes) : '',
    address: request.socket.remoteAddress ?? 'unknown',
    clientGone: gone.signal,
  };
}

function send(response: ServerResponse, { status, headers, body }: GraphQLHttpAnswer): void {
  if (response.destroyed) return;
  for (const [name, value] of headers) response.setHeader(name, value);
  const bytes = Buffer.from(body);
  response.setHeader('content-length', bytes.length);
  response.writeHead(status).end(bytes);
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown, log: Log): void {
  const requestId = requestIdOf(headersOf(request));
  if (!(error instanceof Refusal)) log.error('request failed', { requestId, path: pathOf(request) }, error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What is left of a refused body is not worth reading.
  if (!request.complete) response.setHeader('connection', 'close');
  if (error instanceof Refusal) return send(response, refuse(error, requestId));
  const body = {
    errors: [
      {
        message: `Something went wrong on our side. Report the request id ${requestId} if it stays.`,
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ],
  };
  response
    .writeHead(500, { 'content-type': 'application/json; charset=utf-8', 'x-request-id': requestId })
    .end(JSON.stringify(body));
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  const message = `Nothing is served at ${request.method} ${pathOf(request).slice(0, 200)}. Send operations by POST to /graphql.`;
  response
    .writeHead(404, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] }));
}

const matches = (pattern: string, path: string): boolean =>
  pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] ?? '/';

/** The headers of a request; of one that came several times, the first. */
export const headersOf = ({ headers }: IncomingMessage): RequestHeaders => ({
  get: (name) => [headers[name]].flat()[0],
});
