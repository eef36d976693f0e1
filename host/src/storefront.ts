import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative } from 'node:path';
import type { Route } from '@ordergraph/gateway';

/** What the pages are told about the installation that serves them. */
export interface StorefrontConfiguration {
  /** Where customers sign in, as an OAuth authorization endpoint; null where the merchant's own pages do it. */
  readonly signIn: string | null;
  /** Shops that can be entered without signing in, each with its visitors' token. */
  readonly shops: readonly { readonly name: string; readonly handle: string; readonly visitorToken: string }[];
}

/** The customers' web app, as it was built. */
export interface Storefront {
  readonly routes: readonly Route[];
  /** The documents that the pages send, for where only known ones run. */
  readonly documents: readonly string[];
}

interface SiteFile {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly type: string;
  readonly encodings: ReadonlyMap<string, Buffer>;
}

/** Where the storefront is served. */
export const storefrontPath = '/shop/';
const built = join(import.meta.dirname, '..', '..', 'storefront', 'dist');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

// MapLibre makes its worker from a file of ours, or from a blob. Styles are files; what scripts set on elements is not
// asked about. Nothing comes from, or goes to, any other host.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'geolocation=(), camera=(), microphone=()',
};

/**
 * Opens what `scripts/storefront-build.mjs` has built. Where nothing is built, the address says how to do it, and the API
 * beside it is as ever. `configuration` is asked for every page, because tokens expire.
 */
export function openStorefront(
  configuration: () => StorefrontConfiguration,
  options: { isAtRoot: boolean; folder?: string },
): Storefront {
  const { isAtRoot, folder = built } = options;
  const files = readSite(join(folder, 'site'));
  const documentsFile = join(folder, 'documents.json');
  // Our own build wrote it.
  const documents = existsSync(documentsFile) ? (JSON.parse(readFileSync(documentsFile, 'utf8')) as string[]) : [];

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const name = path.slice(storefrontPath.length);
    if (name === 'config.json') {
      response.writeHead(200, { 'content-type': contentTypes['.json'], 'cache-control': 'no-store' });
      response.end(JSON.stringify(configuration()));
      return;
    }
    const page = files.get('index.html');
    if (!page) return notBuilt(response);
    const file = files.get(name);
    // Every other address below /shop/ is one of the app's own, which it reads by itself.
    if (!file && /^assets\/|\.[a-z0-9]+$/.test(name)) return missing(response);
    send(request, response, file ?? page, name.startsWith('assets/') && file !== undefined);
  }

  // Links in mails begin with `TRACKING_URL`, which is short and says nothing of the app.
  const track: Route['handle'] = (request, response) => {
    response.writeHead(302, { location: `${storefrontPath}${(request.url ?? '').slice(1)}` }).end();
  };
  const redirect: Route['handle'] = (_request, response) => {
    response.writeHead(302, { location: storefrontPath }).end();
  };
  // What browsers ask for beside pages that name no icon.
  const icon: Route['handle'] = (_request, response) => {
    response.writeHead(302, { location: `${storefrontPath}icon.svg`, 'cache-control': 'max-age=86400' }).end();
  };
  return {
    documents,
    routes: [
      { method: 'GET', path: `${storefrontPath}*`, handle: answer },
      { method: 'HEAD', path: `${storefrontPath}*`, handle: answer },
      { method: 'GET', path: storefrontPath.slice(0, -1), handle: redirect },
      { method: 'GET', path: '/track/*', handle: track },
      { method: 'GET', path: '/favicon.ico', handle: icon },
      ...(isAtRoot ? [{ method: 'GET', path: '/', handle: redirect }] : []),
    ],
  };
}

/** All files, which are few and small, and so no path from outside is ever looked up on the disk. */
function readSite(folder: string): ReadonlyMap<string, SiteFile> {
  const files = new Map<string, SiteFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(br|gz|map)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const encodings = new Map<string, Buffer>();
    for (const [encoding, ending] of [
      ['br', '.br'],
      ['gzip', '.gz'],
    ] as const)
      if (existsSync(`${path}${ending}`)) encodings.set(encoding, readFileSync(`${path}${ending}`));
    files.set(relative(folder, path).replaceAll('\\', '/'), {
      bytes,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      type: contentTypes[extname(path)] ?? 'application/octet-stream',
      encodings,
    });
  }
  return files;
}

function send(request: IncomingMessage, response: ServerResponse, file: SiteFile, isImmutable: boolean): void {
  const headers = {
    ...pageHeaders,
    // The name of an asset holds the hash of its content; a page must be asked for again, to name the right assets.
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'Origin, Accept-Encoding',
  };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const [encoding, bytes] = [...file.encodings].find(([name]) => new RegExp(`\\b${name}\\b`).test(accepted)) ?? [];
  const body = bytes ?? file.bytes;
  response.writeHead(200, {
    ...headers,
    'content-type': file.type,
    'content-length': body.length,
    ...(encoding ? { 'content-encoding': encoding } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function notBuilt(response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end('The storefront is not built. `npm start` builds it; what it says at its start tells why it did not.\n');
}

function missing(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end('There is no such file.\n');
}
