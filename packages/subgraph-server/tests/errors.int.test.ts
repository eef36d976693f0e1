import { aViewer, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anItem, create, shelf, writer } from './shelf.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [shelf], isBackgroundOn: false });
});
afterAll(() => house.stop());

const product = 'query ($handle: String) { product(handle: $handle) { handle } }';
const viewer = aViewer(writer);

test.for(['sql', 'bug'])('what goes wrong inside (%s) is answered with an id that the log knows', async (handle) => {
  const result = await house.execute('catalog', viewer, product, { handle });

  const [error] = result.errors ?? [];
  expect(error?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) });
  expect(JSON.stringify(result)).not.toMatch(/secret|select|relation|column|TypeError|\.ts|node_modules/i);
  expect(house.logged.some((line) => line.includes(String(error?.extensions['errorId'])))).toBe(true);
});

test('a field that must not be null and is says nothing of the inside', async () => {
  await house.execute('catalog', viewer, create, anItem({ handle: 'statusless' }));

  const result = await house.execute('catalog', viewer, '{ product(handle: "statusless") { status } }');

  expect(result.errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
  expect(result.errors?.[0]?.message).not.toContain('Product.status');
});

test('a coded error reaches the caller as it is', async () => {
  const result = await house.execute('catalog', viewer, product, { handle: 'coded' });

  expect(result.errors?.[0]?.message).toBe('Expected another handle.');
  expect(result.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
});

const priced = (amount: unknown) =>
  anItem({ variants: [{ sku: 'A', title: 'A', basePrices: [{ amount, currencyCode: 'EUR' }] }] });

test.for([
  ['a document that does not parse', '{ product(', {}],
  ['a field that does not exist', '{ nothing }', {}],
  ['a variable that is missing', create, {}],
  ['a variable that a scalar refuses', create, priced('abc')],
  ['a number where a decimal is text', create, priced(9.5)],
  [
    'a literal that a scalar refuses',
    create.replace('$input)', '{})').replace('($input: ProductCreateInput!)', ''),
    {},
  ],
] as const)('the caller learns what is wrong with %s', async ([, query, variables]) => {
  const result = await house.execute('catalog', viewer, query, variables);

  expect(result.data ?? null).toBeNull();
  expect(result.errors?.length).toBeGreaterThan(0);
  expect(result.errors?.map((error) => error.extensions['code'])).toEqual(result.errors?.map(() => 'BAD_USER_INPUT'));
  expect(result.errors?.[0]?.message).not.toContain('went wrong on our side');
});

test.for([
  ['U+0000 in a variable', create, anItem({ title: 'x\u0000y' }), 'U+0000'],
  ['half a pair in a variable', create, anItem({ title: 'x\uD800y' }), 'other half'],
  ['the other half alone', create, anItem({ title: 'x\uDC00\uD800y' }), 'other half'],
  ['half a pair deep in a list', create, anItem({ tags: ['fine', 'x\uD83D'] }), 'other half'],
  ['half a pair in the name of a member', create, { ...anItem(), 'x\uD800': 1 }, 'other half'],
  ['U+0000 in the document', '{ product(handle: "x\\u0000y") { handle } }', {}, 'U+0000'],
  ['half a pair in the document', '{ product(handle: "x\\uD800y") { handle } }', {}, 'escape sequence'],
] as const)('text that cannot be kept is the caller’s mistake: %s', async ([, query, variables, reason]) => {
  const { data, errors = [] } = await house.execute('catalog', viewer, query, variables);

  expect(data ?? null).toBeNull();
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
  expect(errors[0]?.message).toContain(reason);
});

test('whole pairs are text as any other', async () => {
  const title = 'A lamp 💡 \uD83D\uDE00';

  const result = await house.execute('catalog', viewer, create, anItem({ handle: 'lamp', title }));

  expect(result.errors).toBeUndefined();
});
