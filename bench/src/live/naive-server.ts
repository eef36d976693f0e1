import { createServer } from 'node:http';
import { once } from 'node:events';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan, LocalGraphQLDataSource } from '@apollo/gateway';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { getOperationAST, parse, subscribe, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { composeMovingWorld, type MovingWorld } from './moving-world.ts';
import type { Readings } from './readings.ts';

const event = 'event';

/** The obvious way: each subscriber has a stream of its own, and each event is completed for each of them alone. */
export async function startNaiveServer(
  world: MovingWorld,
  isPatient: boolean,
): Promise<{ url: string; tokens: string[]; readings: () => Readings }> {
  const supergraph = Supergraph.build(composeMovingWorld());
  const api = supergraph.apiSchema();
  const schema = api.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  const shipping = world.schemaOf('shipping');
  const services = { orders: new LocalGraphQLDataSource(world.schemaOf('orders')) };
  let hydrations = 0;

  async function* follow({ document, variableValues }: ExecutionArgs): AsyncGenerator<ExecutionResult> {
    const operation = getOperationAST(document);
    const { node } = planner.buildQueryPlan(operationFromDocument(api, document));
    if (node?.kind !== 'Subscription' || !operation) throw new Error('The document is no subscription.');
    const head = { ...node.primary, serviceName: event };
    const plan: QueryPlan = {
      kind: 'QueryPlan',
      node: node.rest ? { kind: 'Sequence', nodes: [head, node.rest] } : head,
    };
    const events = await subscribe({
      schema: shipping,
      document: parse(node.primary.operation),
      variableValues: variableValues ?? {},
    });
    if (!(Symbol.asyncIterator in events)) throw new Error('The subgraph refused.');
    const operationContext = buildOperationContext({ schema, operationDocument: document });
    for await (const result of events) {
      hydrations++;
      const { data, errors } = await executeQueryPlan(
        plan,
        { ...services, [event]: { process: async () => ({ data: result.data ?? null }) } },
        // What the executor reads of a request; the rest belongs to a server that is not here.
        {
          request: { query: '', variables: variableValues ?? {} },
          context: {},
          document,
          operation,
          metrics: {},
          schema,
        } as unknown as Parameters<typeof executeQueryPlan>[2],
        operationContext,
        supergraphSchema,
        api,
      );
      yield { data: data ?? null, ...(errors ? { errors } : {}) };
    }
  }

  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  useServer({ schema, subscribe: follow }, sockets, ...(isPatient ? [0] : []));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `ws://127.0.0.1:${port}/graphql`,
    tokens: [],
    readings: () => ({
      hydrations,
      cohorts: 0,
      sockets: sockets.clients.size,
      conflated: 0,
      waiting: {
        frames: world.backlog(),
        bytes: [...sockets.clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0),
      },
      ends: {},
    }),
  };
}
