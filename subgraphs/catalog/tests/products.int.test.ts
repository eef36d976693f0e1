import { expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProduct, definition } from '../src/index.ts';
import { aStaffMember, aVariant, mutations, noId, type Caller } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const list = `query ($first: Int, $after: String, $last: Int, $before: String, $where: ProductWhereInput, $search: String,
    $sortKey: ProductSortKey!, $reverse: Boolean!) {
  products(first: $first, after: $after, last: $last, before: $before, where: $where, search: $search, sortKey: $sortKey,
      reverse: $reverse) {
    edges { cursor node { handle } }
    nodes { handle }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}`;

interface Page {
  edges: { cursor: string; node: { handle: string } }[];
  nodes: { handle: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number | null;
}

async function read(viewer: Caller, variables: Record<string, unknown>): Promise<Page> {
  const all = { sortKey: 'CREATED_AT', reverse: false, ...variables };
  return expectData<{ products: Page }>(await house.execute('catalog', viewer, list, all)).products;
}

const handles = (page: Page): string[] => page.nodes.map(({ handle }) => handle);

/** Titles repeat, so that only the id tells some products apart. */
async function addMany(tenantId: string, from: number, count: number): Promise<void> {
  await house.command('catalog', tenantId, async (tx) => {
    for (let number = from; number < from + count; number += 1) {
      const variant = { sku: `S${number}`, title: 'V', options: [], basePrices: [], barcode: null, weightGrams: null };
      const outcome = await createProduct(tx, {
        handle: `n${number}`,
        title: `Mug of kind ${number % 7}${number % 3 === 0 ? ' and one more mug' : ''}`,
        description: number % 2 === 0 ? 'A mug.' : null,
        status: 'ACTIVE',
        categoryId: null,
        tags: number % 5 === 0 ? ['mug'] : [],
        media: [],
        variants: [{ ...variant, requiresShipping: true, taxCode: 'standard' }],
      });
      if (!outcome.value) throw new Error(JSON.stringify(outcome.refusals));
    }
  });
}

test.each([
  { sortKey: 'CREATED_AT', reverse: false },
  { sortKey: 'CREATED_AT', reverse: true },
  { sortKey: 'UPDATED_AT', reverse: false },
  { sortKey: 'TITLE', reverse: false },
  { sortKey: 'TITLE', reverse: true },
  { sortKey: 'RELEVANCE', reverse: false, search: 'mug' },
  { sortKey: 'RELEVANCE', reverse: true, search: 'mu' },
])('pages through 500 products while others are added, without a skip or a repeat: %o', async (order) => {
  const staff = aStaffMember();
  const tenantId = staff.tenantId ?? '';
  for (let start = 0; start < 500; start += 100) await addMany(tenantId, start, 100);
  const seen: string[] = [];

  let after: string | null = null;
  for (let added = 500; added < 1000; added += 5) {
    const page: Page = await read(staff, { ...order, first: 50, after });
    seen.push(...handles(page));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
    await addMany(tenantId, added, 5);
  }

  expect(new Set(seen).size).toBe(seen.length);
  const first = Array.from({ length: 500 }, (_, number) => `n${number}`);
  expect(seen.filter((handle) => first.includes(handle)).toSorted()).toEqual(first.toSorted());
});

test('goes back from a cursor to the very page before, in every order', async () => {
  const staff = aStaffMember();
  await addMany(staff.tenantId ?? '', 0, 9);

  for (const order of [
    { sortKey: 'CREATED_AT' },
    { sortKey: 'TITLE', reverse: true },
    { sortKey: 'RELEVANCE', search: 'mug' },
  ]) {
    const first = await read(staff, { ...order, first: 4 });
    const second = await read(staff, { ...order, first: 4, after: first.pageInfo.endCursor });
    const back = await read(staff, { ...order, last: 4, before: second.edges[0]?.cursor });
    const end = await read(staff, { ...order, last: 4 });

    expect(back.nodes).toEqual(first.nodes);
    expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(handles(end).at(0)).toBe(handles(second)[1]);
    expect(end.totalCount).toBe(9);
  }
});

test('starts with the newest, and with the first by title', async () => {
  const staff = aStaffMember();
  for (const title of ['B', 'A', 'C']) await mutations(house, staff).product({ handle: title.toLowerCase(), title });

  expect(handles(await read(staff, { first: 3 }))).toEqual(['c', 'a', 'b']);
  expect(handles(await read(staff, { first: 3, sortKey: 'TITLE' }))).toEqual(['a', 'b', 'c']);
});

test('finds by words of title, description, tags and SKU, the last one also by its beginning', async () => {
  const staff = aStaffMember();
  await mutations(house, staff).product({
    handle: 'cafe',
    title: 'Café-Set',
    description: '<p>White porcelain</p>',
    tags: ['Breakfast table'],
    variants: [aVariant({ sku: 'MUG-42/A' })],
  });
  await mutations(house, staff).product({ handle: 'other', title: 'White lamp' });
  const by = async (search: string): Promise<string[]> => handles(await read(staff, { first: 9, search })).toSorted();

  expect(await by('cafe')).toEqual(['cafe']);
  expect(await by('WHITE')).toEqual(['cafe', 'other']);
  expect(await by('white porc')).toEqual(['cafe']);
  expect(await by('porc white')).toEqual([]);
  expect(await by('table breakfast')).toEqual(['cafe']);
  expect(await by('mug-42')).toEqual(['cafe']);
  expect(await by('white white')).toEqual(['cafe', 'other']);
  expect(await by('nothing')).toEqual([]);
  for (const wordless of ['-', '🏔️', '%', '!!!']) expect(await by(wordless)).toEqual([]);
  for (const blank of ['', '  ']) expect(await by(blank)).toHaveLength(2);
});

test('a search starts with what holds the words most often, unless another order is asked for', async () => {
  const staff = aStaffMember();
  await mutations(house, staff).product({ handle: 'most', title: 'Mug', tags: ['mug'], description: 'A mug.' });
  await mutations(house, staff).product({ handle: 'some', title: 'Bowl', description: 'Goes with a mug.' });
  await mutations(house, staff).product({ handle: 'none', title: 'Lamp' });
  const search = async (order: string): Promise<unknown> => {
    const query = `{ products(first: 3, search: "mug" ${order}) { nodes { handle } } }`;
    return expectData<{ products: Page }>(await house.execute('catalog', staff, query)).products.nodes.map(
      ({ handle }) => handle,
    );
  };

  expect(await search('')).toEqual(['most', 'some']);
  expect(await search('sortKey: CREATED_AT')).toEqual(['some', 'most']);
  expect(await search('reverse: true')).toEqual(['some', 'most']);
});

test('narrows by ids, status, tag, SKU and category with all below it, all at once', async () => {
  const staff = aStaffMember();
  const tree = mutations(house, staff);
  const home = await tree.categoryId('home');
  const mugs = await tree.categoryId('mugs', await tree.categoryId('kitchen', home));
  const { id } = await tree.product({
    handle: 'mug',
    categoryId: mugs,
    tags: ['sale'],
    variants: [aVariant({ sku: 'M' })],
  });
  await tree.product({ handle: 'draft', categoryId: home, status: 'DRAFT' });
  await tree.product({ handle: 'lamp' });
  const where = async (condition: object): Promise<string[]> =>
    handles(await read(staff, { first: 9, where: condition }));

  expect(await where({ categoryId: home })).toEqual(['draft', 'mug']);
  expect(await where({ categoryId: mugs })).toEqual(['mug']);
  expect(await where({ categoryId: noId('Category') })).toEqual([]);
  expect(await where({ categoryId: 'nonsense' })).toEqual([]);
  expect(await where({ status: 'DRAFT' })).toEqual(['draft']);
  expect(await where({ tag: 'sale' })).toEqual(['mug']);
  expect(await where({ sku: 'M' })).toEqual(['mug']);
  expect(await where({ ids: [id, noId('Product'), 'nonsense'] })).toEqual(['mug']);
  expect(await where({ ids: [] })).toEqual([]);
  expect(await where({ tag: 'sale', sku: 'M', categoryId: home, status: 'ACTIVE', ids: [id] })).toEqual(['mug']);
  expect(await where({ tag: 'sale', status: 'DRAFT' })).toEqual([]);
});

test.each([
  ['no size', {}, 'BAD_USER_INPUT'],
  ['two sizes', { first: 1, last: 1 }, 'BAD_USER_INPUT'],
  ['a page too large', { first: 101 }, 'LIMIT_EXCEEDED'],
  ['a cursor that was tampered with', { first: 1, after: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, 'BAD_USER_INPUT'],
  ['too many ids', { first: 1, where: { ids: Array(251).fill('x') } }, 'LIMIT_EXCEEDED'],
])('refuses %s', async (_case, variables, code) => {
  const all = { sortKey: 'CREATED_AT', reverse: false, ...variables };

  const result = await house.execute('catalog', aStaffMember(), list, all);

  expect(result.errors?.[0]?.extensions).toMatchObject({ code });
});

test('refuses a cursor of another order and of another merchant', async () => {
  const staff = aStaffMember();
  await addMany(staff.tenantId ?? '', 0, 2);
  const { pageInfo } = await read(staff, { first: 1 });
  const titled = { first: 1, after: pageInfo.endCursor, sortKey: 'TITLE', reverse: false };

  const otherOrder = await house.execute('catalog', staff, list, titled);
  const otherMerchant = await house.execute('catalog', aStaffMember(newId()), list, {
    ...titled,
    sortKey: 'CREATED_AT',
  });

  for (const result of [otherOrder, otherMerchant]) {
    expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  }
});
