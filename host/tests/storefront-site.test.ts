import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { generateSigningKey } from '@ordergraph/identity';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createDevelopmentIssuer } from '../src/development-issuer/development-issuer.ts';
import { readSignInRequest } from '../src/development-issuer/sign-in-request.ts';
import { openStorefront, type Storefront, type StorefrontConfiguration } from '../src/storefront.ts';
import { claimsOf } from './claims-of.ts';

const script = 'console.log("hello");'.repeat(10);
let folder: string;
const servers: Server[] = [];
let origin: string;
let storefront: Storefront;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ordergraph-site-'));
  mkdirSync(join(folder, 'site', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'site', 'index.html'), '<!doctype html><title>Shop</title>');
  writeFileSync(join(folder, 'site', 'assets', 'index-abc.js'), script);
  writeFileSync(join(folder, 'site', 'assets', 'index-abc.js.gz'), gzipSync(script));
  writeFileSync(join(folder, 'documents.json'), JSON.stringify(['query A { viewer { type } }']));
  writeFileSync(join(folder, 'secret.txt'), 'not part of the site');
  storefront = openStorefront(() => ({ signIn: null, shops: [] }), { isAtRoot: true, folder });
  origin = await serve(storefront);
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves its routes as the gateway does. */
async function serve({ routes }: Storefront): Promise<string> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const route = routes.find(
      (one) =>
        one.method === request.method &&
        (one.path.endsWith('/*') ? path.startsWith(one.path.slice(0, -1)) : one.path === path),
    );
    if (route) void route.handle(request, response);
    else response.writeHead(404).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

describe('the pages', () => {
  test.each(['/shop/', '/shop/products/tent', '/shop/orders/1'])('%s is the app, asked for each time', async (path) => {
    const response = await fetch(origin + path);

    expect(await response.text()).toContain('<title>Shop</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(response.headers.get('content-security-policy')).toContain("worker-src 'self' blob:");
  });

  test('assets are kept for ever, compressed where the browser takes it, and not sent twice', async () => {
    const response = await fetch(`${origin}/shop/assets/index-abc.js`, { headers: { 'accept-encoding': 'gzip' } });

    expect(await response.text()).toBe(script);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const etag = response.headers.get('etag') ?? '';
    expect((await fetch(`${origin}/shop/assets/index-abc.js`, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
    const plain = await fetch(`${origin}/shop/assets/index-abc.js`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('vary')).toContain('Accept-Encoding');
  });

  test.each(['/shop/assets/gone-def.js', '/shop/../secret.txt', '/shop/%2e%2e/secret.txt', '/shop/secret.txt'])(
    '%s is no file of the site',
    async (path) => {
      const response = await fetch(origin + path);

      expect(await response.text()).not.toContain('not part of the site');
      expect(response.status).toBe(404);
    },
  );

  test('where no explorer is at home, the bare address leads to the shop', async () => {
    const response = await fetch(origin, { redirect: 'manual' });

    expect([response.status, response.headers.get('location')]).toEqual([302, '/shop/']);
  });

  test('in production they learn that nobody is handed a token', async () => {
    const response = await fetch(`${origin}/shop/config.json`);

    expect(await response.json()).toEqual({ signIn: null, shops: [] });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('visitors are handed tokens of the moment, which are good however long the server has run', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const issuer = createDevelopmentIssuer({ issuer: origin, audience: 'test', privateKeyJwk: generateSigningKey() });
    const address = await serve(openStorefront(issuer.storefront, { isAtRoot: false, folder }));
    const visitor = async (): Promise<Record<string, unknown>> => {
      // The host's own answer.
      const { shops } = (await (await fetch(`${address}/shop/config.json`)).json()) as StorefrontConfiguration;
      return claimsOf(shops[0]?.visitorToken ?? '');
    };
    const first = await visitor();
    vi.setSystemTime(Date.now() + 24 * 3_600_000);
    const later = await visitor();

    expect(Number(first['exp']) * 1_000).toBeLessThan(Date.now());
    expect(Number(later['exp']) * 1_000).toBeGreaterThan(Date.now() + 11 * 3_600_000);
    // A socket takes a newer token of the same visitor alone.
    expect(later['sub']).toBe(first['sub']);
  });

  test('the documents that they send are known', () => {
    expect(storefront.documents).toEqual(['query A { viewer { type } }']);
  });

  test('a site that is not built says how to build it', async () => {
    const nothing = openStorefront(() => ({ signIn: null, shops: [] }), {
      isAtRoot: false,
      folder: join(folder, 'no'),
    });
    const response = await fetch(`${await serve(nothing)}/shop/`);

    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm start');
  });
});

describe('signing in by redirect', () => {
  const read = (query: Record<string, string>, host = 'localhost:4000') =>
    readSignInRequest({ url: `/sign-in?${new URLSearchParams(query)}`, headers: { host } });
  const redirectUri = 'http://localhost:4000/shop/signed-in';

  test('hands the token back to the app that asked, with its own state', () => {
    expect(read({ response_type: 'token', redirect_uri: redirectUri, state: 's' })).toEqual({
      kind: 'redirect',
      redirectUri,
      state: 's',
    });
    expect(read({})).toEqual({ kind: 'page' });
  });

  test.each([
    'https://evil.example/shop/signed-in',
    'http://localhost:4001/shop/signed-in',
    'http://localhost:4000@evil.example/',
    '//evil.example/',
    'javascript:alert(1)//localhost:4000',
    '/shop/signed-in',
    `${redirectUri}#already`,
  ])('never hands one to %s', (redirect) => {
    expect(read({ response_type: 'token', redirect_uri: redirect }).kind).toBe('refused');
  });

  test('knows no other way of answering', () => {
    expect(read({ response_type: 'code', redirect_uri: redirectUri }).kind).toBe('refused');
  });
});
