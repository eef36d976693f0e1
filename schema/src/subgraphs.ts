import { readFileSync } from 'node:fs';
import { concatAST, parse } from 'graphql';
import type { DocumentNode } from 'graphql';

/** Every subgraph of the supergraph, in the order in which they are composed. */
export const subgraphNames = [
  'accounts',
  'customers',
  'catalog',
  'inventory',
  'orders',
  'payments',
  'loyalty',
  'logistics',
  'notifications',
] as const;

/** The name of a subgraph: of its folder, its SDL file, its event file and its database schema. */
export type SubgraphName = (typeof subgraphNames)[number];

/** Its directives say with whom updates may be shared, and what a slow reader gets. */
const liveSpecification = '"https://ordergraph.dev/live/v1.0"';

/** Whether a name from outside names a subgraph. */
export function isSubgraphName(name: string): name is SubgraphName {
  return subgraphNames.some((known) => known === name);
}

/** The text of a file of the schema folder, such as `shared.graphql`. */
export function readContractFile(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** What a subgraph serves: its own SDL, the value types that all of them share, and the definitions of what it links. */
export function subgraphTypeDefs(name: SubgraphName): DocumentNode {
  const own = readContractFile(`subgraphs/${name}.graphql`);
  const linked = own.includes(liveSpecification) ? ['live.graphql'] : [];
  return concatAST([parse(own), ...['shared.graphql', ...linked].map((file) => parse(readContractFile(file)))]);
}

/** The composed supergraph, as committed. */
export function supergraphSdl(): string {
  return readContractFile('supergraph.graphql');
}
