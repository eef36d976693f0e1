import { ApolloGateway, type GatewayConfig } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { Log } from '../log.ts';
import type { SubgraphClient } from '../subgraph-clients/subgraph-client.ts';
import { createSupergraphManager, type SupergraphSource } from '../supergraph/supergraph-source.ts';
import type { RequestContext } from '../identity/request-context.ts';

/** Plans operations and executes plans. Nothing outside this folder depends on how. */
export type Execution = ApolloServerOptionsWithGateway<RequestContext>['gateway'];

// Without them a small valid document can keep the planner, and so the whole event loop, busy for seconds.
const plannerLimits = { maxEvaluatedPlans: 100, pathsLimit: 50 };

/** Executes with Apollo's stock executor. */
export function createStockExecution(options: {
  supergraph: SupergraphSource;
  subgraphClient: (name: string, url: string) => SubgraphClient;
  log: Log;
}): Execution {
  const { supergraph, subgraphClient, log } = options;
  return new ApolloGateway({
    supergraphSdl: createSupergraphManager(supergraph, log),
    buildService: ({ name, url }) => subgraphClient(name, url ?? ''),
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true, debug: plannerLimits },
    // It would tell any client that sends a header how the supergraph is cut.
    __exposeQueryPlanExperimental: false,
    logger: quietLogger(log),
  });
}

/** Passes on what is wrong and drops the running commentary. */
function quietLogger(log: Log): NonNullable<GatewayConfig['logger']> {
  return {
    debug: () => {},
    info: () => {},
    warn: (message) => log.warn('gateway library', { message: String(message) }),
    error: (message) => log.error('gateway library', { message: String(message) }),
  };
}
