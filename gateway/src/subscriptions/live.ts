import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { ContextSigner } from '@ordergraph/identity';
import type { GraphQLHttpAnswer, GraphQLHttpRequest } from '../http/graphql-endpoint.ts';
import type { Step } from '../http/server.ts';
import type { Identify } from '../identity/authenticate.ts';
import type { AdmitDocument } from '../limits/admit-document.ts';
import type { Limits } from '../limits/limits.ts';
import type { OpenMeter } from '../limits/rate.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import type { Log } from '../log.ts';
import type { SubgraphClient } from '../subgraph-clients/subgraph-client.ts';
import { createAdmission } from './admission.ts';
import { batchEntities } from './batch-entities.ts';
import type { MaskError } from './client-errors.ts';
import { createCohorts } from './cohorts.ts';
import { createEventStreams } from './event-streams.ts';
import { createHydrate } from './hydrate.ts';
import { createTally, type LiveLimits } from './limits.ts';
import { createLiveCounters, type LiveMetrics } from './metrics.ts';
import { createSubscriptionPlanner } from './plan.ts';
import { createQuotas } from './quotas.ts';
import { createRevocations, type Revocation } from './revocations.ts';
import { createSessions, type Connection } from './session.ts';
import { createSocketServer } from './sockets.ts';
import { sumOf } from './waiting.ts';
import { createWheel } from './wheel.ts';

/** The subscriptions of a gateway. */
export interface Live {
  /** Answers event streams. */
  readonly step: Step;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Runs what is open under the next supergraph, without anybody noticing where the documents still fit. */
  useSupergraph(supergraphSdl: string): void;
  useSubgraph(name: string, client: SubgraphClient): void;
  revoke(revocation: Revocation): void;
  metrics(): LiveMetrics;
  /** What is held, for tests that look for leaks. */
  held(): { cohorts: number; quotas: number; timers: number; tenants: number };
  /** Closes everything that is open, in random order over `drainMs`, such that clients connect again elsewhere. */
  drain(drainMs: number): Promise<void>;
}

const serviceRestart = 1012;
/** A few clients are not kept waiting only because there is time. */
const mostApartMs = 5;
/** How long a client may take to answer that its socket is closed. */
const goodbyeMs = 1_000;

/** Puts together what subscriptions are made of. */
export function createLive(parts: {
  identify: Identify;
  trustedDocuments: TrustedDocuments;
  limits: Limits;
  liveLimits: LiveLimits;
  admitDocument: AdmitDocument;
  openMeter: OpenMeter;
  answerGraphQL: (request: GraphQLHttpRequest) => Promise<GraphQLHttpAnswer>;
  readRequest: (request: IncomingMessage, response: ServerResponse) => Promise<GraphQLHttpRequest>;
  signer: ContextSigner | undefined;
  maskError: MaskError;
  hidesSchema: boolean;
  isStopping: () => boolean;
  isAllowedOrigin: (origin: string, host: string | undefined) => boolean;
  log: Log;
}): Live {
  const { liveLimits, signer, maskError, log } = parts;
  const clients = new Map<string, SubgraphClient>();
  /** The same clients with fetches merged across hydrations, as the executor wants them: by name. */
  const services: Record<string, SubgraphClient> = {};
  const counters = createLiveCounters();
  const wheel = createWheel();
  const quotas = createQuotas(liveLimits);
  const planner = createSubscriptionPlanner(parts.hidesSchema);
  const subscriptionsOfTenant = createTally();
  const sessions = createSessions({ identify: parts.identify, revocations: createRevocations() });
  const hydrate = createHydrate({ services: () => services, maskError });
  const cohorts = createCohorts({
    signer,
    clientOf: (subgraph) => clients.get(subgraph),
    hydrate(input) {
      counters.hydrated();
      return hydrate(input);
    },
    log,
  });
  const admission = createAdmission({ ...parts, planner, cohorts, counters, subscriptionsOfTenant });
  const common = { ...parts, admission, sessions, quotas, counters, wheel };
  const sockets = createSocketServer(common);
  const streams = createEventStreams(common);

  return {
    step: streams.step,
    upgrade: sockets.upgrade,
    useSupergraph(supergraphSdl) {
      planner.load(supergraphSdl);
      if (cohorts.size() > 0)
        cohorts.replan(({ text, document, operationName }) => planner.plan({ text, document, operationName }));
    },
    useSubgraph(name, client) {
      clients.set(name, client);
      services[name] = batchEntities(client, counters.entitiesFetched);
    },
    revoke: sessions.revoke,
    metrics() {
      const connections = [...sockets.open, ...streams.open];
      const waiting = sumOf(connections.map((connection) => connection.waiting));
      return counters.read({ sockets: connections.length, cohorts: cohorts.size(), waiting });
    },
    held: () => ({
      cohorts: cohorts.size(),
      quotas: quotas.size(),
      timers: wheel.size(),
      tenants: subscriptionsOfTenant.size(),
    }),
    async drain(drainMs) {
      const connections: Connection[] = shuffled([...sockets.open, ...streams.open]);
      const startedAt = performance.now();
      const spreadMs = Math.min(drainMs, connections.length * mostApartMs);
      for (const [index, connection] of connections.entries()) {
        const due = startedAt + (spreadMs * index) / connections.length;
        const waitMs = due - performance.now();
        if (waitMs > 1) await pause(waitMs);
        connection.close(serviceRestart, 'The server is being replaced', 'drain');
      }
      const lastAt = performance.now() + goodbyeMs;
      while (sockets.open.size > 0 && performance.now() < lastAt) await pause(10);
      for (const connection of sockets.open) connection.cut('drain');
      cohorts.closeAll();
      wheel.stop();
    },
  };
}

/** All clients of one place should not come back in the order in which they came. */
function shuffled<T>(items: T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
