import { findNatsServer, type NatsSource } from './nats-server.ts';
import { findRedisServer, type RedisSource } from './redis-server.ts';

/** Where the servers of the distributed mode come from. */
export interface Servers {
  readonly nats: NatsSource;
  readonly redis: RedisSource;
  /** Why they cannot be had; null where they can. */
  readonly missing: string | null;
}

export function findServers(): Servers {
  const [nats, redis] = [findNatsServer(), findRedisServer()];
  const missing = [nats, redis].flatMap((source) => (source.kind === 'none' ? [source.reason] : []));
  return { nats, redis, missing: missing.length > 0 ? missing.join('; ') : null };
}

/** Whether this run is the second one of vitest.config.ts, in which all parts talk over real NATS, Redis and HTTP. */
export const isDistributed = (): boolean => process.env['ORDERGRAPH_TEST_MODE'] === 'distributed';
