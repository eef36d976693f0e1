import { expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aShopper, aStaffMember, aVariant, mutations, noId, type Caller, type ProductNode } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Product { handle } ... on ProductVariant { sku product { handle } } ... on Category { handle }
} }`;

/** Everything by which a product can be reached, as one caller sees it: null where it is not there. */
async function reach(caller: Caller, { id, handle, variants }: ProductNode): Promise<unknown[]> {
  const [variant] = variants.nodes;
  const roots = await house.execute(
    'catalog',
    caller,
    `query ($id: ID!, $handle: String!, $variantId: ID!, $sku: String!) {
      byId: product(id: $id) { id } byHandle: product(handle: $handle) { id }
      variantById: productVariant(id: $variantId) { id } variantBySku: productVariant(sku: $sku) { id }
      products(first: 1, where: { ids: [$id] }) { nodes { id } }
    }`,
    { id, handle, variantId: variant?.id, sku: variant?.sku },
  );
  const referred = await house.execute('catalog', caller, entities, {
    representations: [
      { __typename: 'Product', id },
      { __typename: 'ProductVariant', id: variant?.id },
      { __typename: 'ProductVariant', sku: variant?.sku },
    ],
  });
  const { products, ...found } = expectData<{ products: { nodes: unknown[] } }>(roots);
  const { _entities } = expectData<{ _entities: unknown[] }>(referred);
  return [...Object.values(found), products.nodes[0] ?? null, ..._entities].map((row) => row !== null);
}

const every = (isThere: boolean): boolean[] => Array<boolean>(8).fill(isThere);

test('shoppers reach what is on sale, by every way', async () => {
  const staff = aStaffMember();
  const product = await mutations(house, staff).product();

  expect(await reach(aShopper(staff.tenantId), product)).toEqual(every(true));
});

test('shoppers reach nothing of a draft or an archived product, its variants included; staff reach all', async () => {
  const staff = aStaffMember();
  const draft = await mutations(house, staff).product({ status: 'DRAFT' });
  const archived = await mutations(house, staff).product();
  await mutations(house, staff).archive({ id: archived.id });

  for (const product of [draft, archived]) {
    expect(await reach(aShopper(staff.tenantId), product)).toEqual(every(false));
    expect(await reach(staff, product)).toEqual(every(true));
  }
});

test('another merchant reaches nothing', async () => {
  const product = await mutations(house, aStaffMember()).product();

  expect(await reach(aStaffMember(), product)).toEqual(every(false));
});

test('shoppers that ask for drafts get none', async () => {
  const staff = aStaffMember();
  await mutations(house, staff).product({ status: 'DRAFT' });

  const result = await house.execute(
    'catalog',
    aShopper(staff.tenantId),
    '{ products(first: 5, where: { status: DRAFT }) { nodes { id } totalCount } }',
  );

  expect(result.data).toEqual({ products: { nodes: [], totalCount: 0 } });
});

test('resolves many references with one query for each kind', async () => {
  const staff = aStaffMember();
  const categoryId = await mutations(house, staff).categoryId('mugs');
  const products = [await mutations(house, staff).product(), await mutations(house, staff).product()];

  const result = await house.execute('catalog', staff, entities, {
    representations: [
      ...products.map(({ id }) => ({ __typename: 'Product', id })),
      { __typename: 'Category', id: categoryId },
      { __typename: 'Category', id: noId('Category') },
      { __typename: 'Product', id: 'nonsense' },
    ],
  });

  expect(result.data).toEqual({
    _entities: [...products.map(({ handle }) => ({ handle })), { handle: 'mugs' }, null, null],
  });
});

test('pages through the variants of a product', async () => {
  const staff = aStaffMember();
  const skus = ['A', 'B', 'C'];
  const { id } = await mutations(house, staff).product({ variants: skus.map((sku) => aVariant({ sku })) });
  const query = `query ($id: ID!, $after: String) { product(id: $id) {
    variants(first: 2, after: $after) { nodes { sku } pageInfo { hasNextPage endCursor } totalCount } } }`;
  interface Answer {
    product: {
      variants: { nodes: { sku: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string }; totalCount: number };
    };
  }

  const first = expectData<Answer>(await house.execute('catalog', staff, query, { id })).product.variants;
  const after = first.pageInfo.endCursor;
  const second = expectData<Answer>(await house.execute('catalog', staff, query, { id, after })).product.variants;

  expect([...first.nodes, ...second.nodes].map(({ sku }) => sku)).toEqual(skus);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage, first.totalCount]).toEqual([true, false, 3]);
});

test.each(['product', 'productVariant'])('%s wants exactly one of its two names', async (field) => {
  const result = await house.execute('catalog', aStaffMember(), `{ ${field} { id } }`);

  expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('two changes in one request answer with what each of them made', async () => {
  const staff = aStaffMember();
  const { id } = await mutations(house, staff).product();
  const change = (title: string): string =>
    `productUpdate(input: { id: "${id}", title: "${title}" }) { product { title version } }`;

  const result = await house.execute('catalog', staff, `mutation { a: ${change('A')} b: ${change('B')} }`);

  expect(result.data).toEqual({
    a: { product: { title: 'A', version: 2 } },
    b: { product: { title: 'B', version: 3 } },
  });
});
