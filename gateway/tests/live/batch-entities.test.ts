import { expect, test } from 'vitest';
import type { SubgraphClient } from '../../src/subgraph-clients/subgraph-client.ts';
import { batchEntities } from '../../src/subscriptions/batch-entities.ts';

type Fetch = Parameters<SubgraphClient['process']>[0];

test('an entity that one hydration names twice is fetched once and answered twice', async () => {
  const asked: unknown[] = [];
  const client = batchEntities({
    name: 'orders',
    async process({ request }: Fetch) {
      const representations = request.variables?.['representations'];
      asked.push(representations);
      const entities = Array.isArray(representations) ? representations.map((one: object) => ({ ...one })) : [];
      return { data: { _entities: entities } };
    },
    // The batch needs no more of a client than this.
  } as unknown as SubgraphClient);
  const [one, two] = [
    { __typename: 'Order', id: '1' },
    { __typename: 'Order', id: '2' },
  ];

  const answer = await client.process({
    incomingRequestContext: {},
    context: { batchClass: 'tenant principal' },
    request: { query: 'query ($representations: [_Any!]!) { x }', variables: { representations: [one, two, one] } },
  } as unknown as Fetch);

  expect(asked).toEqual([[one, two]]);
  expect(answer.data).toEqual({ _entities: [one, two, one] });
});
