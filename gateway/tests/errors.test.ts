import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { createJsonLog } from '../src/index.ts';
import { aGateway, anExecutor, type Played } from './fixture-supergraph.ts';

async function asked(query: string, options: Parameters<typeof aGateway>[0] & { played?: Played } = {}) {
  const lines: Record<string, unknown>[] = [];
  await using house = await aGateway({ log: createJsonLog((line) => lines.push(JSON.parse(line))), ...options });
  const { result } = await house.gateway.execute({ query, variables: { secret: 'canary-7' }, headers: house.staff });
  return { result, lines };
}

test('masks what a subgraph did not mean to tell, and logs it once under the id that the client gets', async () => {
  const { result, lines } = await asked('{ broken warehouse }');

  expect(result.data).toEqual({ broken: null, warehouse: 'Limerick' });
  const [error] = result.errors ?? [];
  expect(result.errors).toHaveLength(1);
  expect(error).toMatchObject({
    path: ['broken'],
    extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) },
  });
  expect(JSON.stringify(result)).not.toMatch(/select|secret|stack|\.ts|serviceName/);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    event: 'error masked',
    errorId: error?.extensions?.['errorId'],
    subgraph: 'catalog',
    path: 'broken',
  });
  expect(lines[0]?.['cause']).toContain('orders.secret');
  expect(JSON.stringify(lines)).not.toContain('canary-7');
});

test('lets a coded error cross with the facts that are meant for clients, and no others', async () => {
  const { result, lines } = await asked('{ refused }');

  expect(result.errors).toEqual([
    {
      message: 'You need read_orders.',
      path: ['refused'],
      extensions: { code: 'FORBIDDEN', requiredScopes: ['read_orders'] },
    },
  ]);
  expect(lines).toEqual([]);
});

test('keeps the error id of a subgraph that has masked and logged its error already', async () => {
  const errorId = '3f2b8f52-33c5-4e35-a1c5-5a6b9d1fa2c1';
  const { result, lines } = await asked('{ warehouse }', {
    executors: {
      stock: async () => ({
        data: { warehouse: null },
        errors: [
          new GraphQLError('masked', {
            path: ['warehouse'],
            extensions: { code: 'INTERNAL_SERVER_ERROR', errorId, stack: 'at x.ts' },
          }),
        ],
      }),
    },
  });

  expect(result.errors?.[0]).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR', errorId } });
  expect(JSON.stringify(result)).not.toContain('x.ts');
  expect(lines).toEqual([]);
});

test('masks a subgraph that throws in place of answering, on each of its fields', async () => {
  const { result } = await asked('{ warehouse product(id: "1") { title } }', {
    executors: {
      catalog: anExecutor('catalog'),
      stock: () => {
        throw new TypeError('Cannot read properties of undefined (reading "pool")');
      },
    },
  });

  expect(result.data).toEqual({ warehouse: null, product: { title: 'Product 1' } });
  expect(result.errors).toMatchObject([{ path: ['warehouse'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  expect(JSON.stringify(result)).not.toContain('pool');
});

test('tells a developer what is wrong with a document or a variable', async () => {
  const misspelt = await asked('{ warehous }');
  const wrong = await asked('query($id: ID!) { product(id: $id) { title } }');

  expect(misspelt.result.errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  expect(misspelt.result.errors?.[0]?.message).toContain('Did you mean "warehouse"');
  expect(wrong.result.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
});
