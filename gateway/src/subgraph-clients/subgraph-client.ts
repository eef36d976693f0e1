import type { GraphQLDataSource } from '@apollo/gateway';
import type { SubgraphRequest } from '@ordergraph/identity';
import { Kind, OperationTypeNode, type DocumentNode, type ExecutionResult } from 'graphql';
import type { RequestContext } from '../identity/request-context.ts';
import { SubgraphDown } from './subgraph-down.ts';
import { errorsByField } from './errors-by-field.ts';

/** A subscription to one subgraph. */
export interface SubgraphSubscription {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly context: RequestContext;
}

/** How a fetch or a subscription reaches one subgraph. */
export interface SubgraphClient extends GraphQLDataSource<RequestContext> {
  /**
   * Opens a stream, which throws `SubgraphDown` when the connection breaks; answers with a result that has errors when the
   * subgraph refuses. Absent where there is no way to the subgraph's subscriptions.
   */
  subscribe?(subscription: SubgraphSubscription): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** One fetch on its way: a way to send it resolves with the subgraph's answer, or throws `SubgraphDown`. */
export type Send = (
  request: SubgraphRequest & { deadlineMs: number; isMutation: boolean; viewer: RequestContext['viewer'] },
) => Promise<ExecutionResult>;

/** How long the gateway waits for a subgraph. */
export interface Deadlines {
  readonly queryMs: number;
  readonly mutationMs: number;
}

/** Mutations wait longer, because `orderPlace` gives its saga up to three seconds. */
export const defaultDeadlines: Deadlines = { queryMs: 2_000, mutationMs: 5_000 };

/** Does for every way of reaching a subgraph what they have in common: sign, set the deadline, blame the right fields. */
export function createSubgraphClient(options: {
  name: string;
  send: Send;
  parse: (query: string) => DocumentNode;
  deadlines?: Deadlines;
}): SubgraphClient {
  const { name, send, parse, deadlines = defaultDeadlines } = options;
  return {
    async process(fetch) {
      if (!('incomingRequestContext' in fetch))
        throw new Error(`Subgraph clients answer operations of clients only, not "${fetch.kind}".`);
      const { request, context } = fetch;
      const query = request.query ?? '';
      const variables: Record<string, unknown> = request.variables ?? {};
      const document = fetch.document ?? parse(query);
      const isMutation = isMutationDocument(document);
      const budgetMs = context.deadlineAt - performance.now();
      const deadlineMs = Math.max(
        1,
        Math.floor(Math.min(isMutation ? deadlines.mutationMs : deadlines.queryMs, budgetMs)),
      );

      try {
        const { data, errors, extensions } = await send({
          query,
          document,
          variables,
          ...(request.operationName ? { operationName: request.operationName } : {}),
          context: context.sign(name, { query, variables }),
          deadlineMs,
          // A mutation whose caller has gone runs on: cutting it off would only make its outcome unknown.
          ...(isMutation ? {} : { signal: context.clientGone }),
          isMutation,
          viewer: context.viewer,
        });
        return {
          data: data ?? null,
          ...(errors ? { errors } : {}),
          ...(extensions ? { extensions: { ...extensions } } : {}),
        };
      } catch (cause) {
        return { data: null, errors: errorsByField({ subgraph: name, document, variables, cause }) };
      }
    },
  };
}

export { SubgraphDown };

function isMutationDocument(document: DocumentNode): boolean {
  return document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION,
  );
}
