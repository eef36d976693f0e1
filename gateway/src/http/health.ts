import type { IncomingMessage, ServerResponse } from 'node:http';

/** How far the gateway is in its life, and whether what it stands on is there. */
export interface Health {
  readonly phase: () => 'starting' | 'ready' | 'stopping';
  /** Asked by `/readyz`, never by `/livez`: restarting a process does not bring its database back. */
  readonly dependenciesReady: () => boolean | Promise<boolean>;
}

/** Answers `/health` and `/livez` while the event loop turns, and `/readyz` and `/startupz` while traffic is welcome. */
export function createHealth({
  phase,
  dependenciesReady,
}: Health): (request: IncomingMessage, response: ServerResponse) => Promise<'answered' | 'go on'> {
  return async ({ url = '', method }, response) => {
    const [path] = url.split('?');
    if (method !== 'GET' && method !== 'HEAD') return 'go on';
    if (path === '/health' || path === '/livez') return answer(response, 200, { status: 'ok' });
    if (path !== '/readyz' && path !== '/startupz') return 'go on';

    const now = phase();
    if (now !== 'ready') return answer(response, 503, { status: now });
    const areThere = await Promise.resolve(dependenciesReady()).catch(() => false);
    return areThere
      ? answer(response, 200, { status: 'ready' })
      : answer(response, 503, { status: 'waiting for what it depends on' });
  };
}

function answer(response: ServerResponse, status: number, body: object): 'answered' {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
  return 'answered';
}
