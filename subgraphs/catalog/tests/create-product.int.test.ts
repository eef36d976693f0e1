import type { EventPayloads } from '@ordergraph/schema';
import { aViewer, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProduct, definition } from '../src/index.ts';
import { aProduct, aStaffMember, aVariant, bareId, mutations, noId, published } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

test('creates a product once per key and answers a repetition with the same product', async () => {
  const staff = aStaffMember();
  const input = aProduct({
    handle: 'mug',
    tags: ['kitchen', 'kitchen'],
    media: [{ url: 'https://x.example/m.png', altText: 'A mug' }],
  });

  const first = await mutations(house, staff).create(input);
  const second = await mutations(house, staff).create(input);

  expect(first.userErrors).toEqual([]);
  expect(first.product).toMatchObject({ handle: 'mug', version: 1, tags: ['kitchen'], media: [{ altText: 'A mug' }] });
  expect(second).toEqual(first);
  await house.quiet();
});

test('tells everybody what other subgraphs need of the product and its variants', async () => {
  const staff = aStaffMember();
  const variant = aVariant({ sku: 'MUG-1', weightGrams: 300, basePrices: [{ amount: '9.5', currencyCode: 'EUR' }] });

  const product = await mutations(house, staff).product({ handle: 'mug', variants: [variant] });

  expect(await published(house, staff.tenantId, 'ProductCreated')).toEqual([
    {
      productId: bareId(product.id),
      handle: 'mug',
      title: 'Mug',
      status: 'ACTIVE',
      categoryId: null,
      tags: [],
      variants: [
        {
          variantId: bareId(product.variants.nodes[0]?.id ?? ''),
          sku: 'MUG-1',
          title: 'One size',
          basePrices: [{ amount: '9.50', currencyCode: 'EUR' }],
          weightGrams: 300,
          requiresShipping: true,
          taxCode: 'standard',
        },
      ],
    },
  ]);
});

test('refuses a handle that another product has', async () => {
  const staff = mutations(house, aStaffMember());
  await staff.product({ handle: 'mug' });

  const answer = await staff.create(aProduct({ handle: 'mug' }));

  expect(answer).toMatchObject({ product: null, userErrors: [{ code: 'HANDLE_TAKEN', field: ['handle'] }] });
});

test('of many calls for one handle and SKU at once, one wins and the others are refused in words', async () => {
  const staff = mutations(house, aStaffMember());

  const answers = await Promise.all(
    Array.from({ length: 6 }, () => staff.create(aProduct({ handle: 'mug', variants: [aVariant({ sku: 'MUG' })] }))),
  );

  expect(answers.filter(({ product }) => product)).toHaveLength(1);
  const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
  expect(new Set(codes)).toEqual(new Set(['HANDLE_TAKEN', 'SKU_TAKEN']));
});

test('refuses a SKU that another variant has, or that stands twice', async () => {
  const staff = mutations(house, aStaffMember());
  await staff.product({ variants: [aVariant({ sku: 'MUG-1' })] });

  const taken = await staff.create(aProduct({ variants: [aVariant(), aVariant({ sku: 'MUG-1' })] }));
  const twice = await staff.create(aProduct({ variants: [aVariant({ sku: 'A' }), aVariant({ sku: 'A' })] }));

  for (const answer of [taken, twice]) {
    expect(answer).toMatchObject({
      product: null,
      userErrors: [{ code: 'SKU_TAKEN', field: ['variants', '1', 'sku'] }],
    });
  }
});

test('two merchants may use the same handle and SKU', async () => {
  for (const staff of [aStaffMember(), aStaffMember()]) {
    await mutations(house, staff).product({ handle: 'mug', variants: [aVariant({ sku: 'MUG-1' })] });
  }
});

const price = (amount: string, currencyCode: string) => ({ amount, currencyCode });

test.each([
  ['a blank title', { title: ' ' }, 'INVALID', ['title']],
  ['a handle that no URL can have', { handle: 'Mug & co' }, 'INVALID', ['handle']],
  ['no variant', { variants: [] }, 'INVALID', ['variants']],
  ['a blank tag', { tags: ['a', ''] }, 'INVALID', ['tags', '1']],
  ['a weight below zero', { variants: [aVariant({ weightGrams: -1 })] }, 'INVALID', ['variants', '0', 'weightGrams']],
  [
    'a price below zero',
    { variants: [aVariant({ basePrices: [price('-1.00', 'EUR')] })] },
    'INVALID',
    ['variants', '0', 'basePrices', '0'],
  ],
  [
    'a price with too many decimals',
    { variants: [aVariant({ basePrices: [price('1.005', 'EUR')] })] },
    'INVALID',
    ['variants', '0', 'basePrices', '0'],
  ],
  [
    'a currency twice',
    { variants: [aVariant({ basePrices: [price('1', 'EUR'), price('2', 'EUR')] })] },
    'CURRENCY_MISMATCH',
    ['variants', '0', 'basePrices', '1'],
  ],
  [
    'a currency that is none',
    { variants: [aVariant({ basePrices: [price('1', 'XXX')] })] },
    'CURRENCY_MISMATCH',
    ['variants', '0', 'basePrices', '0'],
  ],
  ['a category that is not there', { categoryId: noId('Category') }, 'NOT_FOUND', ['categoryId']],
  ['a category id that is none', { categoryId: 'nonsense' }, 'NOT_FOUND', ['categoryId']],
  [
    'a variant that has an id already',
    { variants: [aVariant({ id: noId('ProductVariant') })] },
    'NOT_FOUND',
    ['variants', '0', 'id'],
  ],
  ['an empty key', { idempotencyKey: '' }, 'INVALID', ['idempotencyKey']],
])('refuses %s', async (_case, over, code, field) => {
  const answer = await mutations(house, aStaffMember()).create(aProduct(over));

  expect(answer).toMatchObject({ product: null, userErrors: [{ code, field }] });
  expect(answer.userErrors).toHaveLength(1);
});

/** An event of accounts, as it comes over the bus. */
async function merchantTells(tenantId: string, sequence: number, type: string, over: object): Promise<void> {
  const settings: Omit<EventPayloads['MerchantCreated'], 'handle' | 'currencyCodes'> = {
    merchantId: tenantId,
    name: 'Shop',
    defaultCurrencyCode: 'EUR',
    countryCode: 'DE',
    timeZone: 'Europe/Berlin',
    languageCode: 'de',
    taxesIncluded: true,
    capturePolicy: 'ON_PLACEMENT',
    taxRates: [],
    returnWindowDays: 14,
    checkoutHoldSeconds: 600,
  };
  await house.bus.publish({
    id: newId(),
    type,
    version: 1,
    publisher: 'accounts',
    tenantId,
    aggregateId: tenantId,
    sequence,
    occurredAt: new Date().toISOString(),
    correlationId: newId(),
    causationId: null,
    commandKey: null,
    actor: { type: 'SYSTEM', id: null },
    traceparent: null,
    classification: 'INTERNAL',
    payload: { ...settings, ...over },
  });
}

test('refuses a currency that the merchant does not sell in, once the merchant is known', async () => {
  const staff = aStaffMember();
  const dollars = { variants: [aVariant({ basePrices: [price('1', 'USD')] })] };
  const before = await mutations(house, staff).create(aProduct(dollars));
  await merchantTells(staff.tenantId ?? '', 1, 'MerchantCreated', { handle: 'shop', currencyCodes: ['EUR', 'USD'] });
  await merchantTells(staff.tenantId ?? '', 2, 'MerchantUpdated', { currencyCodes: ['EUR'], changedPaths: [] });

  const after = await mutations(house, staff).create(
    aProduct({ variants: [aVariant({ basePrices: [price('1', 'USD')] })] }),
  );
  const euros = await mutations(house, staff).create(aProduct());

  expect(before.userErrors).toEqual([]);
  expect(after.userErrors).toMatchObject([{ code: 'CURRENCY_MISMATCH', field: ['variants', '0', 'basePrices', '0'] }]);
  expect(euros.userErrors).toEqual([]);
});

test('refuses a key that was used with another input', async () => {
  const staff = mutations(house, aStaffMember());
  const input = aProduct();
  await staff.create(input);

  const answer = await staff.create({ ...input, title: 'Other' });

  expect(answer).toMatchObject({
    product: null,
    userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }],
  });
});

test('refuses a caller without the scope and names it', async () => {
  const query = 'mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { id } } }';

  const result = await house.execute('catalog', aViewer({ scopes: [] }), query, { input: aProduct() });

  expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', requiredScopes: ['write_catalog'] });
});

test('an importer gives the ids', async () => {
  const tenantId = newId();
  const [id, variantId] = [newId(), newId()];
  const variant = {
    title: 'V',
    options: [],
    basePrices: [{ minor: 255n, currencyCode: 'GBP' }],
    barcode: null,
    weightGrams: null,
  };

  const outcome = await house.command('catalog', tenantId, (tx) =>
    createProduct(tx, {
      id,
      handle: '85123a',
      title: 'WHITE HANGING HEART T-LIGHT HOLDER',
      description: null,
      status: 'ACTIVE',
      categoryId: null,
      tags: [],
      media: [],
      variants: [{ ...variant, id: variantId, sku: '85123A', requiresShipping: true, taxCode: 'standard' }],
    }),
  );

  expect(outcome.value).toEqual({ productId: id, variantIds: [variantId] });
});
