import type { LiveNotice, LiveSubject, Versioned } from '@ordergraph/live';

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
export interface Live<Context> {
  /** Every change of one subject, once and in order: money, points, states. */
  everyChange<Item>(options: {
    readonly subject: LiveSubject;
    /** The cursor as it came. One that is malformed or of another subject counts as none. */
    readonly after: string | null | undefined;
    /** The state as it is; null while there is none. */
    snapshot(context: Context): Promise<Versioned<Item> | null>;
    /** What came behind a version, in order and without a gap, at most `limit`. */
    since(context: Context, version: number, limit: number): Promise<readonly Versioned<Item>[] | 'too old'>;
  }): AsyncIterableIterator<LiveUpdate<Item>>;
  /** The newest value of some subjects; a slow reader skips those in between. Versions grow with every value. */
  newest<Item>(options: {
    readonly subjects: readonly LiveSubject[];
    /** Continues behind it where there is one subject; where there are more, all begin anew. */
    readonly after: string | null | undefined;
    readonly minIntervalMs?: number;
    /** The value as PostgreSQL has it; null while there is none. */
    read(context: Context, subject: LiveSubject): Promise<Versioned<Item> | null>;
    /** Takes the value from a notice that carries all of it. */
    fromNotice?(notice: LiveNotice): Versioned<Item>;
  }): AsyncIterableIterator<LiveUpdate<Item>>;
}
