import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import type { LiveEngine } from './live-bus.ts';

/** Every process listens to it; whoever lost a notice says so here. No subject has this name. */
const gapTopic = 't:gap';
const retryMs = (attempt: number): number => Math.min(50 * 2 ** attempt, 2_000);

/** Carries notices between processes over Redis Pub/Sub, which forgets what is published while a connection is down. */
export async function createRedisEngine(
  url: string,
  onError: (message: string, error?: unknown) => void,
): Promise<LiveEngine> {
  const gapListeners = new Set<() => void>();
  const options = { lazyConnect: true, retryStrategy: retryMs, maxRetriesPerRequest: null };
  const subscriber = new Redis(url, options);
  // A notice that waited for the connection would come before the watchers are back, and count as delivered.
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false });
  let isClosed = false;
  // The reason reaches whoever connects or sends; a listener has to be there all the same.
  for (const client of [subscriber, publisher]) client.on('error', () => undefined);
  await Promise.all([subscriber.connect(), publisher.connect()]).catch((cause: unknown) => {
    subscriber.disconnect();
    publisher.disconnect();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No Redis answers at the address in REDIS_URL (${reason}). Start it, or unset REDIS_URL.`, {
      cause,
    });
  });
  subscriber.on('close', () => {
    if (!isClosed) onError('The connection to Redis broke; live updates wait until it is back.');
  });

  function hearGap(): void {
    for (const listener of gapListeners) listener();
  }

  async function lookAgain(): Promise<void> {
    // ioredis subscribes again by itself once the connection is ready; a command sent now is answered after that.
    await subscriber.ping();
    hearGap();
  }
  subscriber.on('ready', () => {
    lookAgain().catch((error: unknown) => {
      if (!isClosed) onError('Redis was lost again right after it came back.', error);
    });
  });

  let hasLost = false;
  function tellGap(): void {
    hasLost = true;
    if (publisher.status !== 'ready') return;
    hasLost = false;
    pubSub.publish(gapTopic, {}).catch(() => {
      hasLost = true;
    });
  }
  publisher.on('ready', () => {
    if (hasLost) tellGap();
  });

  const pubSub = new RedisPubSub({ publisher, subscriber: sparingRejections(subscriber) });
  await pubSub.subscribe(gapTopic, hearGap);

  return {
    pubSub,
    onGap: (listener) => void gapListeners.add(listener),
    tellGap,
    async close() {
      isClosed = true;
      gapListeners.clear();
      subscriber.disconnect();
      publisher.disconnect();
    },
  };
}

/** RedisPubSub does not look at what its `unsubscribe` answers, and a rejection nobody looks at ends the process. */
function sparingRejections(client: Redis): Redis {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name !== 'unsubscribe' && name !== 'punsubscribe') return member.bind(target);
      return (...parts: unknown[]) => Promise.resolve(Reflect.apply(member, target, parts)).catch(() => 0);
    },
  });
}
