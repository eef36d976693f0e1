import { MikroORM, PostgreSqlDriver, type SqlEntityManager } from '@mikro-orm/postgresql';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  createConsumer,
  createTransactor,
  describeError,
  messagingTables,
  startRelay,
  startRetries,
  type Bus,
  type Cause,
  type StoredMessage,
  type Transaction,
} from '@ordergraph/events';
import type { ContextVerifier, SubgraphExecutor, SubgraphSubscriber, Viewer } from '@ordergraph/identity';
import { liveTopic, type LiveBus } from '@ordergraph/live';
import { isSubgraphName, subgraphTypeDefs } from '@ordergraph/schema';
import type { Sealing } from '@ordergraph/sealing';
import { forTenant, newId, queryAsRelay, RoundTripClient } from '@ordergraph/tenancy';
import type { GraphQLSchema } from 'graphql';
import { Pool } from 'pg';
import { authorize } from './authorization.ts';
import { createCursorSeal } from './cursors.ts';
import type { Route, Runtime, Settings, SubgraphDefinition } from './definition.ts';
import { createExecutor } from './executor.ts';
import { createLive } from './create-live.ts';
import { actorOf, type RequestContext } from './request-context.ts';
import { scalars } from './scalars.ts';
import { startTasks } from './tasks.ts';
import { tellOfCommitted } from './tell-of-committed.ts';
import { createWaits, waitFor } from './waits.ts';

/** What a subgraph needs of the process that it runs in. */
export interface SubgraphEnvironment {
  /** Connects as `app_<subgraph>`. */
  readonly databaseUrl: string;
  /** Connects as `relay_<subgraph>`. */
  readonly relayDatabaseUrl: string;
  readonly bus: Bus;
  /** Carries the news that subscriptions wait for. */
  readonly liveBus: LiveBus;
  readonly contextVerifier: ContextVerifier;
  readonly sealing: Sealing;
  /** The subgraphs of this installation, whether here or elsewhere. */
  readonly subgraphs: readonly string[];
  readonly cursorSecret: string;
  readonly settings: Settings;
  readonly poolSize?: number;
  readonly clock?: () => Date;
  readonly log?: (message: string, error?: unknown) => void;
  /** False serves requests only: no relay, no consumer, no tasks. For tests that drive these by hand. */
  readonly isBackgroundOn?: boolean;
}

/** How far a subgraph's messages have come. */
export interface SubgraphStatus {
  readonly isReady: boolean;
  /** Messages in the outbox that are not published yet. */
  readonly unpublished: number;
  /** Messages that wait for their turn or their next attempt. */
  readonly parked: number;
  /** Messages that wait for a person. */
  readonly dead: number;
}

/** A subgraph at work. */
export interface RunningSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Answers the gateway. Refuses what the gateway did not sign. */
  readonly execute: SubgraphExecutor;
  /** Opens a subscription for the gateway, with the same check. */
  readonly subscribe: SubgraphSubscriber;
  readonly runtime: Runtime;
  readonly routes: readonly Route<unknown>[];
  status(): Promise<SubgraphStatus>;
  /**
   * Ends what it does by itself: tasks, retries, publishing. It still answers and takes messages, so that subgraphs of one
   * process can rest together before the first of them disconnects.
   */
  rest(): Promise<void>;
  /** Rests, finishes what is running, then disconnects. */
  stop(): Promise<void>;
}

/** Writes a line to the log of the process. */
export function logToStderr(message: string, error?: unknown): void {
  const cause = error === undefined ? '' : describeError(error);
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), message, ...(cause ? { cause } : {}) })}\n`);
}

// A connection has prepared its statements; a new one costs more than many transactions.
const keptIdleMs = 300_000;

/** The ORM of a subgraph, connected with the given role. */
export async function connectOrm(
  definition: SubgraphDefinition,
  databaseUrl: string,
  poolSize: number,
): Promise<MikroORM> {
  return MikroORM.init({
    driver: PostgreSqlDriver,
    clientUrl: databaseUrl,
    entities: [...definition.entities, ...messagingTables(definition.name)],
    schema: definition.name,
    allowGlobalContext: false,
    discovery: { warnWhenNoEntities: false },
    pool: { min: 1, max: poolSize, idleTimeoutMillis: keptIdleMs },
    driverOptions: { Client: RoundTripClient },
    debug: false,
  });
}

/** Starts a subgraph from its definition: schema, requests, messages, background work. */
export async function startSubgraph(
  definition: SubgraphDefinition,
  environment: SubgraphEnvironment,
): Promise<RunningSubgraph> {
  const { name } = definition;
  const { liveBus } = environment;
  if (!isSubgraphName(name)) throw new Error(`${name} has no file in schema/subgraphs; expected the name of one.`);
  const log = environment.log ?? logToStderr;
  const clock = environment.clock ?? (() => new Date());
  const waits = createWaits();
  const isRunning = (subgraph: string): boolean => environment.subgraphs.includes(subgraph);
  const orm = await connectOrm(definition, environment.databaseUrl, environment.poolSize ?? 10);
  const relayPool = new Pool({
    connectionString: environment.relayDatabaseUrl,
    max: 4,
    idleTimeoutMillis: keptIdleMs,
    Client: RoundTripClient,
  });
  let isStopping = false;
  // A connection that the database ends while it is being closed is no news.
  relayPool.on('error', (error) => {
    if (!isStopping) log(`A connection of relay_${name} broke; another takes its place.`, error);
  });
  // The pool listens to idle connections only, and no longer to one that it is closing.
  relayPool.on('connect', (client) => client.on('error', () => undefined));
  const resources = await definition.open?.(environment.settings);
  // MikroORM types its EntityManager by driver; with the PostgreSQL driver it is this one.
  const em = orm.em as SqlEntityManager;

  const publishLive: Runtime['publishLive'] = (tenantId, subject, notice) => {
    try {
      liveBus.publish(liveTopic(tenantId, subject), notice);
    } catch (error) {
      // What it tells of is committed, and neither its caller nor the relay can do anything about it.
      log(`Nobody could be told that ${subject.join(' ')} moved.`, error);
    }
  };
  let offer = (_messages: readonly StoredMessage[]): void => undefined;
  const transactor = createTransactor(name, {
    clock,
    sealing: environment.sealing,
    isRunning,
    offer: (messages) => offer(messages),
    wake: waits.wake,
    publishLive,
  });

  const crossTenant = <Row extends Record<string, unknown>>(
    statement: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> => queryAsRelay<Row>(relayPool, statement, parameters);

  const runtime: Runtime = {
    subgraph: name,
    resources,
    em,
    transact: (cause: Cause, command) => transactor.transact(forTenant(em, cause.tenantId), cause, command),
    transactAsSystem: (tenantId, command) =>
      transactor.transact(forTenant(em, tenantId), systemCause(tenantId), command),
    crossTenant,
    wake: waits.wake,
    isRunning,
    publishLive,
    log,
  };

  const typeDefs = subgraphTypeDefs(name);
  const schema = authorize(
    buildSubgraphSchema([{ typeDefs, resolvers: { ...scalars, ...definition.resolvers } }]),
    typeDefs,
    definition,
  );

  function contextOf(viewer: Viewer): RequestContext {
    const fork = forTenant(em, viewer.tenantId);
    const cause: Cause = {
      tenantId: viewer.tenantId ?? '',
      actor: actorOf(viewer),
      correlationId: viewer.requestId,
      causationId: null,
      commandKey: null,
      traceparent: viewer.traceparent ?? null,
    };
    const context: RequestContext = {
      viewer,
      resources,
      em: fork,
      cursors: createCursorSeal(environment.cursorSecret, `${name}:${viewer.tenantId}`),
      transact: <Result>(command: (transaction: Transaction) => Promise<Result>, tenantId = viewer.tenantId) =>
        transactor.transact(forTenant(em, tenantId), { ...cause, tenantId: tenantId ?? '' }, command),
      waitFor: (topic, read, timeoutMs, firstLook) => waitFor(waits, topic, read, timeoutMs, firstLook),
      isRunning,
      get live() {
        return createLive(liveBus, context, () => contextOf(viewer));
      },
      crossTenant,
    };
    return context;
  }

  const { execute, subscribe } = createExecutor({
    subgraph: name,
    schema,
    verifier: environment.contextVerifier,
    log,
    contextOf,
  });

  let endBackground = async (): Promise<void> => undefined;
  let endDeliveries = async (): Promise<void> => undefined;
  if (environment.isBackgroundOn ?? true) {
    const relay = startRelay({
      subgraph: name,
      pool: relayPool,
      bus: environment.bus,
      onError: log,
      onHanded: (event) => tellOfCommitted(definition, runtime, event),
    });
    offer = relay.offer;
    const consumer = createConsumer({
      subgraph: name,
      handlers: definition.handlers,
      em,
      transactor,
      bus: environment.bus,
      onError: log,
    });
    await consumer.subscribe();
    await environment.bus.addPublisher(relay);
    const retries = startRetries({ subgraph: name, pool: relayPool, consumer, onError: log });
    const tasks = startTasks(definition.tasks ?? [], runtime, waits);
    endBackground = async () => {
      await tasks.stop();
      await retries.stop();
      await relay.stop();
    };
    endDeliveries = consumer.stop;
  }
  let resting: Promise<void> | undefined;
  const rest = (): Promise<void> => (resting ??= endBackground());

  return {
    name,
    schema,
    execute,
    subscribe,
    runtime,
    routes: definition.routes ?? [],
    async status() {
      const [row] = await crossTenant<{ unpublished: number; parked: number; dead: number }>(
        `select (select count(*)::int from "${name}"."outbox" where published_at is null) as unpublished,
           (select count(*)::int from "${name}"."parked_event" where state <> 'DEAD') as parked,
           (select count(*)::int from "${name}"."parked_event" where state = 'DEAD') as dead`,
      );
      return { isReady: true, unpublished: row?.unpublished ?? 0, parked: row?.parked ?? 0, dead: row?.dead ?? 0 };
    },
    rest,
    async stop() {
      await rest();
      await endDeliveries();
      await definition.close?.(resources);
      isStopping = true;
      await relayPool.end();
      await orm.close(true);
    },
  };
}

/** The cause of what the product does by itself. */
export function systemCause(tenantId: string): Cause {
  return {
    tenantId,
    actor: { type: 'SYSTEM', id: null },
    correlationId: newId(),
    causationId: null,
    commandKey: null,
    traceparent: null,
  };
}
