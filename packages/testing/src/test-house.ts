import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Bus, Transaction } from '@ordergraph/events';
import {
  createContextSigner,
  createContextVerifier,
  generateSigningKey,
  publicJwksOf,
  type ActorType,
  type ContextSigner,
  type Viewer,
} from '@ordergraph/identity';
import type { LiveBus } from '@ordergraph/live';
import { createSealing, type Sealing } from '@ordergraph/sealing';
import {
  migrate,
  serveSubgraph,
  startSubgraph,
  systemCause,
  type RunningSubgraph,
  type Settings,
  type SubgraphDefinition,
} from '@ordergraph/subgraph-server';
import { applicationRole, newId, relayRole } from '@ordergraph/tenancy';
import type { ExecutionResult } from 'graphql';
import { startCarriage } from './carriage.ts';
import { createDatabase, templateDatabase, type TestDatabase } from './create-database.ts';
import { isDistributed } from './servers.ts';
import { waitFor } from './wait-for.ts';

export interface TestHouseOptions {
  readonly subgraphs: readonly SubgraphDefinition[];
  readonly settings?: Settings;
  readonly bus?: Bus;
  readonly liveBus?: LiveBus;
  /** Names that sagas take for running besides those that do. */
  readonly alsoRunning?: readonly string[];
  readonly isBackgroundOn?: boolean;
  readonly log?: (message: string, error?: unknown) => void;
}

/** Some subgraphs, running for real on a database of their own. */
export interface TestHouse extends AsyncDisposable {
  readonly database: TestDatabase;
  /** What the subgraphs publish to, or the first of them. */
  readonly bus: Bus;
  readonly sealing: Sealing;
  /** Signs as the gateway of this house. */
  readonly contextSigner: ContextSigner;
  /** What was logged: errors that a caller does not see. */
  readonly logged: readonly string[];
  subgraph(name: string): RunningSubgraph;
  /** Where a subgraph is served over HTTP; null where everything is in one process. */
  address(name: string): string | null;
  /** Runs an operation on one subgraph, signed as the gateway would. */
  execute(
    subgraph: string,
    viewer: Viewer,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<ExecutionResult>;
  /** Opens a subscription on one subgraph, signed as the gateway would. Fails when it is refused. */
  subscribe(
    subgraph: string,
    viewer: Viewer,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<AsyncIterableIterator<ExecutionResult>>;
  /** Runs a command on one subgraph as the product itself. */
  command<Result>(subgraph: string, tenantId: string, command: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Resolves when no message is on its way any more. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

/** A caller for tests, of a new tenant unless one is given. */
export function aViewer(
  given: { tenantId?: string | null; type?: ActorType; id?: string; scopes?: readonly string[] } = {},
): Viewer {
  const type = given.type ?? 'STAFF';
  return {
    tenantId: given.tenantId === undefined ? newId() : given.tenantId,
    actor: { type, id: type === 'ANONYMOUS' ? null : (given.id ?? newId()) },
    scopes: given.scopes ?? [],
    requestId: newId(),
  };
}

/** The data of a successful answer. Fails with everything that the answer says otherwise. */
export function expectData<Data = Record<string, never>>(result: ExecutionResult): Data {
  if (result.errors || !result.data) throw new Error(`Expected data, got ${JSON.stringify(result, null, 2)}`);
  // Tests know what they selected.
  return result.data as Data;
}

/** Starts subgraphs for a test file. The migrated database is made once per run and copied. */
export async function startTestHouse(options: TestHouseOptions): Promise<TestHouse> {
  const names = options.subgraphs.map((definition) => definition.name);
  const template = await templateDatabase(templateName(options.subgraphs), (database) =>
    migrate({
      ownerUrl: database.superuserUrl,
      definitions: options.subgraphs,
      passwordOf: () => database.rolePassword,
      eraser: 'customers',
    }),
  );
  const database = await createDatabase({ template });
  const signingKey = generateSigningKey();
  const signer = createContextSigner(signingKey);
  const sealing = createSealing({ masterKey: randomBytes(32) });
  const logged: string[] = [];
  const log: NonNullable<TestHouseOptions['log']> =
    options.log ?? ((message, error) => logged.push(`${message} ${error instanceof Error ? error.message : ''}`));
  const carriage = await startCarriage(options, log);
  const running = new Map<string, RunningSubgraph>();
  const served = new Map<string, Awaited<ReturnType<typeof serveSubgraph>>>();
  const buses: Bus[] = [];
  for (const definition of options.subgraphs) {
    const joined = await carriage.join();
    buses.push(joined.bus);
    const subgraph = await startSubgraph(definition, {
      ...joined,
      databaseUrl: database.urlFor(applicationRole(definition.name)),
      relayDatabaseUrl: database.urlFor(relayRole(definition.name)),
      contextVerifier: createContextVerifier(publicJwksOf(signingKey)),
      sealing,
      subgraphs: [...names, ...(options.alsoRunning ?? [])],
      cursorSecret: 'test',
      settings: options.settings ?? {},
      poolSize: 8,
      isBackgroundOn: options.isBackgroundOn ?? true,
      log,
    });
    running.set(definition.name, subgraph);
    if (isDistributed()) served.set(definition.name, await serveSubgraph(subgraph, { port: 0, hostname: '127.0.0.1' }));
  }
  const [bus] = buses;
  if (!bus) throw new Error('A house needs a subgraph.');

  const find = (name: string): RunningSubgraph => {
    const subgraph = running.get(name);
    if (!subgraph) throw new Error(`${name} does not run in this house; it has ${names.join(', ')}.`);
    return subgraph;
  };

  async function stop(): Promise<void> {
    for (const one of served.values()) await one.stop();
    for (const subgraph of running.values()) await subgraph.stop();
    await carriage.close();
    await database.drop();
  }

  const signed = (name: string, viewer: Viewer, query: string, variables: Record<string, unknown>) => ({
    query,
    variables,
    context: signer.sign({ viewer, subgraph: name, body: { query, variables } }),
  });

  return {
    database,
    bus,
    sealing,
    contextSigner: signer,
    logged,
    subgraph: find,
    address(name) {
      const port = served.get(name)?.port;
      return port === undefined ? null : `http://127.0.0.1:${port}/graphql`;
    },
    execute: (name, viewer, query, variables = {}) => find(name).execute(signed(name, viewer, query, variables)),
    async subscribe(name, viewer, query, variables = {}) {
      const opened = await find(name).subscribe(signed(name, viewer, query, variables));
      if (Symbol.asyncIterator in opened) return opened;
      throw new Error(`The subscription was refused: ${JSON.stringify(opened)}`);
    },
    command: (name, tenantId, command) => find(name).runtime.transact(systemCause(tenantId), command),
    async quiet() {
      await waitFor(
        async () => {
          // With nothing taken by the broker in between, no handler wrote to an outbox behind this look at it.
          const before = await carriage.taken();
          for (const subgraph of running.values()) {
            const { unpublished, parked } = await subgraph.status();
            if (unpublished + parked > 0) return false;
          }
          return before !== null && (await carriage.taken()) === before;
        },
        { timeoutMs: 20_000, describe: () => `all messages to arrive. Logged: ${logged.slice(-5).join(' | ')}` },
      );
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Changes with the migrations, so that a server which outlives the run does not serve an old state. */
function templateName(definitions: readonly SubgraphDefinition[]): string {
  const parts = definitions.map(({ name, migrations, grants }) => [name, readdirSync(migrations), grants]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
