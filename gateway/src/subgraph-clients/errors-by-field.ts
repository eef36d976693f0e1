import { GraphQLError, Kind, type DocumentNode, type SelectionSetNode } from 'graphql';
import { subgraphUnavailable } from '../errors.ts';
import { SubgraphDown } from './subgraph-down.ts';

const mostErrors = 20;

/**
 * The errors of a fetch that failed as a whole, one for each field that it would have filled. Without a path a client
 * could not tell a field that is null from one that is unknown at the moment.
 */
export function errorsByField(failure: {
  subgraph: string;
  document: DocumentNode;
  variables: Record<string, unknown>;
  cause: unknown;
}): GraphQLError[] {
  const { subgraph, document, variables, cause } = failure;
  const { representations } = variables;
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const root = operation ? [...fieldsOf(operation.selectionSet)] : [];

  const paths = root.flatMap(({ key, name, selectionSet }) => {
    if (name !== '_entities' || !Array.isArray(representations) || !selectionSet) return [[key]];
    const fields = [...new Set([...fieldsOf(selectionSet)].map((field) => field.key))].filter(
      (field) => field !== '__typename',
    );
    return Array.from({ length: Math.min(mostErrors, representations.length) }, (_, index) => index).flatMap((index) =>
      fields.map((field) => [key, index, field]),
    );
  });
  return paths.slice(0, mostErrors).map((path) => errorAt(path, subgraph, cause));
}

function errorAt(path: (string | number)[], subgraph: string, cause: unknown): GraphQLError {
  const { message, extensions, originalError } =
    cause instanceof SubgraphDown ? subgraphUnavailable(subgraph, cause) : uncoded(subgraph, cause);
  return new GraphQLError(message, { path, extensions, originalError });
}

/** Not an outage but a bug, in the subgraph or in how it is called: it is masked at the edge. */
const uncoded = (subgraph: string, cause: unknown): GraphQLError =>
  new GraphQLError(`The subgraph "${subgraph}" failed.`, {
    originalError: cause instanceof Error ? cause : new Error(String(cause)),
  });

function* fieldsOf(
  set: SelectionSetNode,
): Generator<{ key: string; name: string; selectionSet: SelectionSetNode | undefined }> {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD)
      yield {
        key: selection.alias?.value ?? selection.name.value,
        name: selection.name.value,
        selectionSet: selection.selectionSet,
      };
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* fieldsOf(selection.selectionSet);
  }
}
