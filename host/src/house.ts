import { join } from 'node:path';
import type { Bus } from '@ordergraph/events';
import { createContextSigner, publicJwksOf, type TrustedIssuer } from '@ordergraph/identity';
import { isSubgraphName, subgraphNames } from '@ordergraph/schema';
import type { RunningCarrier } from '@ordergraph/carrier-simulator';
import { logToStderr, type RunningSubgraph } from '@ordergraph/subgraph-server';
import type { HttpSubgraphClient, Route } from '@ordergraph/gateway';
import { readGatewayEnvironment } from '@ordergraph/gateway/environment';
import { carrierWebhookPath, startSimulatedCarrier } from './carrier.ts';
import { databaseAt, assertPrepared, startDatabase, type Database } from './database.ts';
import { loadDefinitions } from './definitions.ts';
import { createDevelopmentIssuer, type DevelopmentIssuer } from './development-issuer/development-issuer.ts';
import type { Environment } from './environment.ts';
import { findKeys, type Keys } from './keys.ts';
import { routesElsewhere } from './public-routes.ts';
import type { RunPlan } from './run-plan.ts';
import { openStorefront } from './storefront.ts';
import { serveRoutes } from './subgraph-routes.ts';
import { revocationIn } from './revocations.ts';
import { openBus, startSubgraphs, type RunningSubgraphs } from './subgraphs.ts';

/** The gateway at work, with whatever runs beside it. */
export interface RunningHouse {
  readonly url: string;
  /** Null where tokens come from somebody else. */
  readonly developmentIssuer: DevelopmentIssuer | null;
  readonly subgraphs: RunningSubgraphs | null;
  stop(): Promise<void>;
}

const propagationMs = 5_000;
const supergraphFile = join(import.meta.dirname, '..', '..', 'schema', 'supergraph.graphql');

/** Starts the gateway and the subgraphs that run here, each thing as soon as what it stands on is there. */
export async function startHouse(
  environment: Environment,
  plan: Extract<RunPlan, { kind: 'house' }>,
  onProgress: (message: string) => void,
): Promise<RunningHouse> {
  const { isProduction, port } = environment;
  const gatewayEnvironment = readGatewayEnvironment();
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  // Loading code and starting the database take about as long as each other.
  const loadingGateway = import('@ordergraph/gateway');
  const loadingDefinitions = loadDefinitions(plan.here);
  loadingGateway.catch(() => undefined);
  loadingDefinitions.catch(() => undefined);

  try {
    const keys = findKeys(environment, plan);
    const signer = createContextSigner(keys.contextSigningKey);
    let subgraphs: RunningSubgraphs | null = null;
    let carrier: RunningCarrier | null = null;
    if (plan.here.length > 0) {
      const database = await openDatabase(environment, onProgress);
      stops.push(database.stop);
      const definitions = await loadingDefinitions;
      await prepareDatabase(database, definitions, onProgress);
      if (plan.here.includes('logistics') && !environment.carrier.url) {
        carrier = await startSimulatedCarrier(environment, keys, { port: 0, hostname: '127.0.0.1' });
        stops.push(carrier.stop);
      }
      const carrierUrl = carrier ? { carrierUrl: carrier.url } : {};
      subgraphs = await startSubgraphs({ environment, definitions, database, keys, signer, ...carrierUrl });
      stops.push(subgraphs.stop);
      if (environment.hasDemo && definitions.length === subgraphNames.length) {
        const { loadDemo } = await import('./demo/load-demo.ts');
        await loadDemo(subgraphs, database.directory, onProgress);
      }
    }

    const { createGateway, createHttpClient, createInProcessClient, createJsonLog, readTrustedDocuments } =
      await loadingGateway;
    const developmentIssuer =
      isProduction || environment.hasForeignIssuer || !keys.tokenSigningKey
        ? null
        : createDevelopmentIssuer({
            issuer: environment.publicUrl,
            audience: environment.tokenAudience,
            privateKeyJwk: keys.tokenSigningKey,
          });
    const storefront = openStorefront(() => developmentIssuer?.storefront() ?? { signIn: null, shops: [] }, {
      // Elsewhere the explorer is at home there.
      isAtRoot: !developmentIssuer,
    });
    const clients: HttpSubgraphClient[] = [];
    stops.push(async () => {
      await Promise.all(clients.map((client) => client.close()));
    });
    const gateway = await createGateway({
      supergraph: { file: supergraphFile, watch: !isProduction },
      subgraphClient(name, url) {
        const here = subgraphs?.all.find((subgraph) => subgraph.name === name);
        if (here) return createInProcessClient({ name, execute: here.execute, subscribe: here.subscribe });
        const client = createHttpClient({
          name,
          url: (isSubgraphName(name) ? environment.subgraphUrls.get(name) : undefined) ?? url,
        });
        clients.push(client);
        return client;
      },
      issuers: trustedIssuers(environment, keys, gatewayEnvironment.issuers ?? []),
      contextSigner: signer,
      corsOrigins: gatewayEnvironment.corsOrigins,
      trustedDocuments: {
        texts: [
          ...storefront.documents,
          ...(gatewayEnvironment.trustedDocuments.folder
            ? readTrustedDocuments(gatewayEnvironment.trustedDocuments.folder)
            : []),
        ],
        mode: gatewayEnvironment.trustedDocuments.mode,
      },
      routes: [
        ...(developmentIssuer?.routes ?? []),
        ...keySetRoute(keys),
        ...routesOf(subgraphs?.all ?? []),
        ...storefront.routes,
        ...routesElsewhere(environment.subgraphUrls, logToStderr),
      ],
      ...(developmentIssuer ? { explorer: developmentIssuer.explorer } : {}),
      production: isProduction,
      ...(gatewayEnvironment.hasMetrics === undefined ? {} : { metrics: gatewayEnvironment.hasMetrics }),
      dependenciesReady: () => subgraphs?.isReady() ?? true,
      log: createJsonLog(),
    });
    const bus = subgraphs?.bus ?? (await openOwnBus(environment));
    if (bus && !subgraphs) stops.push(() => bus.close());
    await bus?.overhear('accounts', (event) => {
      const revocation = revocationIn(event);
      if (revocation) gateway.onRevoked(revocation);
    });
    stops.push(() => gateway.stop({ announceMs: isProduction ? propagationMs : 0 }));
    const { url } = await gateway.listen(port, environment.hostname ?? (developmentIssuer ? '127.0.0.1' : '0.0.0.0'));
    // On this machine, whatever address it is reached at from elsewhere.
    const localUrl = new URL(carrierWebhookPath, url);
    if (localUrl.hostname === '0.0.0.0') localUrl.hostname = '127.0.0.1';
    carrier?.deliverTo(environment.carrier.webhookUrl ?? localUrl.href);
    return { url, developmentIssuer, subgraphs, stop };
  } catch (error) {
    await stop().catch((cause: unknown) => logToStderr('Stopping after a failed start failed.', cause));
    throw error;
  }
}

/** A gateway alone hears of rights that were taken away over NATS; without it sockets live as long as their tokens. */
async function openOwnBus(environment: Environment): Promise<Bus | null> {
  return environment.natsUrl ? openBus(environment, []) : null;
}

/** The database that the environment names, or the embedded one. */
export async function openDatabase(environment: Environment, onProgress: (message: string) => void): Promise<Database> {
  if (environment.databaseUrl) return databaseAt(environment.databaseUrl, environment);
  return startDatabase(environment, onProgress);
}

/** Brings the database up to date where this process may, and else checks that somebody has. */
export async function prepareDatabase(
  database: Database,
  definitions: Awaited<ReturnType<typeof loadDefinitions>>,
  onProgress: (message: string) => void,
): Promise<void> {
  const { owner } = database;
  if (!owner) return void (await Promise.all(definitions.map(({ name }) => assertPrepared(database, name))));
  const { migrate } = await import('@ordergraph/subgraph-server');
  await migrate({ ownerUrl: owner.url, definitions, passwordOf: owner.passwordOf, eraser: 'customers', onProgress });
}

/** Tokens of the organisation's own issuer, and those that this installation issues itself. */
function trustedIssuers(environment: Environment, keys: Keys, foreign: readonly TrustedIssuer[]): TrustedIssuer[] {
  const { publicUrl: issuer, tokenAudience: audience } = environment;
  return [...foreign, ...(keys.tokenVerifyingKeys ? [{ issuer, audience, jwks: keys.tokenVerifyingKeys }] : [])];
}

/** Publishes the keys that this installation's own tokens can be checked with. */
function keySetRoute({ tokenSigningKey, tokenVerifyingKeys }: Keys): Route[] {
  const keySet = tokenVerifyingKeys ?? (tokenSigningKey ? publicJwksOf(tokenSigningKey) : null);
  if (!keySet) return [];
  const body = JSON.stringify(keySet);
  return [
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      handle: (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=300' }).end(body);
      },
    },
  ];
}

const routesOf = (subgraphs: readonly RunningSubgraph[]): Route[] => subgraphs.flatMap(serveRoutes);
