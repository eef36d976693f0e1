import type { IncomingMessage, ServerResponse } from 'node:http';
import { ruruHTML } from 'ruru/server';

/** A demo user whom the explorer can act as. */
export interface DemoToken {
  readonly label: string;
  readonly token: string;
}

/** What the API explorer offers. */
export interface ExplorerOptions {
  /** Asked again for each page, because tokens expire. */
  readonly tokens: () => readonly DemoToken[];
  readonly exampleQuery?: string;
}

type ClientConfig = NonNullable<Parameters<typeof ruruHTML>[0]['clientConfig']>;

const assets = '/explorer/';

/** Serves the API explorer at `/`, with all that it is made of, so that it works without a network. */
export function createExplorer({
  tokens,
  exampleQuery,
}: ExplorerOptions): (request: IncomingMessage, response: ServerResponse) => Promise<'answered' | 'go on'> {
  return async (request, response) => {
    const path = request.url ?? '';
    if (request.method !== 'GET') return 'go on';
    if (path === '/' || path.startsWith('/?')) {
      const page = ruruHTML({
        staticPath: assets,
        endpoint: '/graphql',
        // Its type is derived from the editor's own, which is not installed, and then asks for every property.
        clientConfig: (exampleQuery ? { defaultQuery: exampleQuery } : {}) as ClientConfig,
        htmlParts: {
          titleTag: '<title>Ordergraph API explorer</title>',
          headerScripts: (original) => `${tokenScript(tokens())}${original}`,
          styleTags: (original) => `${original}${style}`,
        },
      });
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-frame-options': 'DENY',
      });
      response.end(page);
      return 'answered';
    }
    if (!path.startsWith(assets)) return 'go on';
    // Unpacking the assets takes memory, and most gateways never show the explorer.
    const { getStaticFile } = await import('ruru/static');
    const acceptEncoding = request.headers['accept-encoding'];
    const file = await getStaticFile({
      staticPath: assets,
      urlPath: path,
      acceptEncoding: typeof acceptEncoding === 'string' ? acceptEncoding : undefined,
      disallowDevAssets: true,
    });
    if (!file) return 'go on';
    if (request.headers['if-none-match'] === file.headers.etag)
      response.writeHead(304, { etag: file.headers.etag }).end();
    else response.writeHead(200, { ...file.headers, 'cache-control': 'no-cache' }).end(file.content);
    return 'answered';
  };
}

// The choice of a user lives outside of the editor: its tabs keep the headers they were opened with, and would go on
// sending a token that has expired. A header written by hand wins.
const tokenScript = (tokens: readonly DemoToken[]): string => `<script>
const demoTokens = ${JSON.stringify(tokens).replaceAll('<', '\\u003c')};
const chosen = () => demoTokens.find(({ label }) => label === localStorage.getItem('ordergraph:user')) ?? demoTokens[0];
const plainFetch = window.fetch;
window.fetch = (resource, init = {}) => {
  const headers = new Headers(init.headers);
  const target = new URL(resource instanceof Request ? resource.url : resource, location.href);
  if (target.origin === location.origin && target.pathname === '/graphql' && chosen() && !headers.has('authorization'))
    headers.set('authorization', 'Bearer ' + chosen().token);
  return plainFetch(resource, { ...init, headers });
};
window.addEventListener('DOMContentLoaded', () => {
  if (demoTokens.length === 0) return;
  const bar = document.createElement('label');
  bar.id = 'ordergraph-user';
  bar.textContent = 'Ask as ';
  const select = document.createElement('select');
  for (const { label } of demoTokens) select.add(new Option(label, label, false, label === chosen().label));
  select.onchange = () => { localStorage.setItem('ordergraph:user', select.value); location.reload(); };
  bar.append(select);
  document.body.append(bar);
});
</script>`;

const style = `<style>
#ordergraph-user { position: fixed; right: 12px; bottom: 8px; z-index: 10; padding: 4px 8px; border-radius: 6px;
  font: 13px system-ui, sans-serif; background: #fff; color: #222; box-shadow: 0 1px 4px #0004; }
</style>`;
