import { createHash } from 'node:crypto';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan, type QueryPlanCache, type QueryPlannerConfig } from '@apollo/query-planner';
import { Kind, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Log } from '../log.ts';

const rememberedPlans = 1_000;

/** Plans by the key under which the stock gateway looks for them. */
export function createPlanCache(): QueryPlanCache {
  const plans = new LRUCache<string, QueryPlan>({ max: rememberedPlans });
  return {
    get: async (key) => plans.get(key),
    set: async (key, plan) => void plans.set(key, plan),
    delete: async (key) => plans.delete(key),
    clear: () => plans.clear(),
  };
}

/** Plans the registered documents before the first client asks for one: planning takes many times as long as executing. */
export async function warmPlans(options: {
  supergraphSdl: string;
  texts: readonly string[];
  cache: QueryPlanCache;
  planner: Omit<QueryPlannerConfig, 'cache'>;
  log: Log;
}): Promise<number> {
  const { supergraphSdl, texts, cache, planner: config, log } = options;
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, config);
  let planned = 0;

  for (const text of texts) {
    const document = parse(text);
    const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    for (const { name } of operations) {
      try {
        const plan = planner.buildQueryPlan(
          operationFromDocument(apiSchema, document, name ? { operationName: name.value } : undefined),
        );
        if (name) await cache.set(planKey(text, name.value), plan);
        if (operations.length === 1) await cache.set(planKey(text), plan);
        planned++;
      } catch (error) {
        log.warn('registered document not planned', {
          operation: name?.value,
          reason: error instanceof Error ? error.message.slice(0, 200) : undefined,
        });
      }
    }
  }
  return planned;
}

/** The stock gateway's own key: the text's hash, hashed again with the operation's name where the client gives one. */
function planKey(text: string, operationName?: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return operationName ? createHash('sha256').update(hash).update(operationName).digest('hex') : hash;
}
