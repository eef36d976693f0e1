import { money } from '@ordergraph/money';
import { expect, test } from 'vitest';
import { makesCycle, parentsFirst } from '../src/domain/category-tree.ts';
import { currencyProblems, negativePrices } from '../src/domain/prices.ts';
import { productProblems, variantProblems } from '../src/domain/product-rules.ts';
import { isSameValue } from '../src/domain/same-value.ts';
import { searchRanges, searchTokens } from '../src/domain/search-words.ts';

const tree = [
  { id: 'mugs', name: 'Mugs', parentId: 'kitchen' },
  { id: 'home', name: 'Home', parentId: null },
  { id: 'kitchen', name: 'Kitchen', parentId: 'home' },
  { id: 'art', name: 'Art', parentId: null },
];

test('orders a tree with parents first and siblings by name', () => {
  expect(parentsFirst(tree).map(({ id }) => id)).toEqual(['art', 'home', 'kitchen', 'mugs']);
});

test('sees a circle over any number of steps, and none elsewhere', () => {
  expect(makesCycle(tree, 'home', 'mugs')).toBe(true);
  expect(makesCycle(tree, 'home', 'home')).toBe(true);
  expect(makesCycle(tree, 'mugs', 'art')).toBe(false);
  expect(makesCycle(tree, 'mugs', null)).toBe(false);
});

test('a word counts once per field that holds it', () => {
  const tokens = searchTokens({ title: 'Mug, mug', description: 'A Mug', tags: ['mug', 'tea mug'], skus: ['MUG-1'] });

  expect(Object.fromEntries(tokens)).toEqual({ mug: 4, tea: 1, '1': 1, a: 1 });
});

test('a description of any length leaves a bounded number of words', () => {
  const description = Array.from({ length: 5000 }, (_, index) => `w${index}`).join(' ');

  const tokens = searchTokens({ title: 'Mug', description, tags: [], skus: ['LAST'] });

  expect(tokens.size).toBe(400);
  expect(tokens.has('last')).toBe(true);
});

test('a search has at most ten words, each once, and only the last is a beginning', () => {
  expect(searchRanges('Blue mu blue mu')).toEqual([
    { from: 'blue', to: 'blue' },
    { from: 'mu', to: 'mu\u{10FFFF}' },
  ]);
  expect(searchRanges('a b c d e f g h i j k l')).toHaveLength(10);
  expect(searchRanges(' ./ ')).toEqual([]);
});

test('finds each price that is malformed', () => {
  const variants = [
    { basePrices: [money(100n, 'EUR'), money(-1n, 'USD')] },
    { basePrices: [money(1n, 'GBP'), money(2n, 'GBP')] },
  ];

  expect(negativePrices(variants).map(({ field }) => field.join('.'))).toEqual(['variants.0.basePrices.1']);
  expect(currencyProblems(variants, ['EUR', 'GBP']).map(({ field }) => field.join('.'))).toEqual([
    'variants.0.basePrices.1',
    'variants.1.basePrices.1',
  ]);
  expect(currencyProblems(variants, null)).toHaveLength(1);
});

test('limits how much one call may carry', () => {
  const variant = { sku: 'S', title: 'V', options: [], barcode: null, weightGrams: null, taxCode: 'standard' };
  const picture = { altText: 'x'.repeat(1001) };
  const option = { name: 'Size', value: 'L' };

  expect(variantProblems(Array(101).fill(variant))).toHaveLength(1);
  expect(variantProblems([{ ...variant, options: Array(11).fill(option) }])).toMatchObject([
    { field: ['variants', '0', 'options'] },
  ]);
  expect(variantProblems([{ ...variant, sku: ' S' }])).toMatchObject([{ field: ['variants', '0', 'sku'] }]);
  expect(productProblems({ tags: Array(251).fill('t') })).toMatchObject([{ field: ['tags'] }]);
  expect(productProblems({ media: Array(251).fill({ altText: '' }) })).toMatchObject([{ field: ['media'] }]);
  expect(productProblems({ media: [picture] })).toMatchObject([{ field: ['media', '0', 'altText'] }]);
  expect(productProblems({ description: 'x'.repeat(20_001) })).toMatchObject([{ field: ['description'] }]);
});

test('values are the same whatever the order of their keys, and none is null', () => {
  expect(isSameValue({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
  expect(isSameValue(undefined, null)).toBe(true);
  expect(isSameValue([1, 2], [2, 1])).toBe(false);
});
