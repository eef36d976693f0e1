import type { Bus } from '@ordergraph/events';
import { createContextVerifier, type ContextSigner } from '@ordergraph/identity';
import type { LiveBus } from '@ordergraph/live';
import { subgraphNames } from '@ordergraph/schema';
import { createSealing } from '@ordergraph/sealing';
import {
  armCrashPoint,
  logToStderr,
  startSubgraph,
  type RunningSubgraph,
  type SubgraphDefinition,
} from '@ordergraph/subgraph-server';
import { applicationRole, relayRole } from '@ordergraph/tenancy';
import type { Database } from './database.ts';
import type { Environment } from './environment.ts';
import type { Keys } from './keys.ts';
import { settingsFor } from './settings.ts';

/** Subgraphs at work in this process, on one bus. */
export interface RunningSubgraphs {
  readonly all: readonly RunningSubgraph[];
  find(name: string): RunningSubgraph;
  isReady(): Promise<boolean>;
  readonly bus: Bus;
  stop(): Promise<void>;
}

/** Opens the bus that the environment names; without one, events go from the outboxes straight to the consumers. */
export async function openBus(environment: Environment, here: readonly string[]): Promise<Bus> {
  const { OutboxDirectBus, JetStreamBus } = await import('@ordergraph/events');
  if (!environment.natsUrl) return new OutboxDirectBus(here);
  const { natsUrl: servers, natsReplicas: replicas } = environment;
  return JetStreamBus.connect({ servers, replicas, onError: logToStderr }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `No NATS server with JetStream answers at the address in NATS_URL (${reason}). Start it, or unset NATS_URL.`,
      { cause },
    );
  });
}

/** Opens what carries live news: Redis where the environment names one, or else the memory of this process. */
async function openLiveBus(environment: Environment): Promise<LiveBus> {
  const { createLiveBus, createMemoryEngine, createRedisEngine } = await import('@ordergraph/live');
  const { redisUrl } = environment;
  return createLiveBus(redisUrl ? await createRedisEngine(redisUrl, logToStderr) : createMemoryEngine(), logToStderr);
}

/** Starts subgraphs side by side. When one of them cannot start, those that could are stopped again. */
export async function startSubgraphs(options: {
  environment: Environment;
  definitions: readonly SubgraphDefinition[];
  database: Database;
  keys: Keys;
  /** The gateway's, when it is in this process. */
  signer?: ContextSigner;
  /** Where the simulated carrier takes bookings; absent: where the environment says. */
  carrierUrl?: string;
}): Promise<RunningSubgraphs> {
  const { environment, definitions, database, keys, signer } = options;
  if (environment.crashAt) armCrashPoint(environment.crashAt.name, environment.crashAt.hits);
  const bus = await openBus(
    environment,
    definitions.map(({ name }) => name),
  );
  const liveBus = await openLiveBus(environment).catch(async (cause: unknown) => {
    await bus.close();
    throw cause;
  });
  const sealing = createSealing({ masterKey: keys.sealingMasterKey });
  const settings = settingsFor(environment, keys, options.carrierUrl);
  const outcomes = await Promise.allSettled(
    definitions.map((definition) =>
      startSubgraph(definition, {
        databaseUrl: database.urlFor(applicationRole(definition.name)),
        relayDatabaseUrl: database.urlFor(relayRole(definition.name)),
        bus,
        liveBus,
        contextVerifier: createContextVerifier(keys.contextVerifyingKeys, Date.now, signer),
        sealing,
        subgraphs: subgraphNames,
        cursorSecret: keys.cursorSecret,
        settings,
        poolSize: environment.databasePoolSize,
        log: logToStderr,
      }),
    ),
  );
  const all = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

  /** All rest before the first disconnects: until then each takes what the others still have on its way. */
  async function stop(): Promise<void> {
    await Promise.all(all.map((subgraph) => subgraph.rest()));
    await bus.close();
    await Promise.all(all.map((subgraph) => subgraph.stop()));
    await liveBus.close();
  }

  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await bus.close();
    await stop();
    throw failed.reason;
  }
  return {
    all,
    bus,
    find(name) {
      const found = all.find((subgraph) => subgraph.name === name);
      if (!found) throw new Error(`${name} does not run in this process.`);
      return found;
    },
    async isReady() {
      const statuses = await Promise.all(all.map((subgraph) => subgraph.status()));
      return statuses.every(({ isReady }) => isReady);
    },
    stop,
  };
}
