import type { IncomingMessage, ServerResponse } from 'node:http';

const allowedHeaders =
  'authorization, last-event-id, content-type, x-tenant-id, x-request-id, traceparent, apollo-require-preflight';
const rememberPreflightSeconds = '600';

/** Tells browsers which other sites may call; the sites of the list, and in development any on this machine. */
export function createCors(options: {
  origins: readonly string[];
  production: boolean;
}): (request: IncomingMessage, response: ServerResponse) => 'answered' | 'go on' {
  const isAllowed = createOriginCheck(options);

  return ({ method, headers }, response) => {
    const { origin } = headers;
    response.setHeader('vary', 'Origin');
    if (origin && isAllowed(origin)) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
    }
    if (method !== 'OPTIONS') return 'go on';

    if (response.hasHeader('access-control-allow-origin')) {
      response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
      response.setHeader('access-control-allow-headers', allowedHeaders);
      response.setHeader('access-control-max-age', rememberPreflightSeconds);
    }
    response.writeHead(204).end();
    return 'answered';
  };
}

/** Whether pages of another site may call. */
export function createOriginCheck(options: {
  origins: readonly string[];
  production: boolean;
}): (origin: string) => boolean {
  const { origins, production } = options;
  return (origin) => origins.includes(origin) || (!production && isLocal(origin));
}

const isLocal = (origin: string): boolean =>
  URL.canParse(origin) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);
