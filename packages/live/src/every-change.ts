import type { LiveBus } from './live-bus.ts';
import { pulled, type Rest } from './pulled.ts';
import type { LiveTopic } from './topic.ts';

/** Something at a point of its own history. */
export interface Versioned<Item> {
  /** Grows with each change of the subject. */
  readonly version: number;
  readonly item: Item;
}

/** One value of a stream. */
export interface Update<Item> extends Versioned<Item> {
  /** True for the whole state rather than a change. */
  readonly isSnapshot: boolean;
}

/** A stream that leaves nothing out. */
export interface EveryChangeOptions<Item> {
  readonly bus: LiveBus;
  readonly topic: LiveTopic;
  /** The version that the reader has seen last; null begins with a snapshot. */
  readonly from: number | null;
  /** The state as it is; null while there is none. */
  snapshot(): Promise<Versioned<Item> | null>;
  /** What came behind a version, in order and without a gap, at most `limit`. `too old` when that is no longer kept. */
  since(version: number, limit: number): Promise<readonly Versioned<Item>[] | 'too old'>;
}

const pageSize = 100;

/**
 * Every change of a subject, once and in order. A notice only says that something moved; what moved is read from
 * PostgreSQL by its version. So lost, repeated and late notices do no harm, and a slow reader's backlog lies in the
 * database.
 */
export function everyChange<Item>(options: EveryChangeOptions<Item>): AsyncIterableIterator<Update<Item>> {
  const { bus, topic, snapshot, since } = options;
  let last = options.from;
  let isBehind = true;
  let page: Versioned<Item>[] = [];
  let leave: (() => void) | undefined;

  async function takeSnapshot(): Promise<Update<Item> | null> {
    isBehind = false;
    const state = await snapshot();
    if (!state) return null;
    last = state.version;
    return { ...state, isSnapshot: true };
  }

  /** The next thing to say, or null when the reader has seen all. */
  async function look(): Promise<Update<Item> | null> {
    if (last === null) return takeSnapshot();
    if (page.length === 0) {
      isBehind = false;
      const found = await since(last, pageSize);
      if (found === 'too old') return takeSnapshot();
      page = found.filter(({ version }) => last === null || version > last);
      isBehind ||= found.length >= pageSize;
    }
    const change = page.shift();
    if (!change) return null;
    last = change.version;
    return { ...change, isSnapshot: false };
  }

  async function pull(rest: Rest): Promise<Update<Item> | null> {
    // Before anything is read: what changes in between is told, and read again.
    leave ??= await bus.subscribe(topic, (signal) => {
      if (signal !== 'gap' && signal.version !== undefined && last !== null && signal.version <= last) return;
      isBehind = true;
      nudge();
    });
    while (!rest.isClosed) {
      const update = isBehind || page.length > 0 ? await look() : null;
      if (update) return update;
      if (!isBehind) await rest.rest();
    }
    return null;
  }

  const { iterator, nudge } = pulled(pull, () => leave?.());
  return iterator;
}
