import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, waitFor } from '@ordergraph/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openPage, type WatchedPage } from './browser.ts';
import { freePort, newStateDirectory, startThroughBootstrap, type HostProcess } from './host-process.ts';

// One visit, told in order: each test goes on where the one before it ended.

const source = findChromium();
if (source.kind === 'none') process.stdout.write(`The storefront's browser test is skipped: ${source.reason}.\n`);
const stamp = join(import.meta.dirname, '..', '..', 'storefront', 'dist', 'stamp');

describe.skipIf(source.kind === 'none')('the storefront in a browser', () => {
  let state: string;
  let origin: string;
  let host: HostProcess;
  let browser: Browser;
  let guest: WatchedPage;
  let jonas: WatchedPage;
  let orderPath: string;
  const opened: WatchedPage[] = [];

  beforeAll(async () => {
    state = newStateDirectory();
    const port = await freePort();
    origin = `http://localhost:${port}`;
    host = startThroughBootstrap({ ORDERGRAPH_STATE_DIR: state, PORT: String(port) });
    await host.says();
    if (source.kind === 'binary') browser = await openBrowser(source.path);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    host?.signal('SIGTERM');
    await host?.ended();
    rmSync(state, { recursive: true, force: true, maxRetries: 5 });
  });

  async function open(options: Parameters<typeof openPage>[2] = {}): Promise<WatchedPage> {
    const page = await openPage(browser, origin, options);
    opened.push(page);
    return page;
  }

  test('the start builds it, says where it is, and a second start has nothing to build', () => {
    expect(host.output()).toContain(`${origin}/shop/`);
    const builtAtMs = statSync(stamp).mtimeMs;
    expect(readFileSync(stamp, 'utf8')).toMatch(/^[0-9a-f]{64}$/);

    const again = startThroughBootstrap({ ORDERGRAPH_STATE_DIR: state, PORT: String(new URL(origin).port) });

    return again.ended().then(() => {
      // The port is taken, which it finds out after the build.
      expect(again.output()).toContain('is taken by another program');
      expect(again.output()).not.toContain('Building');
      expect(statSync(stamp).mtimeMs).toBe(builtAtMs);
    });
  });

  test('a visitor looks around, searches, and finds prices and stock', async () => {
    guest = await open();
    const { page } = guest;
    await page.goto(`${origin}/shop/`);
    await page.getByRole('link', { name: 'Headlamp 300 lm' }).waitFor();
    expect(await page.locator('.product-card').count()).toBe(12);
    await guest.picture('shop');

    await page.getByRole('searchbox').fill('wool');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Found for “wool”' }).waitFor();
    await waitFor(async () => (await page.locator('.product-card').count()) === 2, { describe: 'two things of wool' });
    expect(await page.locator('.product-card').first().innerText()).toMatch(/€\d+\.\d\d\s+In stock/);
  });

  test('works without a mouse: the first stop leads past the menu, and the heading takes the focus', async () => {
    const { page } = guest;
    await page.goto(`${origin}/shop/`);
    await page.getByRole('link', { name: 'Headlamp 300 lm' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Tent for two' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Tent for two' }).waitFor();
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
  });

  test('a visitor buys without an account and sees the order', async () => {
    const { page } = guest;
    await page.getByRole('button', { name: 'Put into the cart' }).click();
    await page.getByRole('link', { name: 'To the cart' }).click();
    await page.getByRole('link', { name: 'To checkout' }).click();
    await page.getByLabel('Email').fill('guest@mail.example');
    await page.getByLabel('Name').fill('Greta Gast');
    await page.getByLabel('Street and number').fill('Deichstraße 1');
    await page.getByLabel('Postal code').fill('20459');
    await page.getByLabel('City').fill('Hamburg');
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByRole('radio', { name: /^Parcel/ }).check();
    await page.getByRole('button', { name: 'Buy now for €329.00' }).click();
    await page.getByText('The order is confirmed.').waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/shop\/orders\/of-cart\//);
  });

  test('a customer signs in by redirect, and the token stays out of the address', async () => {
    jonas = await open();
    const { page } = jonas;
    await page.goto(`${origin}/shop/products/rain-jacket`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await jonas.inaccessible()).toEqual([]);
    await page.getByRole('link', { name: /Jonas Keller/ }).click();
    await page.getByRole('heading', { name: 'Rain jacket Bryggen' }).waitFor();
    expect(page.url()).toBe(`${origin}/shop/products/rain-jacket`);
    await page.getByText('Jonas').first().waitFor();
  });

  test('a declined card is told in words, and costs nothing', async () => {
    await buy('rain-jacket', /^Visa •••• 0002/);
    await jonas.page.getByText('The card was declined.').waitFor();
    await jonas.picture('declined');
    expect(await jonas.inaccessible()).toEqual([]);
  });

  test('the customer buys: the order is confirmed and paid before their eyes', async () => {
    await buy('rain-jacket', /^Visa •••• 4242/);
    const { page } = jonas;
    await page.getByText('The order is confirmed.').waitFor();
    orderPath = new URL(page.url()).pathname;
    await page.getByText('Captured').waitFor();
    await jonas.picture('order');
  });

  async function buy(handle: string, card: RegExp): Promise<void> {
    const { page } = jonas;
    await page.goto(`${origin}/shop/products/${handle}`);
    await page.getByRole('button', { name: 'Put into the cart' }).click();
    await page.getByRole('link', { name: 'To the cart' }).click();
    await page.getByRole('link', { name: 'To checkout' }).click();
    // The address is the one of the account.
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByRole('radio', { name: /^Parcel/ }).check();
    await page.getByRole('radio', { name: card }).check();
    await page.getByRole('button', { name: /^Buy now/ }).click();
  }

  test('the letter about it lies in the inbox, and as a mail in the mailbox', async () => {
    const { page } = jonas;
    await page.goto(`${origin}/shop/inbox`);
    // In the customer's own language, as the mail.
    await page
      .getByText(/Bestellung \d+ bei Fjord Outdoor/)
      .first()
      .waitFor();
    await waitFor(() => readdirSync(join(state, 'mail')).length >= 3, { describe: 'three mails in the mailbox' });
  });

  test.each([
    ['desktop', {}],
    ['phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
    ['phone-dark', { viewport: { width: 360, height: 740 }, hasTouch: true, colorScheme: 'dark' as const }],
  ])(
    'every page is usable by everybody and fits: %s',
    async (name, options) => {
      const session = await jonas.page.evaluate<string>(`sessionStorage.getItem('ordergraph:token')`);
      const visit = await open({ ...options, reducedMotion: 'reduce' });
      await visit.page.addInitScript(`sessionStorage.setItem('ordergraph:token', ${JSON.stringify(session)})`);
      const found: string[] = [];
      for (const [path, sign] of [
        ['/shop/', 'Headlamp 300 lm'],
        ['/shop/products/rain-jacket', 'Put into the cart'],
        ['/shop/cart', 'Your cart'],
        ['/shop/checkout', 'Checkout'],
        ['/shop/orders', 'Order 100'],
        [orderPath, 'What happened'],
        ['/shop/inbox', 'Bestellung'],
        ['/shop/nowhere', 'There is no such page'],
      ] as const) {
        await visit.page.goto(`${origin}${path}`);
        await visit.page.getByText(sign).first().waitFor();
        found.push(...(await visit.inaccessible()));
        const width = await visit.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        if (width > 0) found.push(`${path} is ${width} px too wide`);
        await visit.picture(`${name}${path.replaceAll(/[^a-z]+/gi, '-').slice(0, 30)}`);
      }
      expect(found).toEqual([]);
    },
    120_000,
  );

  test('nothing was ever asked of another host, nothing forbidden was tried, and no error was left uncaught', () => {
    expect(opened.length).toBeGreaterThan(4);
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
