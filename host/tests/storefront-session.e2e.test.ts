import { createTokenIssuer, readTokenClaims } from '@ordergraph/identity';
import { findChromium, waitFor } from '@ordergraph/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepSecrets } from '../src/secrets.ts';
import type { StorefrontConfiguration } from '../src/storefront.ts';
import { openBrowser, openPage, type SocketMessage, type WatchedPage } from './browser.ts';
import { claimsOf } from './claims-of.ts';
import { openHouseClient } from './house-client.ts';
import { startStorefront, type StorefrontHouse } from './storefront-house.ts';
import { dispatchParcelFor } from './storefront-staff.ts';

const source = findChromium();

describe.skipIf(source.kind === 'none')('a token that ends while its page is open', () => {
  let house: StorefrontHouse;
  let browser: Browser;

  beforeAll(async () => {
    house = await startStorefront();
    if (source.kind === 'binary') browser = await openBrowser(source.path);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  });

  /** The same token, as it would be if its issuer gave it another lifetime. */
  function lasting(token: string, seconds: number): string {
    const claims = claimsOf(token);
    const { tokenSigningKey } = keepSecrets(house.state);
    const [issuer, audience] = [String(claims['iss']), String(claims['aud'])];
    const tokens = createTokenIssuer({ issuer, audience, privateKeyJwk: tokenSigningKey });
    return tokens.issue(readTokenClaims(claims), seconds);
  }

  /** Hands visitors tokens that last for some seconds. */
  async function shortenVisits({ page }: WatchedPage, seconds: number): Promise<void> {
    await page.route('**/shop/config.json', async (route) => {
      const response = await route.fetch();
      // The host's own answer.
      const { shops, ...rest } = (await response.json()) as StorefrontConfiguration;
      const short = shops.map((shop) => ({ ...shop, visitorToken: lasting(shop.visitorToken, seconds) }));
      await route.fulfill({ response, json: { ...rest, shops: short } });
    });
  }

  // Both mostly wait for time to pass, and so at the same time.
  test.concurrent('a visitor notices nothing: the streams of the page go on over the same socket, under a newer token', async () => {
    const guest = await openPage(browser, house.origin);
    const { page, sent, received } = guest;
    await shortenVisits(guest, 24);
    await page.goto(`${house.origin}/shop/products/rain-jacket`);
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
    await page.getByRole('button', { name: /^Buy now/ }).click();
    await page.getByText('The order is confirmed.').waitFor();
    await page.locator('.parcel').waitFor();
    const ofType = (wanted: string): SocketMessage[] => sent.filter(({ type }) => type === wanted);
    const first = await waitFor(() => ofType('connection_init')[0], { describe: 'a socket' });
    const firstEndsAtMs = Number(claimsOf(first.payload?.authorization ?? '')['exp']) * 1_000;

    const renewal = await waitFor(() => ofType('ping').find(({ payload }) => payload?.authorization), {
      timeoutMs: 30_000,
      describe: 'a ping with a newer token',
    });
    expect(renewal.atMs).toBeLessThan(firstEndsAtMs);
    await waitFor(() => Date.now() > firstEndsAtMs + 2_000, {
      timeoutMs: 30_000,
      describe: 'the end of the first token',
    });
    await dispatchParcelFor(house.origin, 'guest@mail.example');
    await waitFor(
      () => received.some(({ atMs, payload }) => atMs > firstEndsAtMs + 2_000 && payload?.data?.['shipmentUpdated']),
      { timeoutMs: 30_000, describe: 'news of the parcel behind the end of the first token' },
    );
    await page.locator('.live-state.live').first().waitFor();

    expect(ofType('connection_init')).toHaveLength(1);
    // Nothing was opened again: that would be behind the last update.
    expect(ofType('subscribe').filter(({ payload }) => payload?.variables?.['after'])).toEqual([]);
    // Questions go on as well, and the cart's order is found by them.
    await page.reload();
    await page.locator('.parcel').waitFor();
    expect(guest.faults).toEqual([]);
  }, 120_000);

  test.concurrent('a customer is told, nothing is tried for ever, and signing in leads back to what was being typed', async () => {
    const jonas = await openPage(browser, house.origin, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      colorScheme: 'dark',
    });
    const { page, sent } = jonas;
    // Their clock is wrong, by more than the life of any token.
    await page.addInitScript('const real = Date.now; Date.now = () => real() + 13 * 3_600_000;');
    const short = lasting((await openHouseClient(house.origin)).token('CUSTOMER'), 30);
    await page.goto(`${house.origin}/shop/`);
    await page.evaluate(`sessionStorage.setItem('ordergraph:token', ${JSON.stringify(short)})`);
    await page.goto(`${house.origin}/shop/products/rain-jacket`);
    await page.getByRole('button', { name: 'Put into the cart' }).click();
    await page.getByRole('link', { name: 'To the cart' }).click();
    await page.getByRole('link', { name: 'To checkout' }).click();
    await page.getByLabel('Street and number').fill('Neue Straße 7');
    await page.locator('.points-chip[data-live=live]').waitFor();

    const alert = page.getByRole('alert');
    await alert.getByText('You have been signed out: your sign-in lasts 1 minute.').waitFor({ timeout: 40_000 });
    const connections = (): number => sent.filter(({ type }) => type === 'connection_init').length;
    const tried = connections();
    expect(await page.evaluate('document.activeElement.name')).toBe('line1');
    expect(await page.locator('.points-chip').getAttribute('data-live')).toBe('refused');
    await jonas.picture('signed-out');
    expect(await jonas.inaccessible()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);

    await alert.getByRole('button', { name: 'Sign in again' }).click();
    expect(connections()).toBe(tried);
    await page.getByRole('link', { name: /Jonas Keller/ }).click();
    await page.getByLabel('Street and number').waitFor();
    expect(new URL(page.url()).pathname).toBe('/shop/checkout');
    expect(await page.getByLabel('Street and number').inputValue()).toBe('Neue Straße 7');
    await page.locator('.points-chip[data-live=live]').waitFor();
    expect(await alert.count()).toBe(0);
    expect(jonas.faults).toEqual([]);
  }, 120_000);

  test('a sign-in that the server does not take is told at once, and leaves a way to go on', async () => {
    const nobody = await openPage(browser, house.origin);
    const { page } = nobody;
    const token = (await openHouseClient(house.origin)).token('CUSTOMER').replace(/[^.]+$/, 'c2lnbmVk');
    await page.goto(`${house.origin}/shop/`);
    await page.evaluate(`sessionStorage.setItem('ordergraph:token', ${JSON.stringify(token)})`);
    await page.goto(`${house.origin}/shop/orders`);
    const alert = page.getByRole('alert');
    await alert.getByText('the shop does not take your sign-in any more').waitFor();
    expect(await nobody.inaccessible()).toEqual([]);

    await alert.getByRole('button', { name: 'Go on as a visitor' }).click();
    await page.getByRole('link', { name: 'Headlamp 300 lm' }).waitFor();
    expect(nobody.faults).toEqual([]);
  });
});
