import { findChromium, waitFor } from '@ordergraph/testing';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openPage, type WatchedPage } from './browser.ts';
import { startStorefront, type StorefrontHouse } from './storefront-house.ts';
import { adjustPoints, countStock, paymentsOf } from './storefront-staff.ts';

// What can go wrong while somebody buys: refused cards, lost answers, two windows, fast fingers.

const source = findChromium();
const phoneInTheDark = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const };

describe.skipIf(source.kind === 'none')('buying, when it does not go straight', () => {
  let house: StorefrontHouse;
  let browser: Browser;
  let origin: string;
  const opened: WatchedPage[] = [];

  beforeAll(async () => {
    house = await startStorefront();
    ({ origin } = house);
    if (source.kind === 'binary') browser = await openBrowser(source.path);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await house?.stop();
  });

  async function open(options: Parameters<typeof openPage>[2] = {}): Promise<WatchedPage> {
    const visit = await openPage(browser, origin, options);
    opened.push(visit);
    return visit;
  }

  async function put(page: Page, handle: string): Promise<void> {
    await page.goto(`${origin}/shop/products/${handle}`);
    await page.getByRole('button', { name: 'Put into the cart' }).click();
    await page.getByText('put into the cart.').waitFor();
  }

  /** A visitor with something in the cart, who has said where to. */
  async function fillIn(page: Page, handle: string, email: string): Promise<void> {
    await put(page, handle);
    await page.getByRole('link', { name: 'To the cart' }).click();
    await page.getByRole('link', { name: 'To checkout' }).click();
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Name').fill('Greta Gast');
    await page.getByLabel('Street and number').fill('Deichstraße 1');
    await page.getByLabel('Postal code').fill('20459');
    await page.getByLabel('City').fill('Hamburg');
    await page.getByRole('button', { name: 'Use this address' }).click();
  }

  /** In front of the button that buys. */
  async function checkOut(page: Page, handle: string, email: string): Promise<void> {
    await fillIn(page, handle, email);
    await page.getByRole('radio', { name: /^Parcel/ }).check();
    await page.locator('.button[aria-disabled=false]', { hasText: 'Buy now' }).waitFor();
  }

  const choose = (page: Page, card: string): Promise<void> => page.getByRole('radio', { name: card }).check();
  const buy = (page: Page): Promise<void> => page.getByRole('button', { name: /^Buy now/ }).click();
  const declined = 'Your card was declined. Nothing was charged. Try another card.';
  const inCart = (page: Page, name: string): Promise<string> =>
    page.getByRole('textbox', { name: `Quantity of ${name}` }).inputValue();
  const operation = (route: Route): string =>
    String((route.request().postDataJSON() as { operationName?: string } | null)?.operationName);
  const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent');

  test('a number is typed as one means it, and fast clicks all count', async () => {
    const { page } = await open();
    await page.goto(`${origin}/shop/products/stove`);
    const field = page.getByRole('textbox', { name: /^Quantity of/ });
    await field.click();
    await field.press('End');
    await field.press('Backspace');
    await field.pressSequentially('4');
    const button = page.getByRole('button', { name: 'Put into the cart' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByText('4 pieces of').waitFor();
    expect(await focused(page)).toBe('Put into the cart');

    await page.getByRole('link', { name: 'To the cart' }).click();
    await field.click();
    await field.press('End');
    await field.press('Backspace');
    expect(await field.inputValue()).toBe('');
    await field.pressSequentially('12');
    await field.press('Enter');
    await page.getByText(/^12 pieces/).waitFor({ state: 'attached' });

    // The first answer comes when all has been clicked.
    const { promise: allClicked, resolve: answer } = Promise.withResolvers<void>();
    await page.route('**/graphql', async (route) => {
      if (operation(route) !== 'StorefrontCartLinesUpdate') return route.continue();
      const response = await route.fetch();
      await allClicked;
      return route.fulfill({ response });
    });
    const more = page.getByRole('button', { name: /^One more/ });
    for (let click = 0; click < 5; click++) await more.click();
    expect(await field.inputValue()).toBe('17');
    answer();
    await page.locator('.line[aria-busy=false]').waitFor();
    await page.reload();
    await waitFor(async () => (await field.inputValue()) === '17', { describe: '17 of them, kept by the server' });
  });

  test('two windows share a cart from its first thing on, and see what the other one did', async () => {
    const { page: one } = await open();
    const two = await one.context().newPage();
    await two.goto(`${origin}/shop/products/headlamp`);
    await two.getByRole('button', { name: 'Put into the cart' }).waitFor();
    await put(one, 'wool-socks');
    await two.getByRole('button', { name: 'Put into the cart' }).click();
    await two.getByText('put into the cart.').waitFor();

    // Clicks wait for frames, which the window behind draws few of.
    await one.bringToFront();
    await checkOut(one, 'tent-two', 'two.windows@mail.example');
    expect(await one.locator('.summary-lines li').count()).toBe(3);
    await two.bringToFront();
    await two.goto(`${origin}/shop/cart`);
    await two.getByRole('button', { name: 'One more: Quantity of Tent for two' }).click();
    await two.getByText(/^4 pieces/).waitFor({ state: 'attached' });
    await two.locator('.line[aria-busy=true]').first().waitFor({ state: 'detached' });
    // Behind, as it was: whoever comes back to a window sees the cart as it is now, and is not refused at all.
    await buy(one);
    await one.getByText('Your cart has changed in another window.').waitFor();
    await one.getByText('2 × Tent for two').waitFor();

    await buy(one);
    await one.getByText('The order is confirmed.').waitFor();
    await two.getByText('Your cart is empty').waitFor();
  });

  test('what is no email is told, and a declined card leaves the cart where it was, also for a page loaded again', async () => {
    const visit = await open(phoneInTheDark);
    const { page } = visit;
    const email = 'declined@mail.example';
    await fillIn(page, 'wool-socks', 'a@b');
    await page.getByText('That is no email address.').waitFor();
    expect(await page.evaluate('document.activeElement.name')).toBe('email');
    expect(await visit.inaccessible()).toEqual([]);
    await visit.picture('no-email');
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByRole('button', { name: 'Change address' }).waitFor();
    expect(await focused(page)).toBe('Change address');
    await page.getByRole('radio', { name: /^Parcel/ }).check();

    await choose(page, 'Visa •••• 0002');
    await buy(page);
    await page.getByText(declined).waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await visit.picture('declined-guest');
    await page.reload();
    await page.getByText(declined).waitFor();

    await choose(page, 'Visa •••• 4242');
    await buy(page);
    await page.getByText('The order is confirmed.').waitFor();
    expect((await paymentsOf(origin, email)).map(({ status }) => status).sort()).toEqual(['CONFIRMED', 'FAILED']);
    await page.goto(`${origin}/shop/cart`);
    await page.getByText('Your cart is empty').waitFor();
  });

  test('a refusal at the bank leads back to checkout, and the browser’s way back to the order that waits', async () => {
    const { page } = await open();
    await checkOut(page, 'wool-socks', 'bank@mail.example');
    await choose(page, 'Visa •••• 3220');
    await buy(page);
    await page.getByRole('heading', { name: 'Sandbox bank' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Confirm the payment' }).click();
    await page.getByRole('button', { name: 'Refuse' }).click();
    await page.getByText(declined).waitFor();
    expect(new URL(page.url()).pathname).toBe('/shop/checkout');
    await page.getByText('1 × Wool socks').first().waitFor();
  });

  test('when the answer to an order is lost, pressing again leads to that order and pays once', async () => {
    const { page } = await open();
    const email = 'lost@mail.example';
    await checkOut(page, 'wool-socks', email);
    const paymentKeys: unknown[] = [];
    let isCut = false;
    await page.route('**/graphql', async (route) => {
      const name = operation(route);
      if (name === 'StorefrontPaymentCreate')
        paymentKeys.push((route.request().postDataJSON() as { variables: { input: object } }).variables.input);
      if (name === 'StorefrontOrderPlace' && paymentKeys.length === 1) {
        await route.fetch();
        isCut = true;
      }
      return isCut ? route.abort() : route.continue();
    });
    await buy(page);
    await page.getByText('Try again: nothing is bought twice.').waitFor();
    isCut = false;
    await buy(page);
    await page.getByText('The order is confirmed.').waitFor();
    expect(paymentKeys).toHaveLength(2);
    expect(paymentKeys[1]).toEqual(paymentKeys[0]);
    expect(await paymentsOf(origin, email)).toEqual([{ status: 'CONFIRMED', payments: ['CAPTURED'] }]);

    // And by loading the page again.
    const again = await open();
    await checkOut(again.page, 'wool-socks', 'lost.too@mail.example');
    await again.page.route('**/graphql', async (route) => {
      if (operation(route) === 'StorefrontOrderPlace') {
        await route.fetch();
        isCut = true;
      }
      return isCut ? route.abort() : route.continue();
    });
    await buy(again.page);
    await again.page.getByText('Try again: nothing is bought twice.').waitFor();
    isCut = false;
    await again.page.reload();
    await again.page.getByText('The order is confirmed.').waitFor();
  });

  test('what is short is told in the cart where numbers are shown, and by checkout in any case', async () => {
    const visit = await open();
    const { page } = visit;
    await countStock(origin, 'cap', { quantity: 1, isShown: false });
    await checkOut(page, 'cap', 'short@mail.example');
    await page.goto(`${origin}/shop/cart`);
    await page.getByRole('button', { name: /^One more/ }).click();
    await page.getByRole('link', { name: 'To checkout' }).click();
    await buy(page);
    await page.getByText(/^Only 1 left of/).waitFor();
    expect(await visit.inaccessible()).toEqual([]);

    await countStock(origin, 'cap', { quantity: 1, isShown: true });
    const shown = await open();
    await put(shown.page, 'cap');
    await put(shown.page, 'cap');
    await shown.page.getByText('Only 1 left, and 2 in your cart.').waitFor();
    await shown.page.getByRole('link', { name: 'To the cart' }).click();
    await shown.page.getByText(/^Only 1 left of/).waitFor();
    expect(await shown.inaccessible()).toEqual([]);
    await shown.picture('short');
  });

  test('what a visitor put into the cart comes along at the sign-in, and points that are held outlive a reload', async () => {
    const visit = await open();
    const { page } = visit;
    await put(page, 'tent-two');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /Jonas Keller/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.getByRole('link', { name: /^Cart/ }).click();
    await page.getByText('before you signed in').waitFor();
    expect(await inCart(page, 'Tent for two')).toBe('1');
    await visit.picture('came-along');

    await page.getByRole('link', { name: 'To checkout' }).click();
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.getByRole('radio', { name: /^Parcel/ }).check();
    await page.getByRole('slider').fill('400');
    await page.getByText('worth €4.00').waitFor();
    // Held, and then nothing more: the payment does not get through.
    await page.route('**/graphql', (route) =>
      operation(route) === 'StorefrontPaymentCreate' ? route.abort() : route.continue(),
    );
    await buy(page);
    await page.getByText('Try again: nothing is bought twice.').waitFor();
    await page.unroute('**/graphql');
    await page.reload();
    await page.getByText('You pay with 400, worth €4.00.').waitFor();
    expect(await visit.inaccessible()).toEqual([]);
    await visit.picture('points-held');

    await page.getByRole('radio', { name: /^Express/ }).check();
    await page.getByText('Pay with 400 of 750, worth €4.00').waitFor();
    // Spent elsewhere meanwhile.
    await adjustPoints(origin, 'jonas.keller@mail.example', -600);
    await page.getByText('Pay with 150 of 150, worth €1.50').waitFor();
    await page.getByRole('button', { name: 'Buy now for €342.40' }).waitFor();
  });

  test('nothing went to another host, and no error was left uncaught', () => {
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
