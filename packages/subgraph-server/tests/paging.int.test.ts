import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCursorSeal } from '../src/index.ts';
import { anItem, create, shelf, writer } from './shelf.ts';

let house: TestHouse;
const owner = aViewer(writer);
const handles = ['a', 'b', 'c', 'd', 'e'];
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [shelf], isBackgroundOn: false });
  for (const handle of handles) {
    expectData(
      await house.execute('catalog', owner, create, anItem({ handle, title: handle, idempotencyKey: handle })),
    );
  }
});
afterAll(() => house.stop());

interface Page {
  readonly products: {
    readonly nodes: readonly { readonly handle: string }[];
    readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  };
}

const list = `query ($first: Int, $after: String, $last: Int, $before: String, $sortKey: ProductSortKey! = CREATED_AT) {
  products(first: $first, after: $after, last: $last, before: $before, sortKey: $sortKey) {
    nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const ask = (variables: Record<string, unknown>, viewer = owner) => house.execute('catalog', viewer, list, variables);
const pageOf = async (variables: Record<string, unknown>) => expectData<Page>(await ask(variables)).products;
const handlesOf = (page: Page['products']) => page.nodes.map(({ handle }) => handle);
const codeOf = async (variables: Record<string, unknown>, viewer = owner) =>
  (await ask(variables, viewer)).errors?.[0]?.extensions['code'];

test.for(['CREATED_AT', 'TITLE'])('walks through a list by %s, forwards and backwards', async (sortKey) => {
  const first = await pageOf({ first: 2, sortKey });
  const second = await pageOf({ first: 2, sortKey, after: first.pageInfo.endCursor });
  const third = await pageOf({ first: 2, sortKey, after: second.pageInfo.endCursor });
  const back = await pageOf({ last: 2, sortKey, before: third.pageInfo.startCursor });

  expect([first, second, third].map(handlesOf)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
  expect([first, second, third].map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([false, true, true]);
  expect(handlesOf(back)).toEqual(['c', 'd']);
});

test('every bit of a cursor is guarded', async () => {
  const { pageInfo } = await pageOf({ first: 2 });
  const bytes = Buffer.from(pageInfo.endCursor, 'base64url');

  const codes = await Promise.all(
    Array.from({ length: bytes.length }, (_, index) => {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      return codeOf({ first: 2, after: changed.toString('base64url') });
    }),
  );

  expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
});

test.for(['', 'x', '!!!!', 'AAAAAAAAAAAAAAAAAAAA', 'a'.repeat(5_000)])(
  'a made-up cursor (%s) opens nothing',
  async (after) => {
    const code = await codeOf({ first: 2, after });
    // An empty cursor is the beginning of the list.
    expect(code).toBe(after === '' ? undefined : 'BAD_USER_INPUT');
  },
);

test('a cursor of another tenant, list order, subgraph or secret opens nothing', async () => {
  const { pageInfo } = await pageOf({ first: 2 });
  const seal = (secret: string, scope: string) => createCursorSeal(secret, scope).seal(['createdAt', new Date(), 'x']);

  expect(await codeOf({ first: 2, after: pageInfo.endCursor }, aViewer(writer))).toBe('BAD_USER_INPUT');
  expect(await codeOf({ first: 2, after: pageInfo.endCursor, sortKey: 'TITLE' })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ first: 2, after: seal('test', `orders:${owner.tenantId}`) })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ first: 2, after: seal('guessed', `catalog:${owner.tenantId}`) })).toBe('BAD_USER_INPUT');
});

test.for([
  [{}, 'BAD_USER_INPUT'],
  [{ first: 1, last: 1 }, 'BAD_USER_INPUT'],
  [{ first: 1, before: 'x' }, 'BAD_USER_INPUT'],
  [{ first: 0 }, 'LIMIT_EXCEEDED'],
  [{ last: 101 }, 'LIMIT_EXCEEDED'],
] as const)('a page of %j is refused with %s', async ([variables, code]) => {
  expect(await codeOf(variables)).toBe(code);
});
