import { IdentityError, type ContextVerifier, type SubgraphExecutor, type Viewer } from '@ordergraph/identity';
import {
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { codedError, maskError, type LogError } from './errors.ts';
import { documentHoldsNul, holdsNul, nulRefusal } from './nul-characters.ts';
import type { RequestContext } from './request-context.ts';

const maxDocuments = 1_000;
const maxTokens = 20_000;

/** Makes the function that answers the gateway: checks the signed context, runs the operation, masks its errors. */
export function createExecutor(options: {
  subgraph: string;
  schema: GraphQLSchema;
  verifier: ContextVerifier;
  log: LogError;
  contextOf: (viewer: Viewer) => RequestContext;
}): SubgraphExecutor {
  const { subgraph, schema, verifier, log, contextOf } = options;
  // The gateway sends few different operations, many times each.
  const documents = new LRUCache<string, { document: DocumentNode; errors: readonly GraphQLError[] }>({
    max: maxDocuments,
  });

  function documentOf(query: string): { document: DocumentNode; errors: readonly GraphQLError[] } {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query, { maxTokens, noLocation: true });
    const errors = documentHoldsNul(document) ? [nulRefusal()] : validate(schema, document);
    const checked = { document, errors };
    documents.set(query, checked);
    return checked;
  }

  return async (request): Promise<ExecutionResult> => {
    let viewer: Viewer;
    try {
      viewer = verifier.verify(request.context, {
        subgraph,
        body: { query: request.query, variables: request.variables },
      });
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return { errors: [codedError('UNAUTHENTICATED', error.message)] };
    }
    try {
      const { document, errors } = documentOf(request.query);
      if (errors.length > 0) return { errors: errors.map((error) => maskError(error, log)) };
      if (holdsNul(request.variables)) return { errors: [nulRefusal()] };
      const result = await execute({
        schema,
        document,
        contextValue: contextOf(viewer),
        variableValues: request.variables,
        ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
      });
      if (!result.errors) return result;
      return { ...result, errors: result.errors.map((error) => maskError(error, log)) };
    } catch (error) {
      const ours = { originalError: toError(error), extensions: { code: 'INTERNAL_SERVER_ERROR' } };
      return { errors: [maskError(error instanceof GraphQLError ? error : new GraphQLError('failed', ours), log)] };
    }
  };
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
