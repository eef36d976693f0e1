import { setTimeout as pause } from 'node:timers/promises';
import { HeaderMap } from '@apollo/server';
import { createTokenVerifier } from '@ordergraph/identity';
import { disableVendorTelemetry } from './environment.ts';
import { createApolloServer } from './execution/apollo-server.ts';
import { createErrorMask } from './execution/mask-errors.ts';
import { createStockExecution } from './execution/execution.ts';
import { createCors, createOriginCheck } from './http/cors.ts';
import { createExplorer } from './http/explorer.ts';
import { createGraphQLEndpoint } from './http/graphql-endpoint.ts';
import { createHealth } from './http/health.ts';
import { createInFlight } from './http/in-flight.ts';
import { startListening, stopListening } from './http/listen.ts';
import { createMetrics } from './http/metrics.ts';
import { createHttpServer, readGraphQL } from './http/server.ts';
import { createIdentify } from './identity/authenticate.ts';
import { createAdmitDocument } from './limits/admit-document.ts';
import { defaultLimits } from './limits/limits.ts';
import { createRateLimiter, defaultRates } from './limits/rate.ts';
import { createTrustedDocuments } from './limits/trusted-documents.ts';
import { createJsonLog } from './log.ts';
import type { Gateway, GatewayOptions } from './options.ts';
import { defaultLiveLimits } from './subscriptions/limits.ts';
import { createLive } from './subscriptions/live.ts';

export type { Gateway, GatewayOptions } from './options.ts';
export type { DemoToken, ExplorerOptions } from './http/explorer.ts';
export type { Route } from './http/server.ts';
export type { SupergraphSource } from './supergraph/supergraph-source.ts';
export type { Deadlines, SubgraphClient } from './subgraph-clients/subgraph-client.ts';
export { createInProcessClient } from './subgraph-clients/in-process.ts';
export { createHttpClient, type HttpSubgraphClient } from './subgraph-clients/over-http.ts';
export { readTrustedDocuments } from './limits/trusted-documents.ts';
export { defaultLimits, type Limits } from './limits/limits.ts';
export { defaultRates, type Rates } from './limits/rate.ts';
export { createJsonLog, silentLog, type Log } from './log.ts';
export { knownCodes } from './errors.ts';
export { defaultLiveLimits, type LiveLimits } from './subscriptions/limits.ts';
export type { LiveMetrics } from './subscriptions/metrics.ts';
export type { Revocation } from './subscriptions/revocations.ts';

const defaultDrainMs = 10_000;
const requestMs = 10_000;
const defaultMaxInFlight = 1_000;

/** Builds a gateway over a supergraph: what it is made of, in the order in which a request meets it. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const {
    supergraph,
    subgraphClient,
    issuers,
    contextSigner,
    explorer,
    production = false,
    log = createJsonLog(),
  } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const counts = new Map<string, number>();
  let phase: 'starting' | 'ready' | 'stopping' = 'starting';

  disableVendorTelemetry();
  const trusted = options.trustedDocuments ?? { texts: [], mode: 'known' };
  const warmTexts = production ? trusted.texts : [];
  const origins = { origins: options.corsOrigins ?? [], production };
  const rateLimiter = options.rates === false ? undefined : createRateLimiter({ ...defaultRates, ...options.rates });
  const trustedDocuments = createTrustedDocuments(trusted.texts, trusted.mode);
  const admitDocument = createAdmitDocument(limits);
  const identify = createIdentify({
    verifier: issuers ? createTokenVerifier({ issuers }) : undefined,
    log,
    count: (code) => counts.set(code, (counts.get(code) ?? 0) + 1),
  });
  const isAllowedOrigin = createOriginCheck(origins);
  const inFlight = createInFlight(options.maxInFlight ?? defaultMaxInFlight);
  const live = createLive({
    identify,
    trustedDocuments,
    limits,
    liveLimits: { ...defaultLiveLimits, ...options.liveLimits },
    admitDocument,
    openMeter: (input) => rateLimiter?.openMeter(input) ?? chargeNothing,
    answerGraphQL: (request) => inFlight(() => answerGraphQL(request)),
    readRequest: (request, response) => readGraphQL(request, response, limits.bodyBytes),
    signer: contextSigner,
    maskError: createErrorMask(log),
    hidesSchema: production,
    isStopping: () => phase === 'stopping',
    isAllowedOrigin: (origin, ownHost) => isAllowedOrigin(origin) || isOwnOrigin(origin, ownHost),
    log,
  });
  const { execution, warm } = createStockExecution({
    supergraph,
    subgraphClient(name, url) {
      const client = subgraphClient(name, url);
      live.useSubgraph(name, client);
      return client;
    },
    warmTexts,
    log,
  });
  execution.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    rateLimiter?.useSupergraph(apiSchema, coreSupergraphSdl);
    live.useSupergraph(coreSupergraphSdl);
  });
  const apollo = createApolloServer({ execution, limits, production, log });
  await apollo.start();
  await warm();

  const answerGraphQL = createGraphQLEndpoint({
    authenticate: async (headers) => (await identify(headers)).viewer,
    trustedDocuments,
    limits,
    admitDocument,
    charge: (input) => rateLimiter?.charge(input),
    server: apollo,
    signer: contextSigner,
    requestMs,
  });

  const server = createHttpServer({
    steps: [
      createCors(origins),
      createHealth({ phase: () => phase, dependenciesReady: options.dependenciesReady ?? (() => true) }),
      ...((options.metrics ?? !production) ? [createMetrics(live.metrics)] : []),
      ...(explorer && !production ? [createExplorer(explorer)] : []),
      live.step,
    ],
    routes: options.routes ?? [],
    answerGraphQL,
    upgrade: live.upgrade,
    bodyBytes: limits.bodyBytes,
    inFlight,
    isStopping: () => phase === 'stopping',
    log,
  });

  let stopped: Promise<void> | undefined;
  const stop = async ({ announceMs = 0, drainMs = defaultDrainMs } = {}): Promise<void> => {
    phase = 'stopping';
    // Load balancers go on sending until they have seen that /readyz fails.
    if (announceMs > 0) await pause(announceMs);
    await Promise.all([live.drain(drainMs), stopListening(server, drainMs)]);
    await apollo.stop();
  };

  return {
    async listen(port, host = '127.0.0.1') {
      const address = await startListening(server, port, host);
      phase = 'ready';
      return address;
    },
    stop: (how) => (stopped ??= stop(how)),
    refusals: () => counts,
    metrics: live.metrics,
    onRevoked: live.revoke,
    held: live.held,
    async execute({ headers = {}, ...asked }) {
      const { status, body } = await answerGraphQL({
        method: 'POST',
        search: '',
        headers: new HeaderMap([
          ['content-type', 'application/json'],
          ...Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]),
        ]),
        body: JSON.stringify(asked),
        address: 'in process',
        clientGone: new AbortController().signal,
      });
      return { status, result: JSON.parse(body) };
    },
  };
}

const chargeNothing = (): undefined => undefined;

/** A page of this very server, whatever name it is reached by. */
const isOwnOrigin = (origin: string, host: string | undefined): boolean =>
  URL.canParse(origin) && new URL(origin).host === host;
