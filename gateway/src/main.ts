import { createContextSigner } from '@ordergraph/identity';
import { readGatewayEnvironment, subgraphUrlVariable } from './environment.ts';
import {
  createGateway,
  createHttpClient,
  createJsonLog,
  readTrustedDocuments,
  type HttpSubgraphClient,
} from './index.ts';

// Starts the gateway alone, over any supergraph file; `host` starts it beside the subgraphs.

const propagationMs = 5_000;

async function start(): Promise<void> {
  const environment = readGatewayEnvironment();
  const { production, issuers, contextSigningKey, trustedDocuments } = environment;
  const log = createJsonLog();
  const clients: HttpSubgraphClient[] = [];

  const gateway = await createGateway({
    supergraph: { file: environment.supergraphFile, watch: !production },
    subgraphClient: (name, url) => {
      const client = createHttpClient({
        name,
        url: environment.subgraphUrls.get(subgraphUrlVariable(name)) ?? url,
        // Subgraphs of Ordergraph are next door; those of somebody else's supergraph may be anywhere.
        ...(issuers ? {} : { connectTimeoutMs: 2_000 }),
      });
      clients.push(client);
      return client;
    },
    ...(issuers ? { issuers } : { rates: false as const }),
    ...(contextSigningKey ? { contextSigner: createContextSigner(contextSigningKey) } : {}),
    corsOrigins: environment.corsOrigins,
    ...(trustedDocuments.folder
      ? { trustedDocuments: { texts: readTrustedDocuments(trustedDocuments.folder), mode: trustedDocuments.mode } }
      : {}),
    explorer: { tokens: () => [] },
    production,
    ...(environment.hasMetrics === undefined ? {} : { metrics: environment.hasMetrics }),
    log,
  });
  const close = async (announceMs: number): Promise<void> => {
    await gateway.stop({ announceMs });
    await Promise.all(clients.map((client) => client.close()));
  };
  try {
    const { url } = await gateway.listen(environment.port, environment.host);
    process.stdout.write(`The gateway answers at ${url}/graphql\n`);
  } catch (error) {
    // Following the supergraph file would keep a process alive that nobody can reach.
    await close(0);
    throw error;
  }

  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) process.exit(1);
    isStopping = true;
    await close(production ? propagationMs : 0);
  };
  const onSignal = (): void => {
    stop().catch((cause: unknown) => {
      log.error('stop failed', {}, cause);
      process.exitCode = 1;
    });
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
