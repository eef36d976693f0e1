import { expect, test } from 'vitest';
import { createApolloServer } from '../src/execution/apollo-server.ts';
import { createStockExecution } from '../src/execution/execution.ts';
import { createPlanCache } from '../src/execution/plan-cache.ts';
import { createInProcessClient, defaultLimits, silentLog } from '../src/index.ts';
import { anExecutor, supergraphSdl } from './fixture-supergraph.ts';

test('has the plans of registered documents before the first client asks', async () => {
  const documents = ['query A { product(id: "1") { title onHand } } query B { warehouse }', '{ warehouse }'];
  const planCache = createPlanCache();
  const lookups: boolean[] = [];
  const { execution, warm } = createStockExecution({
    supergraph: { sdl: supergraphSdl },
    subgraphClient: (name) =>
      createInProcessClient({ name, execute: anExecutor(name === 'stock' ? 'stock' : 'catalog') }),
    warmTexts: documents,
    log: silentLog,
    planCache: {
      ...planCache,
      get: async (key) => {
        const plan = await planCache.get(key);
        lookups.push(plan !== undefined);
        return plan;
      },
    },
  });
  const server = createApolloServer({ execution, limits: defaultLimits, production: true, log: silentLog });
  await server.start();

  expect(await warm()).toBe(3);
  const asked = [
    { query: documents[0], operationName: 'A' },
    { query: documents[0], operationName: 'B' },
    { query: documents[1] },
    { query: '{ __typename warehouse }' },
  ];
  for (const request of asked)
    await server.executeOperation(request, {
      contextValue: {
        viewer: { tenantId: null, actor: { type: 'ANONYMOUS', id: null }, scopes: [], requestId: 'r' },
        charge: undefined,
        sign: () => '',
        deadlineAt: performance.now() + 5_000,
        clientGone: new AbortController().signal,
      },
    });

  expect(lookups).toEqual([true, true, true, false]);
  await server.stop();
});
