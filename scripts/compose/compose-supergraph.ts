import { composeServices } from '@apollo/composition';
import { subgraphNames, subgraphTypeDefs } from '../../schema/src/index.ts';

/**
 * Composes all subgraphs. Throws with every error and every hint: a hint is a difference between subgraphs that one of
 * them did not mean.
 */
export function composeSupergraph(): string {
  const {
    supergraphSdl,
    errors = [],
    hints = [],
  } = composeServices(
    subgraphNames.map((name) => ({ name, url: `http://${name}.subgraph/graphql`, typeDefs: subgraphTypeDefs(name) })),
  );
  const problems = [
    ...errors.map((error) => `Error: ${error.message}`),
    ...hints.map((hint) => `Hint: ${hint.message}`),
  ];
  if (problems.length > 0 || supergraphSdl === undefined) {
    throw new Error(`The subgraphs do not compose.\n${problems.join('\n')}`);
  }
  return `${supergraphSdl.trimEnd()}\n`;
}
