import { expect, test } from 'vitest';
import { acme, aGateway, bolt } from './fixture-supergraph.ts';

const slow = { refillPerSecond: 0.001 };

test('tells what an operation cost: its objects, by the lengths asked for, and what the schema weighs', async () => {
  await using house = await aGateway();
  const costOf = async (query: string, variables = {}) => {
    const { result } = await house.gateway.execute({ query, variables, headers: house.staff });
    expect(result.errors).toBeUndefined();
    return result.extensions?.['cost'];
  };

  expect(await costOf('{ warehouse }')).toMatchObject({ requested: 0 });
  expect(await costOf('{ product(id: "1") { title price } }')).toMatchObject({ requested: 1 + 5 });
  expect(await costOf('{ products(first: 20) { title } }')).toMatchObject({ requested: 20 });
  expect(await costOf('query($n: Int) { products(first: $n) { title price } }', { n: 3 })).toMatchObject({
    requested: 3 * (1 + 5),
  });
  expect(await costOf('{ products { related(first: 2) { id } } }')).toMatchObject({ requested: 10 * (1 + 2) });
  expect(await costOf('query A { ...P } fragment P on Query { product(id: "1") { id } }')).toMatchObject({
    requested: 1,
  });
  expect(await costOf('mutation { productRename(input: { id: "1", title: "x" }) { id } }')).toMatchObject({
    requested: 10,
  });
});

test('refuses an operation that costs more than any may', async () => {
  await using house = await aGateway({ rates: { operation: 500 } });

  const { result } = await house.gateway.execute({ query: '{ products(first: 501) { id } }', headers: house.staff });

  expect(result.errors).toMatchObject([{ extensions: { code: 'COST_LIMIT_EXCEEDED', limit: 500, actual: 501 } }]);
});

test('slows a caller who spends too fast, says for how long, and leaves others alone', async () => {
  await using house = await aGateway({ rates: { caller: { capacity: 30, ...slow } } });
  const ask = (merchant: string) =>
    house.gateway.execute({
      query: '{ products(first: 20) { id } }',
      headers: { authorization: `Bearer ${house.tokenOf('STAFF', [merchant])}` },
    });

  expect((await ask(acme)).status).toBe(200);
  const refused = await ask(acme);
  expect(refused.status).toBe(429);
  expect(refused.result.errors).toMatchObject([
    { extensions: { code: 'THROTTLED', retryAfterMs: expect.any(Number) } },
  ]);
  expect((await ask(bolt)).status).toBe(200);
});

test('tells guests apart by their carts, and lets made-up carts gain nothing', async () => {
  await using house = await aGateway({
    rates: { caller: { capacity: 25, ...slow }, address: { capacity: 60, ...slow } },
  });
  const authorization = `Bearer ${house.tokenOf('ANONYMOUS', [acme])}`;
  const query = 'mutation($input: ProductRenameInput!) { productRename(input: $input) { id } }';
  const ask = async (cartId: string) => {
    const { status } = await house.gateway.execute({
      query,
      variables: { input: { id: '1', title: 'x', cartId } },
      headers: { authorization },
    });
    return status;
  };

  expect([await ask('a'), await ask('a'), await ask('a')]).toEqual([200, 200, 429]);
  expect([await ask('b'), await ask('b')]).toEqual([200, 200]);
  expect([await ask('c'), await ask('d'), await ask('e')]).toEqual([200, 200, 429]);
});
