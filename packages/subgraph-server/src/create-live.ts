import {
  everyChange,
  liveTopic,
  newest,
  type LiveBus,
  type LiveSubject,
  type LiveTopic,
  type Update,
} from '@ordergraph/live';
import type { Live, LiveUpdate } from './live.ts';
import { mapped } from './mapped.ts';
import { tenantOf, type RequestContext } from './request-context.ts';

/** The streams of one subscriber. `fresh` makes a context for one reading. */
export function createLive(bus: LiveBus, context: RequestContext, fresh: () => RequestContext): Live<RequestContext> {
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
        read(subjects) {
          // One context for all, whose DataLoaders make one query of it.
          const one = fresh();
          return Promise.all(subjects.map((subject) => read(one, subject)));
        },
        ...(fromNotice ? { fromNotice } : {}),
      });
      return mapped(updates, (update) => told(update.subject, update));
    },
  };
}
