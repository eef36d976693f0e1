import type { ContextSigner, TrustedIssuer } from '@ordergraph/identity';
import type { FormattedExecutionResult } from 'graphql';
import type { ExplorerOptions } from './http/explorer.ts';
import type { Route } from './http/server.ts';
import type { Limits } from './limits/limits.ts';
import type { Rates } from './limits/rate.ts';
import type { Log } from './log.ts';
import type { LiveLimits } from './subscriptions/limits.ts';
import type { LiveMetrics } from './subscriptions/metrics.ts';
import type { Revocation } from './subscriptions/revocations.ts';
import type { SubgraphClient } from './subgraph-clients/subgraph-client.ts';
import type { SupergraphSource } from './supergraph/supergraph-source.ts';

/** What a gateway is built from. */
export interface GatewayOptions {
  readonly supergraph: SupergraphSource;
  /** How to reach a subgraph: `createInProcessClient` or `createHttpClient`. `url` is the one in the supergraph. */
  readonly subgraphClient: (name: string, url: string) => SubgraphClient;
  /** Whose tokens are accepted. Without them everybody is anonymous and no merchant is chosen. */
  readonly issuers?: readonly TrustedIssuer[];
  /** Signs the internal context. Without it subgraphs of Ordergraph refuse this gateway. */
  readonly contextSigner?: ContextSigner;
  readonly corsOrigins?: readonly string[];
  readonly trustedDocuments?: { readonly texts: readonly string[]; readonly mode: 'only' | 'known' };
  readonly limits?: Partial<Limits>;
  /** What clients may hold open. */
  readonly liveLimits?: Partial<LiveLimits>;
  /** How many queries and mutations may be under way at once, over whatever they come; absent: 1,000. */
  readonly maxInFlight?: number;
  /** Whether `GET /metrics` answers on the gateway's port; unless told otherwise, not in production. */
  readonly metrics?: boolean;
  /** `false` charges nothing. */
  readonly rates?: Partial<Rates> | false;
  readonly routes?: readonly Route[];
  /** Never shown in production. */
  readonly explorer?: ExplorerOptions;
  /** Hides the schema from strangers and the explorer from everybody. */
  readonly production?: boolean;
  readonly dependenciesReady?: () => boolean | Promise<boolean>;
  readonly log?: Log;
}

/** A gateway that can be asked over HTTP, or directly. */
export interface Gateway {
  listen(port: number, host?: string): Promise<{ url: string }>;
  /**
   * Turns unready, waits `announceMs`, closes sockets and event streams one by one over `drainMs`, lets requests under way
   * finish for as long, and closes.
   */
  stop(how?: { announceMs?: number; drainMs?: number }): Promise<void>;
  /** How many requests were refused, by code. */
  refusals(): ReadonlyMap<string, number>;
  /** What subscriptions have done so far. */
  metrics(): LiveMetrics;
  /** Closes the sockets and streams of whom it is about; their tokens from before it open no new ones. */
  onRevoked(revocation: Revocation): void;
  /** What subscriptions hold at the moment; all zero when nobody is connected. */
  held(): Readonly<Record<'cohorts' | 'quotas' | 'timers' | 'tenants', number>>;
  /** Sends a request through everything but the socket. */
  execute(request: {
    query?: string;
    operationName?: string;
    variables?: Record<string, unknown>;
    extensions?: Record<string, unknown>;
    headers?: Record<string, string>;
  }): Promise<{ status: number; result: FormattedExecutionResult }>;
}
