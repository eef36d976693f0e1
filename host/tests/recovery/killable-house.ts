import type { SubgraphName } from '@ordergraph/schema';
import type { HouseClient } from '../house-client.ts';

/** Where a process shall kill itself: the `hits`th time that it passes the point. */
export interface CrashPoint {
  /** The subgraph whose process is armed; where there is one process for all, it is that one. */
  readonly part: SubgraphName;
  readonly point: string;
  readonly hits: number;
}

/** A server that the house stands on. */
export type Server = 'PostgreSQL' | 'NATS' | 'Redis';

/** The whole house in processes that can be killed, on servers that survive it and can be killed as well. */
export interface KillableHouse extends HouseClient {
  readonly url: string;
  /** The superuser's. */
  readonly databaseUrl: string;
  /** As the superuser, past all policies. */
  sql<Row extends object>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /**
   * Starts what does not run; armed, the process that holds the point is killed before and started anew, and where all is
   * one process that goes for it in any case. Resolves when everything has started, or the armed one is dead.
   */
  start(crashAt?: CrashPoint): Promise<void>;
  /** Asks every process whether it is ready. */
  isWhole(): Promise<boolean>;
  /** Waits for the armed process to die by itself; answers the signal. */
  death(timeoutMs: number): Promise<number | NodeJS.Signals | null>;
  /** Kills a part of it, or everything at once; nothing of it starts again by itself. */
  kill(part?: string): Promise<void>;
  /** Kills a server as a power cut would, and starts it again on what is left: of Redis nothing. */
  killServer(server: Server): Promise<void>;
  /** How many messages the broker has taken so far; null while consumers still have some of them before them. */
  taken(): Promise<number | null>;
  stop(): Promise<void>;
}

/** A provider that is asked again soon, so that the wait for a lost answer is short. */
export const impatience = { PAYMENT_PROVIDER_TIMEOUT_MS: '1000', PAYMENT_SANDBOX_DECISION_MS: '200' };

/** What `ORDERGRAPH_CRASH_AT` says for a point. */
export const armedAt = (crashAt: CrashPoint | undefined): string => (crashAt ? `${crashAt.point}:${crashAt.hits}` : '');
