import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveRoutes } from '../src/subgraph-routes.ts';
import type { Shop } from './shop.ts';

/** The customer answers on the page of the sandbox's bank, over HTTP as a browser would. */
export async function answersBank(shop: Shop, url: string, answer: 'approve' | 'decline'): Promise<number> {
  const routes = serveRoutes(shop.house.subgraph('payments'));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = routes.find(({ method, path }) => method === request.method && path === pathname);
    if (route) void route.handle(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    const { pathname, search } = new URL(url);
    // A server that listens on a port has an address with one.
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
      method: 'POST',
      body: new URLSearchParams({ answer }),
      redirect: 'manual',
    });
    return response.status;
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
