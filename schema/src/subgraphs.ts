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

/** Whether a name from outside names a subgraph. */
export function isSubgraphName(name: string): name is SubgraphName {
  return subgraphNames.some((known) => known === name);
}

/** The text of a file of the schema folder, such as `shared.graphql`. */
export function readContractFile(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** What a subgraph serves: its own SDL and the value types that all of them share. */
export function subgraphTypeDefs(name: SubgraphName): DocumentNode {
  return concatAST([parse(readContractFile(`subgraphs/${name}.graphql`)), parse(readContractFile('shared.graphql'))]);
}

/** The composed supergraph, as committed. */
export function supergraphSdl(): string {
  return readContractFile('supergraph.graphql');
}
