import type { Options, SqlEntityManager } from '@mikro-orm/postgresql';
import type { Cause, EventEnvelope, EventHandlers, Transaction } from '@ordergraph/events';
import type { LiveNotice, LiveSubject } from '@ordergraph/live';
import type { EventPayloads } from '@ordergraph/schema';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Settings that the host hands to a subgraph, by name; each subgraph's README lists those that it knows. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** What a running subgraph offers to its own background work and routes. */
export interface Runtime<Resources = unknown> {
  readonly subgraph: string;
  readonly resources: Resources;
  readonly em: SqlEntityManager;
  /** Runs a command in one transaction of one tenant. */
  transact<Result>(cause: Cause, command: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs a command as the product itself: a sweeper, a timer. */
  transactAsSystem<Result>(tenantId: string, command: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Reads what is due over all tenants, with the relay role, which sees only what its column grants name. */
  crossTenant<Row extends Record<string, unknown>>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Wakes whoever waits for the topic in this process. */
  wake(topic: string): void;
  isRunning(subgraph: string): boolean;
  /**
   * Tells whoever watches the subject, in whichever process. For what is no event, such as a position: it never throws
   * and may be lost, so that what counts has to be in PostgreSQL.
   */
  publishLive(tenantId: string, subject: LiveSubject, notice: LiveNotice): void;
  log(message: string, error?: unknown): void;
}

/** Background work: runs again after `everyMs`, sooner when `task:<name>` is woken, and never twice at a time. */
export interface Task<Resources> {
  readonly name: string;
  readonly everyMs: number;
  /** Answers how many things it did; it is called again at once while that is more than 0. */
  run(runtime: Runtime<Resources>): Promise<number>;
}

/** An inbound HTTP endpoint that a third party dictates, such as a provider's webhook. */
export interface Route<Resources> {
  readonly method: 'GET' | 'POST';
  /** Exact path, such as `/payments/sandbox/webhook`. */
  readonly path: string;
  handle(runtime: Runtime<Resources>, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void>;
}

/** Which subjects an event of the subgraph is news about, by the event's name. */
export type LiveSubjects = {
  readonly [Event in keyof EventPayloads]?: (payload: EventPayloads[Event]) => readonly LiveSubject[];
};

/** Everything that a subgraph is. Data: it starts nothing, and does not know how or where it runs. */
export interface SubgraphDefinition<Resources = unknown> {
  readonly name: string;
  readonly entities: NonNullable<Options['entities']>;
  /** Absolute path of the folder with its migrations. */
  readonly migrations: string;
  /** Checked where it is written, against the subgraph's generated `Resolvers` type. */
  readonly resolvers: object;
  readonly handlers: EventHandlers;
  /** Once such an event is committed, subscriptions that watch these subjects look again. */
  readonly liveSubjects?: LiveSubjects;
  /**
   * Hears of each of the subgraph's own events once it is committed: at least once, also when the process that committed
   * it has died. For caches: it neither waits nor throws.
   */
  onCommitted?(runtime: Runtime<Resources>, event: EventEnvelope): void;
  readonly tasks?: readonly Task<Resources>[];
  readonly routes?: readonly Route<Resources>[];
  /** Root fields whose scope is narrower than `read_<subgraph>` or `write_<subgraph>`. */
  readonly scopes?: Readonly<Record<string, string>>;
  /** Root fields for platform operators, who have no tenant, and for nobody else. */
  readonly operatorFields?: readonly string[];
  /** Root fields that any signed-in caller may use without a scope. */
  readonly openFields?: readonly string[];
  /** Statements for the owner after migrating: column grants for the relay role. */
  readonly grants?: readonly string[];
  /** Opens what lives outside the database: a mail transport, a payment provider. */
  open?(settings: Settings): Promise<Resources>;
  close?(resources: Resources): Promise<void>;
}

/** States a definition with the type of its resources checked, and forgets that type, so that a host can list it. */
export function defineSubgraph<Resources>(definition: SubgraphDefinition<Resources>): SubgraphDefinition {
  // The host passes to each subgraph only the resources that the same subgraph opened.
  return definition as SubgraphDefinition;
}
