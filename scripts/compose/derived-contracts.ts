import { composeSupergraph } from './compose-supergraph.ts';
import { audiences, deriveContract } from './derive-contract.ts';

/** A committed file of the schema folder that is derived from the others. */
export interface DerivedFile {
  /** Path inside the repository. */
  readonly name: string;
  readonly path: URL;
  readonly text: string;
}

function inSchema(name: string, text: string): DerivedFile {
  return { name: `schema/${name}`, path: new URL(`../../schema/${name}`, import.meta.url), text };
}

/** The supergraph and the contract of each audience, as the subgraphs' SDL makes them now. */
export function derivedContracts(): DerivedFile[] {
  const supergraph = composeSupergraph();
  return [
    inSchema('supergraph.graphql', supergraph),
    ...audiences.map((audience) => inSchema(`contracts/${audience}.graphql`, deriveContract(supergraph, audience))),
  ];
}
