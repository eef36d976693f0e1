import type { DocumentNode, ExecutionResult } from 'graphql';

/** Carries the signed context from the gateway to a subgraph. Inbound copies of it are stripped at the gateway. */
export const internalContextHeader = 'x-ordergraph-context';

/** Milliseconds that the gateway still waits for the answer. */
export const deadlineHeader = 'x-deadline-ms';

/** Selects one of the token's merchants. */
export const tenantSelectorHeader = 'x-tenant-id';

/** What the gateway asks of a subgraph, whether the subgraph runs in the same process or behind HTTP. */
export interface SubgraphRequest {
  readonly query: string;
  /** The parsed `query`, where the sender has it at hand; only ever trusted inside one process. */
  readonly document?: DocumentNode;
  readonly operationName?: string;
  readonly variables: Record<string, unknown>;
  /** Compact JWS of `createContextSigner`; empty when the gateway signs nothing. */
  readonly context: string;
  readonly deadlineMs?: number;
  /** Aborts when the gateway no longer waits. */
  readonly signal?: AbortSignal;
}

/** Answers a `SubgraphRequest`. Verifying `context` is the first thing it does. */
export type SubgraphExecutor = (request: SubgraphRequest) => Promise<ExecutionResult>;

/**
 * Opens a subscription on a subgraph; verifying `context` is the first thing it does. An `ExecutionResult` with errors
 * is a refusal. What fails later is a last result with errors, and then the end: the iterator itself never throws.
 */
export type SubgraphSubscriber = (
  request: SubgraphRequest,
) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
