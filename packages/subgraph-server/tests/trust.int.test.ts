import { createContextSigner, generateSigningKey } from '@ordergraph/identity';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anItem, create, shelf, writer, type Created } from './shelf.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [shelf], isBackgroundOn: false });
});
afterAll(() => house.stop());

const entities = 'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Product { handle } } }';
const operations = [
  ['a query', '{ products(first: 1) { nodes { id } } }', {}],
  ['an entity', entities, { ids: [{ __typename: 'Product', id: 'x' }] }],
  ['its SDL', '{ _service { sdl } }', {}],
  ['a mutation', create, anItem()],
] as const;

const viewer = aViewer(writer);
const stranger = createContextSigner(generateSigningKey());

type Body = { readonly query: string; readonly variables: Record<string, unknown> };

const sign = (body: Body, subgraph = 'catalog'): string => house.contextSigner.sign({ viewer, subgraph, body });

function changed(context: string): string {
  const [header, payload = '', signature] = context.split('.');
  const claims = Buffer.from(payload, 'base64url').toString().replace('STAFF', 'APP');
  return [header, Buffer.from(claims).toString('base64url'), signature].join('.');
}

const forgeries: readonly (readonly [string, (body: Body) => string])[] = [
  ['without a context', () => ''],
  ['with one that is nonsense', () => 'a.b.c'],
  ['with one that somebody else signed', (body) => stranger.sign({ viewer, subgraph: 'catalog', body })],
  ['with one for another subgraph', (body) => sign(body, 'orders')],
  ['with one for another operation', (body) => sign({ ...body, query: '{ __typename }' })],
  ['with one for other variables', (body) => sign({ ...body, variables: { other: true } })],
  ['with one whose payload was changed', (body) => changed(sign(body))],
];

for (const [what, query, variables] of operations) {
  test.for(forgeries)(`refuses to answer ${what} %s`, async ([, contextOf]) => {
    const context = contextOf({ query, variables });

    const result = await house.subgraph('catalog').execute({ query, variables, context });

    expect(result.data).toBeUndefined();
    expect(result.errors?.map((error) => error.extensions['code'])).toEqual(['UNAUTHENTICATED']);
  });
}

test('a refused mutation did nothing', async () => {
  const result = await house.execute('catalog', viewer, '{ products(first: 1) { nodes { id } } }');

  expect(expectData(result)).toEqual({ products: { nodes: [] } });
});

test('another tenant gets null for an entity that is not theirs, as for one that does not exist', async () => {
  const owner = aViewer(writer);
  const made = expectData<Created>(await house.execute('catalog', owner, create, anItem()));
  const id = made.productCreate.product?.id;
  const ask = async (as: typeof owner, asked: unknown) =>
    expectData(await house.execute('catalog', as, entities, { ids: [{ __typename: 'Product', id: asked }] }));

  expect(await ask(owner, id)).toEqual({ _entities: [{ handle: 'mug' }] });
  expect(await ask(aViewer(writer), id)).toEqual({ _entities: [null] });
  expect(await ask(aViewer({ ...writer, tenantId: null, type: 'PLATFORM_OPERATOR' }), id)).toEqual({
    _entities: [null],
  });
  expect(await ask(owner, 'UHJvZHVjdDp4')).toEqual({ _entities: [null] });
});
