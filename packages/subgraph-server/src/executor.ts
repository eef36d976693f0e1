import {
  IdentityError,
  type ContextVerifier,
  type SubgraphExecutor,
  type SubgraphRequest,
  type SubgraphSubscriber,
  type Viewer,
} from '@ordergraph/identity';
import {
  createSourceEventStream,
  execute,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { codedError, maskError, type LogError } from './errors.ts';
import { flawRefusal, flawWithin, flawWritten } from './keepable-text.ts';
import { mapped } from './mapped.ts';
import type { RequestContext } from './request-context.ts';

const maxDocuments = 1_000;
const maxTokens = 20_000;

/** Answers the gateway. */
export interface Executor {
  readonly execute: SubgraphExecutor;
  readonly subscribe: SubgraphSubscriber;
}

/** Makes what answers the gateway: checks the signed context, runs the operation, masks its errors. */
export function createExecutor(options: {
  subgraph: string;
  schema: GraphQLSchema;
  verifier: ContextVerifier;
  log: LogError;
  contextOf: (viewer: Viewer) => RequestContext;
}): Executor {
  const { subgraph, schema, verifier, log, contextOf } = options;
  // The gateway sends few different operations, many times each.
  const documents = new LRUCache<string, { document: DocumentNode; errors: readonly GraphQLError[] }>({
    max: maxDocuments,
  });

  function documentOf(query: string): { document: DocumentNode; errors: readonly GraphQLError[] } {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query, { maxTokens, noLocation: true });
    const flaw = flawWritten(document);
    const errors = flaw ? [flawRefusal(flaw)] : validate(schema, document);
    const checked = { document, errors };
    documents.set(query, checked);
    return checked;
  }

  const masked = <Result extends ExecutionResult>(result: Result): ExecutionResult =>
    result.errors ? { ...result, errors: result.errors.map((error) => maskError(error, log)) } : result;

  function failed(error: unknown): ExecutionResult {
    const ours = { originalError: toError(error), extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    return { errors: [maskError(error instanceof GraphQLError ? error : new GraphQLError('failed', ours), log)] };
  }

  /** Runs `work` for a request that the gateway signed, on a document that fits the schema. */
  async function admit<Answer>(
    request: SubgraphRequest,
    work: (viewer: Viewer, asked: ExecutionArgs) => Promise<Answer>,
  ): Promise<Answer | ExecutionResult> {
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
      if (errors.length > 0) return masked({ errors });
      const flaw = flawWithin(request.variables);
      if (flaw) return { errors: [flawRefusal(flaw)] };
      return await work(viewer, {
        schema,
        document,
        variableValues: request.variables,
        ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
      });
    } catch (error) {
      return failed(error);
    }
  }

  return {
    execute: (request) =>
      admit(request, async (viewer, asked) => masked(await execute({ ...asked, contextValue: contextOf(viewer) }))),
    subscribe: (request) =>
      admit(request, async (viewer, asked) => {
        const events = await createSourceEventStream({ ...asked, contextValue: contextOf(viewer) });
        if (!(Symbol.asyncIterator in events)) return masked(events);
        // Each event is a request of its own: what DataLoaders and entities know must not outlive it.
        const answer = async (event: unknown): Promise<ExecutionResult> =>
          masked(await execute({ ...asked, rootValue: event, contextValue: contextOf(viewer) }));
        return mapped(events[Symbol.asyncIterator](), answer, failed);
      }),
  };
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
