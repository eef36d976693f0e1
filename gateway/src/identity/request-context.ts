import type { SignedBody, Viewer } from '@ordergraph/identity';
import type { Charge } from '../limits/rate.ts';

/** What travels beside a request through planning and execution to the subgraph clients. */
export interface RequestContext {
  readonly viewer: Viewer;
  /** What the request was charged; absent where nothing is charged. */
  readonly charge: Charge | undefined;
  /** Signs who asks for one fetch to one subgraph; empty when this gateway has no key. */
  readonly sign: (subgraph: string, body: SignedBody) => string;
  /** When the client's time is over, on the clock of `performance.now()`. */
  readonly deadlineAt: number;
  /** Aborts when the client has gone. */
  readonly clientGone: AbortSignal;
}
