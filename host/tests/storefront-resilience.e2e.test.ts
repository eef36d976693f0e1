import { findChromium, waitFor } from '@ordergraph/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openBrowser, openPage, type WatchedPage } from './browser.ts';
import { openHouseClient } from './house-client.ts';
import { startStorefront, type StorefrontHouse } from './storefront-house.ts';
import { dispatchParcelFor } from './storefront-staff.ts';

// One guest, one order: each test goes on where the one before it ended.

const source = findChromium();
const longWord = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2);
const behind = 'Not all of this is up to date';
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: 'dark' } as const;

describe.skipIf(source.kind === 'none')('the storefront when something does not come, or does not fit', () => {
  let house: StorefrontHouse;
  let browser: Browser;
  let guest: WatchedPage;
  let page: Page;
  let orderUrl: string;

  beforeAll(async () => {
    house = await startStorefront();
    if (source.kind === 'binary') browser = await openBrowser(source.path);
    await giveLongTitle();
    guest = await openPage(browser, house.origin, phone);
    page = guest.page;
    // Its time goes on as ever, and can be moved forward.
    await page.clock.install();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  });

  /** Gives the rain jacket a title of one long word. */
  async function giveLongTitle(): Promise<void> {
    const client = await openHouseClient(house.origin);
    const staff = client.token('STAFF owner');
    const { product } = await client.ask<{ product: { id: string } }>(
      staff,
      '{ product(handle: "rain-jacket") { id } }',
    );
    const { productUpdate } = await client.ask<{ productUpdate: { userErrors: unknown[] } }>(
      staff,
      'mutation ($input: ProductUpdateInput!) { productUpdate(input: $input) { userErrors { message } } }',
      { input: { id: product.id, title: longWord } },
    );
    expect(productUpdate.userErrors).toEqual([]);
  }

  /** How much the page is too wide, on a phone and on a desk. */
  async function overhang(): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 740 });
      found[`${new URL(page.url()).pathname} at ${width}`] = await page.evaluate<number>(
        'document.documentElement.scrollWidth - innerWidth',
      );
    }
    return Object.fromEntries(Object.entries(found).filter(([, pixels]) => pixels > 0));
  }

  test('words of any length fit, from the shop to the order', async () => {
    const tooWide: Record<string, number>[] = [];
    await page.goto(`${house.origin}/shop/`);
    await page.getByRole('link', { name: longWord }).click();
    await page.getByRole('button', { name: 'Put into the cart' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: longWord }).waitFor();
    tooWide.push(await overhang());
    await page.getByRole('link', { name: longWord }).click();
    await page.getByRole('button', { name: 'Put into the cart' }).click();
    await page.getByRole('link', { name: 'To the cart' }).waitFor();
    tooWide.push(await overhang());
    await page.getByRole('link', { name: 'To the cart' }).click();
    await page.getByRole('link', { name: 'To checkout' }).waitFor();
    tooWide.push(await overhang());
    await page.getByRole('link', { name: 'To checkout' }).click();
    await page.getByLabel('Email').fill('guest@mail.example');
    await page.getByLabel('Name').fill('G'.repeat(200));
    await page.getByLabel('Street and number').fill('Deichstraße 1');
    await page.getByLabel('Postal code').fill('20459');
    await page.getByLabel('City').fill('Hamburg');
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByRole('radio', { name: /^Parcel/ }).check();
    tooWide.push(await overhang());
    await guest.picture('long-checkout');
    await page.getByRole('button', { name: /^Buy now/ }).click();
    await page.getByText('The order is confirmed.').waitFor();
    await page.locator('.parcel').waitFor();
    tooWide.push(await overhang());
    await guest.picture('long-order');
    orderUrl = page.url();

    expect(tooWide).toEqual(tooWide.map(() => ({})));
  });

  test('the focus goes to a question, and back to what asked it', async () => {
    const focused = (): Promise<string> =>
      page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.innerText');
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    expect(await focused()).toBe('Cancel the order?');
    expect(await guest.inaccessible()).toEqual([]);
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect(await focused()).toBe('Cancel the order');
  });

  test('an answer that does not come takes nothing away, is told, and is asked for again by itself', async () => {
    const isOrder = (body: string | null): boolean => body?.includes('query StorefrontGuestOrder') ?? false;
    let asked = 0;
    await page.route('**/graphql', async (route) => {
      if (!isOrder(route.request().postData())) return route.fallback();
      asked++;
      await route.fulfill({ status: 502, body: 'Bad gateway' });
    });
    // As often as a calm order is asked for.
    await page.clock.fastForward(30_000);
    await page.getByText(behind).waitFor();
    const askedSoFar = asked;
    await waitFor(() => asked > askedSoFar, { timeoutMs: 15_000, describe: 'another question' });
    await page.getByRole('heading', { name: 'What you bought' }).waitFor();
    await page.locator('.parcel').waitFor();
    await guest.picture('not-up-to-date');
    expect(await guest.inaccessible()).toEqual([]);

    await page.unroute('**/graphql');
    await page.clock.fastForward(20_000);
    await page.getByText(behind).waitFor({ state: 'detached' });
  });

  test('a page that is opened without a network comes by itself once there is one', async () => {
    await page.context().setOffline(true);
    onTestFinished(() => page.context().setOffline(false));
    await page.getByRole('link', { name: 'All products' }).click();
    // Known from before.
    await page.getByRole('link', { name: 'Headlamp 300 lm' }).click();
    await page.getByRole('heading', { name: 'The product did not come.' }).waitFor();
    await guest.picture('offline');
    expect(await guest.inaccessible()).toEqual([]);
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Headlamp 300 lm' }).waitFor();
  });

  test('code that does not come takes nothing else along, and comes by itself later', async () => {
    await page.route('**/assets/order-page-*.js', (route) => route.abort());
    await page.goto(orderUrl);
    const order = page.getByRole('heading', { name: 'The order did not come.' });
    await order.waitFor();
    await page.getByRole('link', { name: 'Cart' }).waitFor();
    expect(await guest.inaccessible()).toEqual([]);
    await page.unroute('**/assets/order-page-*.js');
    await page.getByRole('heading', { name: 'What you bought' }).waitFor();

    await page.route('**/assets/live-map-*.js', (route) => route.abort());
    await dispatchParcelFor(house.origin, 'guest@mail.example');
    await page.getByText('The map did not come.').waitFor({ timeout: 60_000 });
    await page.getByText('Carrier', { exact: true }).waitFor();
    await guest.picture('no-map');
    expect(await guest.inaccessible()).toEqual([]);
    await page.unroute('**/assets/live-map-*.js');
    await page.locator('.map').waitFor();
  }, 90_000);

  test.each(['/shop/orders/%E0%A4%A', '/shop/products/%', '/shop/track/%F', '/shop//orders', '/shop/cart/two'])(
    'an address that is none is told: %s',
    async (path) => {
      await page.goto(house.origin + path);
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    },
  );

  test('a link to a parcel of another shop shows it, and leaves the session as it is', async () => {
    const client = await openHouseClient(house.origin);
    const { orders } = await client.ask<{ orders: { nodes: { shipments: { trackingUrl: string }[] }[] } }>(
      client.token('STAFF owner'),
      '{ orders(first: 1) { nodes { shipments { trackingUrl } } } }',
    );
    await page.goto(`${house.origin}/shop/`);
    await page.getByRole('button', { name: 'Kumo Books' }).click();
    await page.getByRole('link', { name: 'Kumo Books, to the shop' }).waitFor();

    await page.goto(orders.nodes[0]?.shipments[0]?.trackingUrl ?? 'no link');
    await page.locator('.parcel').waitFor();
    await page.locator('.parcel .live-state.live').waitFor();
    await page.getByRole('link', { name: 'Kumo Books, to the shop' }).waitFor();

    await page.evaluate(`sessionStorage.setItem('ordergraph:token', ${JSON.stringify(client.token('CUSTOMER'))})`);
    await page.goto(`${house.origin}/track/garbage`);
    await page.getByText('This link leads to no parcel').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.getByRole('link', { name: 'Fjord Outdoor, to the shop' }).waitFor();
  });

  test('what is no search, and a sign-in that failed, are told', async () => {
    await page.goto(`${house.origin}/shop/?search=${encodeURIComponent('🏔️')}`);
    await page.getByText('Nothing found').waitFor();
    await page.goto(`${house.origin}/shop/?search=%00`);
    await page.locator('.product-card').first().waitFor();
    await page.goto(`${house.origin}/shop/signed-in#access_token=nobody`);
    await page.getByRole('alert').getByText('You are not signed in').waitFor();
    expect((await page.request.get(`${house.origin}/favicon.ico`)).headers()['content-type']).toBe('image/svg+xml');
  });

  test('no error was left uncaught', () => {
    expect(guest.faults).toEqual([]);
  });
});
