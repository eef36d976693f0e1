import { ApolloGateway, type GatewayConfig } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { QueryPlanCache } from '@apollo/query-planner';
import type { Log } from '../log.ts';
import type { SubgraphClient } from '../subgraph-clients/subgraph-client.ts';
import { createPlanCache, warmPlans } from './plan-cache.ts';
import { createSupergraphManager, type SupergraphSource } from '../supergraph/supergraph-source.ts';
import type { RequestContext } from '../identity/request-context.ts';

/** Plans operations and executes plans. Nothing outside this folder depends on how. */
export type Execution = ApolloServerOptionsWithGateway<RequestContext>['gateway'];

// Without them a small valid document can keep the planner, and so the whole event loop, busy for seconds.
const planner = { exposeDocumentNodeInFetchNode: true, debug: { maxEvaluatedPlans: 100, pathsLimit: 50 } };

/** Executes with Apollo's stock executor. */
export function createStockExecution(options: {
  supergraph: SupergraphSource;
  subgraphClient: (name: string, url: string) => SubgraphClient;
  /** Documents whose plans shall be at hand before anybody asks. */
  warmTexts: readonly string[];
  log: Log;
  planCache?: QueryPlanCache;
}): { execution: Execution; warm: () => Promise<number> } {
  const { supergraph, subgraphClient, warmTexts, log, planCache: cache = createPlanCache() } = options;
  const execution = new ApolloGateway({
    supergraphSdl: createSupergraphManager(supergraph, log),
    buildService: ({ name, url }) => subgraphClient(name, url ?? ''),
    queryPlannerConfig: { ...planner, cache },
    // Whoever hands over a text has composed it; a file may hold anything.
    validateSupergraph: 'file' in supergraph,
    // It would tell any client that sends a header how the supergraph is cut.
    __exposeQueryPlanExperimental: false,
    logger: quietLogger(log),
  });

  let latestSdl: string | undefined;
  const warm = async (): Promise<number> =>
    latestSdl === undefined || warmTexts.length === 0
      ? 0
      : warmPlans({ supergraphSdl: latestSdl, texts: warmTexts, cache, planner, log });
  execution.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    const isReload = latestSdl !== undefined;
    latestSdl = coreSupergraphSdl;
    // The gateway has just dropped every plan of the supergraph before.
    if (isReload) warm().catch((cause: unknown) => log.error('plans not warmed', {}, cause));
  });
  return { execution, warm };
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
