import { JetStreamBus, OutboxDirectBus, type Bus } from '@ordergraph/events';
import { createLiveBus, createMemoryEngine, createRedisEngine, type LiveBus } from '@ordergraph/live';
import { watchBroker } from './broker-watch.ts';
import { startNatsServer } from './nats-server.ts';
import { startRedisServer } from './redis-server.ts';
import { findServers, isDistributed } from './servers.ts';

/** What carries events and live news between the subgraphs of a test house. */
export interface Carriage {
  /** For one subgraph: all have the same one in one process, and one each where they are apart. */
  join(): Promise<{ bus: Bus; liveBus: LiveBus }>;
  /** How many messages the broker has taken so far; null while consumers still have some of them before them. */
  taken(): Promise<number | null>;
  close(): Promise<void>;
}

type Log = (message: string, error?: unknown) => void;

/** Over NATS and Redis of its own in the distributed mode, else in memory; what is given takes the place of either. */
export async function startCarriage(given: { bus?: Bus; liveBus?: LiveBus }, log: Log): Promise<Carriage> {
  if (isDistributed() && !given.bus && !given.liveBus) return overServers(log);
  const joined = {
    bus: given.bus ?? new OutboxDirectBus(),
    liveBus: given.liveBus ?? createLiveBus(createMemoryEngine(), log),
  };
  return {
    join: async () => joined,
    // What was published has arrived.
    taken: async () => 0,
    async close() {
      await joined.bus.close();
      await joined.liveBus.close();
    },
  };
}

async function overServers(log: Log): Promise<Carriage> {
  const sources = findServers();
  const [nats, redis] = await Promise.all([startNatsServer(sources.nats), startRedisServer(sources.redis)]);
  const watch = await watchBroker(nats.url);
  const joined: { bus: Bus; liveBus: LiveBus }[] = [];
  return {
    async join() {
      const bus = await JetStreamBus.connect({ servers: nats.url, onError: log });
      const own = { bus, liveBus: createLiveBus(await createRedisEngine(redis.url, log), log) };
      joined.push(own);
      return own;
    },
    taken: () => watch.taken(),
    async close() {
      for (const { bus, liveBus } of joined) {
        await bus.close();
        await liveBus.close();
      }
      await watch.close();
      await Promise.all([nats.stop(), redis.stop()]);
    },
  };
}
