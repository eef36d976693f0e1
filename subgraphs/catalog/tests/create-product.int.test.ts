import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const create = `mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) { product { id handle title version } userErrors { code field message } }
}`;

const aProduct = (over: object = {}) => ({
  handle: 'mug',
  title: 'Mug',
  idempotencyKey: 'k-1',
  variants: [{ sku: 'MUG-1', title: 'Mug', basePrices: [{ amount: '9.50', currencyCode: 'EUR' }] }],
  ...over,
});

interface Created {
  productCreate: { product: { id: string; handle: string } | null; userErrors: { code: string }[] };
}

test('creates a product once per key and answers a repetition with the same product', async () => {
  const staff = aViewer({ scopes: ['write_catalog', 'read_catalog'] });

  const first = expectData<Created>(await house.execute('catalog', staff, create, { input: aProduct() }));
  const second = expectData<Created>(await house.execute('catalog', staff, create, { input: aProduct() }));

  expect(first.productCreate.userErrors).toEqual([]);
  expect(first.productCreate.product).toMatchObject({ handle: 'mug', title: 'Mug', version: 1 });
  expect(second).toEqual(first);
  await house.quiet();
});

test('another merchant sees null for a product that is not theirs', async () => {
  const owner = aViewer({ scopes: ['write_catalog', 'read_catalog'] });
  const created = expectData<Created>(await house.execute('catalog', owner, create, { input: aProduct() }));
  const query = 'query ($id: ID!) { product(id: $id) { id title } }';
  const variables = { id: created.productCreate.product?.id };

  const own = expectData(await house.execute('catalog', owner, query, variables));
  const foreign = expectData(await house.execute('catalog', aViewer({ scopes: ['read_catalog'] }), query, variables));

  expect(own).toMatchObject({ product: { title: 'Mug' } });
  expect(foreign).toEqual({ product: null });
});

test('refuses a caller without the scope and names it', async () => {
  const result = await house.execute('catalog', aViewer({ scopes: [] }), create, { input: aProduct() });

  expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', requiredScopes: ['write_catalog'] });
});
