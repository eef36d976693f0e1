import {
  everyChange,
  liveTopic,
  newest,
  type LiveBus,
  type LiveNotice,
  type LiveSubject,
  type LiveTopic,
  type Update,
  type Versioned,
} from '@ordergraph/live';
import { mapped } from './mapped.ts';
import { tenantOf, type RequestContext } from './request-context.ts';

/** One value of a subscription. */
export interface LiveUpdate<Item> {
  /** Handed back as `after` it continues behind this value. */
  readonly cursor: string;
  /** True for the whole state rather than a change. */
  readonly isSnapshot: boolean;
  readonly item: Item;
}

/**
 * The streams that subscriptions are made of. A subscription outlives a request, so everything that reads gets a context
 * of its own each time. Who may watch a subject is decided before a stream is opened.
 */
export interface Live {
  /** Every change of one subject, once and in order: money, points, states. */
  everyChange<Item>(options: {
    readonly subject: LiveSubject;
    /** The cursor as it came. One that is malformed or of another subject counts as none. */
    readonly after: string | null | undefined;
    /** The state as it is; null while there is none. */
    snapshot(context: RequestContext): Promise<Versioned<Item> | null>;
    /** What came behind a version, in order and without a gap, at most `limit`. */
    since(context: RequestContext, version: number, limit: number): Promise<readonly Versioned<Item>[] | 'too old'>;
  }): AsyncIterableIterator<LiveUpdate<Item>>;
  /** The newest value of some subjects; a slow reader skips those in between. Versions grow with every value. */
  newest<Item>(options: {
    readonly subjects: readonly LiveSubject[];
    /** Continues behind it where there is one subject; where there are more, all begin anew. */
    readonly after: string | null | undefined;
    readonly minIntervalMs?: number;
    /** The value as PostgreSQL has it; null while there is none. */
    read(context: RequestContext, subject: LiveSubject): Promise<Versioned<Item> | null>;
    /** Takes the value from a notice that carries all of it. */
    fromNotice?(notice: LiveNotice): Versioned<Item>;
  }): AsyncIterableIterator<LiveUpdate<Item>>;
}

/** The streams of one subscriber. `fresh` makes a context for one reading. */
export function createLive(bus: LiveBus, context: RequestContext, fresh: () => RequestContext): Live {
  const { cursors } = context;
  const topicOf = (subject: LiveSubject): LiveTopic => liveTopic(tenantOf(context), subject);

  function versionOf(cursor: string | null | undefined, [kind, id]: LiveSubject): number | null {
    if (cursor == null) return null;
    try {
      const [ofKind, ofId, version] = cursors.open(cursor);
      return ofKind === kind && ofId === id && typeof version === 'number' ? version : null;
    } catch {
      // Whoever comes back with it is served the whole state rather than an error.
      return null;
    }
  }

  const told = <Item>(subject: LiveSubject, { version, isSnapshot, item }: Update<Item>): LiveUpdate<Item> => ({
    cursor: cursors.seal([...subject, version]),
    isSnapshot,
    item,
  });

  return {
    everyChange({ subject, after, snapshot, since }) {
      const updates = everyChange({
        bus,
        topic: topicOf(subject),
        from: versionOf(after, subject),
        snapshot: () => snapshot(fresh()),
        since: (version, limit) => since(fresh(), version, limit),
      });
      return mapped(updates, (update) => told(subject, update));
    },
    newest({ subjects, after, minIntervalMs, read, fromNotice }) {
      const [first] = subjects;
      const updates = newest({
        bus,
        topics: subjects.map((subject) => ({ subject, topic: topicOf(subject) })),
        from: first ? versionOf(after, first) : null,
        ...(minIntervalMs === undefined ? {} : { minIntervalMs }),
        read: (subject) => read(fresh(), subject),
        ...(fromNotice ? { fromNotice } : {}),
      });
      return mapped(updates, (update) => told(update.subject, update));
    },
  };
}
