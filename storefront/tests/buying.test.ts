import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client';
import { describe, expect, test } from 'vitest';
import { layLines, linesOver } from '../src/cart/cart-server.ts';
import { shortagesOf } from '../src/cart/shortages.ts';
import { keepWishes, type Quantities } from '../src/cart/wishes.ts';
import { isEmail } from '../src/checkout/email.ts';
import { wholeUnits } from '../src/checkout/whole-units.ts';
import { digitsOf, quantityOf } from '../src/parts/quantity.ts';

describe('quantities that are wanted faster than they are set', () => {
  /** A server that answers when it is told to. */
  function aSlowServer() {
    const calls: { quantities: Record<string, number>; answer: (refusal: string | null) => void }[] = [];
    const told: Record<string, number>[] = [];
    const wishes = keepWishes(
      (quantities: Quantities) =>
        new Promise((answer) => calls.push({ quantities: Object.fromEntries(quantities), answer })),
      (wanted) => told.push(Object.fromEntries(wanted)),
    );
    return { calls, told, wishes };
  }

  test('go out one call at a time, and the newest of each holds', async () => {
    const { calls, told, wishes } = aSlowServer();
    const first = wishes.want('tent', 2);
    void wishes.want('tent', 3);
    void wishes.want('mug', 1);
    const last = wishes.want('tent', 4);
    expect(calls.map(({ quantities }) => quantities)).toEqual([{ tent: 2 }]);
    expect(told.at(-1)).toEqual({ tent: 4, mug: 1 });

    calls[0]?.answer(null);
    await Promise.resolve();
    expect(calls[1]?.quantities).toEqual({ tent: 4, mug: 1 });
    expect(told.at(-1)).toEqual({ tent: 4, mug: 1 });
    calls[1]?.answer(null);

    expect(await Promise.all([first, last])).toEqual([null, null]);
    expect(told.at(-1)).toEqual({});
    expect(calls).toHaveLength(2);
  });

  test('fall with what they went on from, when that is refused', async () => {
    const { calls, told, wishes } = aSlowServer();
    const answer = wishes.want('tent', 2);
    void wishes.want('tent', 3);
    calls[0]?.answer('No.');
    expect(await answer).toBe('No.');
    expect(told.at(-1)).toEqual({});
    expect(calls).toHaveLength(1);

    const later = wishes.want('tent', 5);
    calls[1]?.answer(null);
    expect(await later).toBeNull();
  });
});

test.each([
  ['4', 4],
  ['', null],
  ['0', 1],
  ['007', 7],
  ['99', 99],
  ['120', 99],
])('%j was typed for a quantity: %j', (text, quantity) => {
  expect(quantityOf(text, { least: 1, most: 99 })).toBe(quantity);
});

test('no more digits can be typed than a quantity may have', () => {
  expect(digitsOf('1 2a34', 99)).toBe('12');
  expect(digitsOf('−5', 99)).toBe('5');
});

test.each(['a@b.example', ' greta.gast+shop@mail.example ', 'x@a.b.c'])('%j is an email address', (text) => {
  expect(isEmail(text)).toBe(true);
});
test.each(['a@b', '', 'a', '@b.example', 'a@.example', 'a@b.', 'a@b..example', 'a b@c.example', 'a@b@c.example'])(
  '%j is none',
  (text) => {
    expect(isEmail(text)).toBe(false);
  },
);

test('points are chosen in whole units, and no more of them than there are', () => {
  expect(wholeUnits(400, 611, 1)).toBe(400);
  expect(wholeUnits(611, 152, 1)).toBe(152);
  expect(wholeUnits(611, 611, 100)).toBe(600);
  expect(wholeUnits(30, 611, 100)).toBe(0);
});

type Availability = Parameters<typeof shortagesOf>[0]['lines'][number]['variant'];
const stock = (status: 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK' | 'BACKORDER', quantity: number | null) => ({
  availability: { __typename: 'Availability' as const, status, quantity },
});
const short = (variant: Availability, more: Partial<Parameters<typeof shortagesOf>[0]> = {}) =>
  shortagesOf({ status: 'ACTIVE', lines: [{ id: 'l1', quantity: 3, variant }], problems: [], ...more }).map(
    ({ availableQuantity }) => availableQuantity,
  );

test('a line that wants more than there is is told before checkout refuses it', () => {
  expect(short(stock('LOW_STOCK', 1))).toEqual([1]);
  expect(short(stock('OUT_OF_STOCK', null))).toEqual([0]);
  expect(short(stock('LOW_STOCK', 3))).toEqual([]);
});

test('nothing is made up where numbers are not told, more can be ordered, or checkout itself holds the units', () => {
  expect(short(stock('LOW_STOCK', null))).toEqual([]);
  expect(short(stock('BACKORDER', 0))).toEqual([]);
  expect(short(null)).toEqual([]);
  expect(short(stock('OUT_OF_STOCK', 0), { status: 'IN_CHECKOUT' })).toEqual([]);
  expect(short(stock('LOW_STOCK', 1), { problems: [{ code: 'INSUFFICIENT_STOCK', cartLineId: 'l1' }] })).toEqual([]);
});

test('lines that come along are no more when they come twice', () => {
  const line = (id: string, quantity: number) => ({ variant: { id }, quantity });
  // Only these fields are looked at.
  const cart = (...lines: readonly ReturnType<typeof line>[]) =>
    ({ lines }) as unknown as Parameters<typeof linesOver>[1];
  const guest = { lines: cart(line('tent', 2), line('mug', 1))?.lines ?? [] };
  expect(linesOver(guest, null)).toEqual([
    { variantId: 'tent', quantity: 2 },
    { variantId: 'mug', quantity: 1 },
  ]);
  expect(linesOver(guest, cart(line('tent', 2), line('mug', 5)))).toEqual([
    { variantId: 'tent', quantity: 2 },
    { variantId: 'mug', quantity: 5 },
  ]);
});

test('a cart of which a part did not come is not changed: it might hold more than is seen', async () => {
  const asked: (string | undefined)[] = [];
  const link = new ApolloLink(({ operationName }) => {
    asked.push(operationName);
    // Catalog is down: which variant a line is of is not known.
    const cart = {
      __typename: 'Cart',
      id: 'cart',
      status: 'ACTIVE',
      version: 3,
      lines: [{ id: 'line', variant: null }],
    };
    const errors = [{ message: 'catalog does not answer', path: ['cart', 'lines', 0, 'variant'] }];
    return new Observable((observer) => {
      observer.next({ data: { cart }, errors });
      observer.complete();
    });
  });
  const client = new ApolloClient({
    link,
    cache: new InMemoryCache(),
    defaultOptions: {
      query: { errorPolicy: 'all' },
      mutate: { errorPolicy: 'all' },
      watchQuery: { errorPolicy: 'all' },
    },
  });
  const basket = { remembered: () => 'cart', remember() {}, currencyCode: 'EUR' };

  const refusal = await layLines(client, basket, () => [{ variantId: 'tent', quantity: 1 }]);

  expect(refusal).toMatch(/could not be reached/);
  expect(asked).toEqual(['StorefrontCart']);
});
