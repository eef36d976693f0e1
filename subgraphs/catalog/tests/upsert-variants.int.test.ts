import { startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aStaffMember, aVariant, bareId, mutations, noId, published } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

test('changes one variant and adds another, and tells about both', async () => {
  const staff = aStaffMember();
  const product = await mutations(house, staff).product({ variants: [aVariant({ sku: 'A', barcode: '123' })] });
  const known = product.variants.nodes[0]?.id;

  const { productVariants, userErrors } = await mutations(house, staff).upsert({
    productId: product.id,
    variants: [
      aVariant({ sku: 'B', options: [{ name: 'Size', value: 'L' }] }),
      aVariant({ id: known, sku: 'A', basePrices: [{ amount: '12.00', currencyCode: 'EUR' }] }),
    ],
  });

  expect(userErrors).toEqual([]);
  expect(productVariants).toMatchObject([
    { sku: 'B', options: [{ name: 'Size', value: 'L' }], product: { id: product.id } },
    { id: known, sku: 'A', barcode: null, basePrices: [{ amount: '12.00', currencyCode: 'EUR' }] },
  ]);
  expect(await published(house, staff.tenantId, 'ProductVariantsUpserted')).toMatchObject([
    {
      productId: bareId(product.id),
      variants: [
        { sku: 'B' },
        { variantId: bareId(known ?? ''), basePrices: [{ amount: '12.00', currencyCode: 'EUR' }] },
      ],
    },
  ]);
});

test('a repetition with the key adds nothing, and an equal change is no event', async () => {
  const staff = aStaffMember();
  const product = await mutations(house, staff).product();
  const input = { productId: product.id, idempotencyKey: newId(), variants: [aVariant({ sku: 'B' })] };

  const first = await mutations(house, staff).upsert(input);
  const second = await mutations(house, staff).upsert(input);
  const id = first.productVariants?.[0]?.id;
  const equal = await mutations(house, staff).upsert({ productId: product.id, variants: [aVariant({ id, sku: 'B' })] });

  expect(second).toEqual(first);
  expect(equal).toEqual(first);
  expect(await published(house, staff.tenantId, 'ProductVariantsUpserted')).toHaveLength(1);
});

test('two variants swap their SKUs, and a new one takes what an old one gives up', async () => {
  const staff = mutations(house, aStaffMember());
  const product = await staff.product({ variants: [aVariant({ sku: 'A' }), aVariant({ sku: 'B' })] });
  const [a, b] = product.variants.nodes.map(({ id }) => id);

  const swapped = await staff.upsert({
    productId: product.id,
    variants: [aVariant({ id: a, sku: 'B' }), aVariant({ id: b, sku: 'A' })],
  });
  const moved = await staff.upsert({
    productId: product.id,
    variants: [aVariant({ sku: 'B' }), aVariant({ id: a, sku: 'C' })],
  });

  expect(swapped.productVariants).toMatchObject([
    { id: a, sku: 'B' },
    { id: b, sku: 'A' },
  ]);
  expect(moved.productVariants).toMatchObject([{ sku: 'B' }, { id: a, sku: 'C' }]);
});

test('all or none: one refusal and nothing has changed', async () => {
  const staff = aStaffMember();
  await mutations(house, staff).product({ variants: [aVariant({ sku: 'TAKEN' })] });
  const product = await mutations(house, staff).product({ variants: [aVariant({ sku: 'A' })] });

  const answer = await mutations(house, staff).upsert({
    productId: product.id,
    variants: [aVariant({ id: product.variants.nodes[0]?.id, sku: 'Z' }), aVariant({ sku: 'TAKEN' })],
  });

  expect(answer).toMatchObject({
    productVariants: null,
    userErrors: [{ code: 'SKU_TAKEN', field: ['variants', '1', 'sku'] }],
  });
  const result = await house.execute('catalog', staff, '{ productVariant(sku: "A") { sku } }');
  expect(result.data).toEqual({ productVariant: { sku: 'A' } });
});

test('refuses variants of another product, twice the same, none, and too many', async () => {
  const staff = mutations(house, aStaffMember());
  const product = await staff.product();
  const own = product.variants.nodes[0]?.id;
  const other = (await staff.product()).variants.nodes[0]?.id;
  const refused = async (variants: object[]) => {
    const answer = await staff.upsert({ productId: product.id, variants });
    expect(answer.productVariants).toBeNull();
    return answer.userErrors.map(({ code, field }) => [code, field?.join('.')]);
  };

  expect(await refused([aVariant({ id: other })])).toEqual([['NOT_FOUND', 'variants.0.id']]);
  expect(await refused([aVariant({ id: 'nonsense' })])).toEqual([['NOT_FOUND', 'variants.0.id']]);
  expect(await refused([aVariant({ id: own }), aVariant({ id: own })])).toEqual([['INVALID', 'variants.1.id']]);
  expect(await refused([])).toEqual([['INVALID', 'variants']]);
  expect(await refused(Array.from({ length: 101 }, () => aVariant()))).toEqual([['INVALID', 'variants']]);
});

test('refuses a product that is not there', async () => {
  for (const productId of [noId('Product'), 'nonsense']) {
    const answer = await mutations(house, aStaffMember()).upsert({ productId, variants: [aVariant()] });
    expect(answer).toMatchObject({ productVariants: null, userErrors: [{ code: 'NOT_FOUND', field: ['productId'] }] });
  }
});

test('a new SKU is found and one that was given up is not', async () => {
  const staff = aStaffMember();
  const product = await mutations(house, staff).product({ variants: [aVariant({ sku: 'OLDSKU' })] });
  await mutations(house, staff).upsert({
    productId: product.id,
    variants: [aVariant({ id: product.variants.nodes[0]?.id, sku: 'NEWSKU' })],
  });
  const search = 'query ($search: String) { products(first: 1, search: $search) { totalCount } }';

  const found = await house.execute('catalog', staff, search, { search: 'newsku' });
  const gone = await house.execute('catalog', staff, search, { search: 'oldsku' });

  expect([found.data, gone.data]).toEqual([{ products: { totalCount: 1 } }, { products: { totalCount: 0 } }]);
});
