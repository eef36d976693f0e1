/** What clients may hold open. Each limit ends or refuses what goes over it, and nothing else. */
export const defaultLiveLimits = {
  /** One message of a client. The protocol's own sockets take 100 MiB. */
  messageBytes: 64 * 1024,
  /** A socket that does not say who it is by then is closed. */
  initWaitMs: 3_000,
  /** A socket that asks for nothing by then is closed. */
  firstOperationMs: 10_000,
  subscriptionsPerSocket: 20,
  socketsPerPrincipal: 5,
  /** Each event stream is one subscription, so one principal has as many as a socket has subscriptions. */
  streamsPerPrincipal: 20,
  /** Callers without an id are counted by address. */
  socketsPerAddress: 200,
  socketsPerTenant: 20_000,
  subscriptionsPerTenant: 50_000,
  /** New connections from one address. */
  connections: { capacity: 200, refillPerSecond: 20 },
  /** Messages of one socket: enough to fill and empty it, and to fill it again. */
  messages: { capacity: 100, refillPerSecond: 10 },
  /** A socket or stream that takes nothing for so long is closed. */
  stalledMs: 15_000,
  /** A socket at which more waits for the network is closed. */
  waitingBytes: 1024 * 1024,
  /** Renewals of a socket's token that come faster are not looked at. */
  refreshMs: 10_000,
  pingMs: 12_000,
};

export type LiveLimits = typeof defaultLiveLimits;

/** Counts what each key holds, and forgets keys that hold nothing. */
export interface Tally {
  /** False, and nothing counted, when the key holds as many already. */
  take(key: string, most: number): boolean;
  release(key: string): void;
  size(): number;
}

export function createTally(): Tally {
  const held = new Map<string, number>();
  return {
    take(key, most) {
      const now = held.get(key) ?? 0;
      if (now >= most) return false;
      held.set(key, now + 1);
      return true;
    },
    release(key) {
      const left = (held.get(key) ?? 0) - 1;
      if (left > 0) held.set(key, left);
      else held.delete(key);
    },
    size: () => held.size,
  };
}

/** A bucket of points that refills over time. */
export function createBucket(rate: { capacity: number; refillPerSecond: number }): () => boolean {
  let points = rate.capacity;
  let at = performance.now();
  return () => {
    const now = performance.now();
    points = Math.min(rate.capacity, points + ((now - at) / 1000) * rate.refillPerSecond);
    at = now;
    if (points < 1) return false;
    points--;
    return true;
  };
}
