import type { Update, Versioned } from './every-change.ts';
import type { LiveBus, LiveNotice } from './live-bus.ts';
import { pulled, type Rest } from './pulled.ts';
import type { LiveSubject, LiveTopic } from './topic.ts';

/** A value of one of the watched subjects. */
export interface SubjectUpdate<Item> extends Update<Item> {
  readonly subject: LiveSubject;
}

/** A stream of present values. */
export interface NewestOptions<Item> {
  readonly bus: LiveBus;
  readonly topics: readonly { readonly subject: LiveSubject; readonly topic: LiveTopic }[];
  /** The version of the single subject that the reader has seen last; null begins with snapshots. */
  readonly from: number | null;
  /** No value follows another sooner than this. */
  readonly minIntervalMs?: number;
  /**
   * The values as PostgreSQL has them, in the order of the subjects: at the start, after a gap, and for notices that do
   * not carry them. Null: none yet.
   */
  read(subjects: readonly LiveSubject[]): Promise<readonly (Versioned<Item> | null)[]>;
  /** Takes the value from a notice that carries all of it. */
  fromNotice?(notice: LiveNotice): Versioned<Item>;
}

interface Slot<Item> {
  readonly subject: LiveSubject;
  sent: number | null;
  isFirst: boolean;
  /** What to send next: a value, or `read` when PostgreSQL has to be asked. */
  waiting: Versioned<Item> | 'read' | null;
}

/**
 * The newest value of each subject. One that a slow reader has not taken is replaced by the next, so there is one slot
 * for each subject and no queue. Versions have to grow with every value.
 */
export function newest<Item>(options: NewestOptions<Item>): AsyncIterableIterator<SubjectUpdate<Item>> {
  const { bus, topics, minIntervalMs = 0, read, fromNotice } = options;
  const from = topics.length === 1 ? options.from : null;
  const slots = topics.map(({ subject }): Slot<Item> => ({
    subject,
    sent: from,
    isFirst: from === null,
    waiting: 'read',
  }));
  // Slots with something to send, in the order in which it came.
  const due = new Set(slots);
  let leaves: (() => void)[] | undefined;
  let sentAt = -Infinity;

  function hear(slot: Slot<Item>, signal: LiveNotice | 'gap'): void {
    if (signal === 'gap' || !fromNotice) slot.waiting = 'read';
    else if (slot.waiting !== 'read') {
      const value = fromNotice(signal);
      const known = slot.waiting?.version ?? slot.sent;
      if (known !== null && value.version <= known) return;
      slot.waiting = value;
    }
    due.add(slot);
    nudge();
  }

  async function open(): Promise<(() => void)[]> {
    const opened = await Promise.allSettled(
      topics.map(({ topic }, at) => bus.subscribe(topic, (signal) => hear(slotAt(at), signal))),
    );
    const leaving = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = opened.find((one) => one.status === 'rejected');
    if (!failed) return leaving;
    for (const leave of leaving) leave();
    throw failed.reason;
  }

  function slotAt(at: number): Slot<Item> {
    const slot = slots[at];
    if (!slot) throw new Error('Each topic has a slot.');
    return slot;
  }

  /** Asks PostgreSQL once for all that it has to be asked for. */
  async function readWaiting(): Promise<void> {
    const asked = [...due].filter(({ waiting }) => waiting === 'read');
    // Emptied before reading: what comes while PostgreSQL answers is looked at afterwards.
    for (const slot of asked) slot.waiting = null;
    const values = await read(asked.map(({ subject }) => subject));
    for (const [at, slot] of asked.entries()) {
      const value = values[at] ?? null;
      if (slot.waiting === null) slot.waiting = value;
      else if (value && slot.waiting !== 'read' && value.version > slot.waiting.version) slot.waiting = value;
    }
  }

  async function take(slot: Slot<Item>): Promise<SubjectUpdate<Item> | null> {
    if (slot.waiting === 'read') await readWaiting();
    const { waiting: value, subject } = slot;
    // It moved again in the meantime.
    if (value === 'read') return null;
    slot.waiting = null;
    due.delete(slot);
    if (!value || (slot.sent !== null && value.version <= slot.sent)) return null;
    slot.sent = value.version;
    const isSnapshot = slot.isFirst;
    slot.isFirst = false;
    return { ...value, subject, isSnapshot };
  }

  async function pull(rest: Rest): Promise<SubjectUpdate<Item> | null> {
    leaves ??= await open();
    while (!rest.isClosed) {
      const [slot] = due;
      const waitMs = sentAt + minIntervalMs - performance.now();
      if (!slot) await rest.rest();
      else if (!slot.isFirst && waitMs > 0) await rest.rest(waitMs);
      else {
        const update = await take(slot);
        if (!update) continue;
        sentAt = performance.now();
        return update;
      }
    }
    return null;
  }

  const { iterator, nudge } = pulled(pull, () => {
    for (const leave of leaves ?? []) leave();
  });
  return iterator;
}
