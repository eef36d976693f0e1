import { isSubgraphName, subgraphNames, type SubgraphName } from '@ordergraph/schema';
import { subgraphUrlVariable, type Environment } from './environment.ts';

/** What this process shall be. */
export type RunPlan =
  /** The gateway over a supergraph file of any origin. */
  | { readonly kind: 'gateway alone' }
  /** One subgraph behind HTTP. */
  | { readonly kind: 'subgraph'; readonly name: SubgraphName }
  /** The simulated carrier behind HTTP. */
  | { readonly kind: 'carrier' }
  /** The gateway, and beside it the subgraphs that have no address elsewhere. */
  | { readonly kind: 'house'; readonly here: readonly SubgraphName[] };

/** Decides what to run. Throws a sentence for a set of variables that cannot work. */
export function planRun(environment: Environment): RunPlan {
  const { part, supergraphFile, databaseUrl, natsUrl, subgraphUrls } = environment;
  if (supergraphFile && part) {
    throw new Error(`SUPERGRAPH_FILE starts the gateway alone, and PART=${part} something else. Unset one of the two.`);
  }
  if (supergraphFile) return { kind: 'gateway alone' };

  if (part === 'carrier') {
    if (environment.carrier.webhookUrl) return { kind: 'carrier' };
    throw new Error(
      'The carrier alone needs to know where its webhooks go. Set CARRIER_WEBHOOK_URL, such as http://logistics:4000/carriers/simulator/webhook.',
    );
  }
  const elsewhere = subgraphNames.filter((name) => subgraphUrls.has(name));
  if (part === 'gateway') {
    const missing = subgraphNames.filter((name) => !elsewhere.includes(name)).map(subgraphUrlVariable);
    if (missing.length === 0) return { kind: 'house', here: [] };
    throw new Error(`The gateway alone needs to know where its subgraphs are. Set ${missing.join(', ')}.`);
  }
  if (part !== null && !isSubgraphName(part)) {
    throw new Error(
      `There is no part ${part}. Start gateway, carrier, or one of ${subgraphNames.join(', ')}, or everything.`,
    );
  }

  const here = part === null ? subgraphNames.filter((name) => !elsewhere.includes(name)) : [part];
  if (here.length < subgraphNames.length && here.length > 0) {
    const missing = [...(databaseUrl ? [] : ['DATABASE_URL']), ...(natsUrl ? [] : ['NATS_URL'])];
    if (missing.length > 0) {
      throw new Error(
        `Subgraphs in separate processes need a database and a broker that all of them reach. Set ${missing.join(' and ')}, ` +
          'or start everything in one process: npm start, without PART and SUBGRAPH_URL_… variables.',
      );
    }
  }
  return part === null ? { kind: 'house', here } : { kind: 'subgraph', name: part };
}
