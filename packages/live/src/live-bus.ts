import type { PubSubEngine } from 'graphql-subscriptions';
import type { LiveTopic } from './topic.ts';

/** Says that a subject moved, and how far. Ids, numbers and what every watcher may see; nothing that has to be filtered. */
export interface LiveNotice {
  /** Version of the subject, or number of the position. Absent: it moved, whoever watches finds out how far. */
  readonly version?: number;
  readonly [field: string]: unknown;
}

/** What a listener hears: news, or `gap` when news may have been lost and PostgreSQL has to be asked. */
export type LiveSignal = LiveNotice | 'gap';

/**
 * Carries notices between the processes of a subgraph. It may lose: whoever listens reads what counts from PostgreSQL,
 * and reads again after a gap.
 */
export interface LiveBus {
  /** Never throws and never waits. */
  publish(topic: LiveTopic, notice: LiveNotice): void;
  /** Resolves when nothing published from now on is missed. The answer ends the subscription. */
  subscribe(topic: LiveTopic, listener: (signal: LiveSignal) => void): Promise<() => void>;
  /** How many topics are listened to. */
  readonly topics: number;
  close(): Promise<void>;
}

/** An engine of graphql-subscriptions, and what a live bus needs to know beside it. */
export interface LiveEngine {
  readonly pubSub: PubSubEngine;
  /** Calls back whenever messages may have been lost: after every reconnect. */
  onGap(listener: () => void): void;
  /** A notice was lost before it was sent: as soon as it can, this tells all processes of a gap. */
  tellGap(): void;
  close(): Promise<void>;
}

interface Watched {
  readonly listeners: Set<(signal: LiveSignal) => void>;
  readonly subscribed: Promise<number>;
}

/** One subscription of the engine for each topic, however many listen; the last one who leaves ends it. */
export function createLiveBus(engine: LiveEngine, onError: (message: string, error?: unknown) => void): LiveBus {
  const watched = new Map<LiveTopic, Watched>();
  let isClosed = false;

  function tell(topic: LiveTopic, signal: LiveSignal): void {
    for (const listener of watched.get(topic)?.listeners ?? []) listener(signal);
  }

  engine.onGap(() => {
    for (const topic of watched.keys()) tell(topic, 'gap');
  });

  function watch(topic: LiveTopic): Watched {
    const known = watched.get(topic);
    if (known) return known;
    const listeners = new Set<(signal: LiveSignal) => void>();
    const subscribed = engine.pubSub.subscribe(
      topic,
      (message: unknown) => {
        // Every listener gets the same object.
        if (isNotice(message)) return tell(topic, Object.freeze(message));
        onError(`A message on ${topic} is no notice; it is taken for a gap.`);
        tell(topic, 'gap');
      },
      {},
    );
    const entry = { listeners, subscribed };
    watched.set(topic, entry);
    return entry;
  }

  async function leave(topic: LiveTopic, entry: Watched, listener: (signal: LiveSignal) => void): Promise<void> {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0 || watched.get(topic) !== entry) return;
    watched.delete(topic);
    const id = await entry.subscribed;
    if (!isClosed) engine.pubSub.unsubscribe(id);
  }

  return {
    publish(topic, notice) {
      engine.pubSub.publish(topic, notice).catch((error: unknown) => {
        if (isClosed) return;
        onError('A live notice could not be published; all watchers look again once Redis is back.', error);
        engine.tellGap();
      });
    },
    async subscribe(topic, listener) {
      const entry = watch(topic);
      entry.listeners.add(listener);
      const end = (): void => {
        leave(topic, entry, listener).catch((error: unknown) => onError(`Leaving ${topic} failed.`, error));
      };
      try {
        await entry.subscribed;
      } catch (error) {
        entry.listeners.delete(listener);
        if (watched.get(topic) === entry) watched.delete(topic);
        throw error;
      }
      return end;
    },
    get topics() {
      return watched.size;
    },
    async close() {
      isClosed = true;
      watched.clear();
      await engine.close();
    },
  };
}

function isNotice(message: unknown): message is LiveNotice {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return false;
  return !('version' in message) || message.version === undefined || typeof message.version === 'number';
}
