import { waitFor } from '@ordergraph/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createLiveBus,
  createMemoryEngine,
  everyChange,
  liveTopic,
  newest,
  type LiveNotice,
  type LiveSignal,
  type LiveSubject,
  type Update,
  type Versioned,
} from '../src/index.ts';

const topic = liveTopic('0190a000-0000-7000-8000-000000000001', ['account', '1']);
const memoryBus = () => createLiveBus(createMemoryEngine(), () => undefined);

/** A bus whose notices the test makes, with whatever it likes to lose, repeat or delay. */
function unrulyBus() {
  const listeners = new Set<(signal: LiveSignal) => void>();
  const bus = {
    publish: () => undefined,
    subscribe: async (_topic: unknown, listener: (signal: LiveSignal) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    topics: 0,
    close: async () => undefined,
  };
  return {
    bus,
    listeners,
    tell(signal: LiveSignal) {
      for (const listener of listeners) listener(signal);
    },
  };
}

/** A subject with a history, of which PostgreSQL keeps the changes from `kept` on. */
function ledger(kept = 0) {
  const lines: number[] = [];
  return {
    add: () => lines.push(lines.length + 1),
    get version() {
      return lines.length;
    },
    snapshot: async (): Promise<Versioned<string>> => ({ version: lines.length, item: `all of ${lines.length}` }),
    since: async (version: number, limit: number) =>
      version < kept
        ? ('too old' as const)
        : lines.slice(version, version + limit).map((line) => ({ version: line, item: `line ${line}` })),
  };
}

async function take<Value>(stream: AsyncIterableIterator<Value>, count: number): Promise<Value[]> {
  const values: Value[] = [];
  while (values.length < count) {
    const { done, value } = await stream.next();
    if (done) throw new Error(`The stream ended after ${values.length} of ${count}.`);
    values.push(value);
  }
  return values;
}

describe('every change', () => {
  test('is told once and in order, whatever is lost, repeated or late on the bus', async () => {
    const signal = fc.oneof(
      fc.constant('gap' as const),
      fc.integer({ min: -3, max: 3 }).map((offset) => ({ offset })),
    );
    const step = fc.record({ lines: fc.integer({ min: 0, max: 150 }), signals: fc.array(signal, { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), fc.boolean(), async (steps, isResumed) => {
        const account = ledger();
        account.add();
        const { bus, tell } = unrulyBus();
        const stream = everyChange({ bus, topic, from: isResumed ? 0 : null, ...account });
        const seen: Update<string>[] = [];
        const reading = (async () => {
          for await (const update of stream) seen.push(update);
        })();
        await waitFor(() => seen.length > 0);
        for (const { lines, signals } of steps) {
          for (let line = 0; line < lines; line += 1) account.add();
          for (const one of signals) tell(one === 'gap' ? one : { version: account.version + one.offset });
          await Promise.resolve();
        }
        // What was lost is caught up with by the next notice.
        tell({ version: account.version });
        await waitFor(() => seen.at(-1)?.version === account.version);
        await stream.return?.();
        await reading;
        const first = seen[0]?.version ?? 0;
        expect(seen.map(({ version }) => version)).toEqual(
          Array.from({ length: account.version - first + 1 }, (_, at) => first + at),
        );
        expect(seen[0]?.isSnapshot).toBe(!isResumed);
        expect(seen.slice(1).every(({ isSnapshot }) => !isSnapshot)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('misses nothing that changes while the state is being read', async () => {
    const bus = memoryBus();
    const account = ledger();
    account.add();
    const snapshot = async () => {
      const state = await account.snapshot();
      account.add();
      bus.publish(topic, { version: 2 });
      return state;
    };
    const stream = everyChange({ bus, topic, from: null, snapshot, since: account.since });

    expect((await take(stream, 2)).map(({ version }) => version)).toEqual([1, 2]);
    await stream.return?.();
  });

  test('begins again with the whole state when what was seen last is too old', async () => {
    const account = ledger(10);
    for (let line = 0; line < 12; line += 1) account.add();

    const stream = everyChange({ bus: memoryBus(), topic, from: 3, ...account });

    expect(await take(stream, 1)).toEqual([{ version: 12, item: 'all of 12', isSnapshot: true }]);
    await stream.return?.();
  });

  test('waits where there is nothing yet, and begins with the first thing there is', async () => {
    const bus = memoryBus();
    let state: Versioned<string> | null = null;
    const stream = everyChange({ bus, topic, from: null, snapshot: async () => state, since: async () => [] });
    const first = take(stream, 1);
    await waitFor(() => bus.topics === 1);

    state = { version: 4, item: 'opened' };
    bus.publish(topic, { version: 4 });

    expect(await first).toEqual([{ version: 4, item: 'opened', isSnapshot: true }]);
    await stream.return?.();
  });

  test('can be closed while it waits, and leaves nothing behind', async () => {
    const bus = memoryBus();
    const stream = everyChange({ bus, topic, from: null, ...ledger() });
    await take(stream, 1);
    const waiting = stream.next();

    await stream.return?.();

    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(bus.topics).toBe(0);
  });

  test('closed before its subscription stands, it leaves nothing behind either', async () => {
    const bus = memoryBus();
    const stream = everyChange({ bus, topic, from: null, ...ledger() });
    const waiting = stream.next();

    await stream.return?.();

    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(bus.topics).toBe(0);
  });
});

describe('the newest value', () => {
  const subject = ['shipment', '1'] as const;
  const topics = [{ subject, topic }];
  const fromNotice = ({ version = 0 }: LiveNotice) => ({ version, item: `at ${version}` });

  test('replaces what a slow reader has not taken', async () => {
    const { bus, tell } = unrulyBus();
    const stream = newest({ bus, topics, from: null, fromNotice, read: async () => [{ version: 1, item: 'at 1' }] });
    expect(await take(stream, 1)).toEqual([{ subject, version: 1, item: 'at 1', isSnapshot: true }]);

    for (let version = 2; version <= 1_000; version += 1) tell({ version });

    expect(await take(stream, 1)).toEqual([{ subject, version: 1_000, item: 'at 1000', isSnapshot: false }]);
    await stream.return?.();
  });

  test('never goes back, whatever order notices come in', async () => {
    const { bus, tell } = unrulyBus();
    const stream = newest({ bus, topics, from: null, fromNotice, read: async () => [{ version: 5, item: 'at 5' }] });
    await take(stream, 1);

    tell({ version: 7 });
    tell({ version: 6 });
    tell({ version: 7 });
    expect((await take(stream, 1)).map(({ version }) => version)).toEqual([7]);
    tell({ version: 7 });
    tell({ version: 3 });
    tell({ version: 8 });

    expect((await take(stream, 1)).map(({ version }) => version)).toEqual([8]);
    await stream.return?.();
  });

  test('is read from the database after a gap, also when the lost notice was the last', async () => {
    const { bus, tell } = unrulyBus();
    let stored = 1;
    const read = async () => [{ version: stored, item: `at ${stored}` }];
    const stream = newest({ bus, topics, from: null, fromNotice, read });
    await take(stream, 1);

    stored = 9;
    tell('gap');

    expect((await take(stream, 1)).map(({ version }) => version)).toEqual([9]);
    await stream.return?.();
  });

  test('is not missed when it comes while the one before is being read', async () => {
    const bus = memoryBus();
    const read = async () => {
      bus.publish(topic, { version: 2 });
      return [{ version: 1, item: 'at 1' }];
    };
    const stream = newest({ bus, topics, from: null, fromNotice, read });

    // The newer one replaced what was read.
    expect((await take(stream, 1)).map(({ version }) => version)).toEqual([2]);
    await stream.return?.();
  });

  test('is not repeated to whoever has seen it', async () => {
    const { bus, listeners, tell } = unrulyBus();
    const stream = newest({ bus, topics, from: 4, fromNotice, read: async () => [{ version: 4, item: 'at 4' }] });
    const next = take(stream, 1);
    await waitFor(() => listeners.size === 1);

    tell({ version: 5 });

    expect(await next).toEqual([{ subject, version: 5, item: 'at 5', isSnapshot: false }]);
    await stream.return?.();
  });

  test('comes no more often than asked for', async () => {
    const { bus, tell } = unrulyBus();
    const read = async () => [{ version: 1, item: 'at 1' }];
    const stream = newest({ bus, topics, from: null, fromNotice, read, minIntervalMs: 40 });
    await take(stream, 1);
    const began = performance.now();

    tell({ version: 2 });
    await take(stream, 1);
    tell({ version: 3 });
    await take(stream, 1);

    expect(performance.now() - began).toBeGreaterThanOrEqual(78);
    await stream.return?.();
  });

  test('each of several subjects keeps its own', async () => {
    const bus = memoryBus();
    const subjects = ['1', '2', '3'].map((id) => ['level', id] as const);
    const many = subjects.map((one) => ({ subject: one, topic: liveTopic('a', one) }));
    const versions = new Map(subjects.map(([, id]) => [id, 1]));
    const asked: number[] = [];
    const read = async (some: readonly LiveSubject[]) => {
      asked.push(some.length);
      return some.map(([, id]) => ({ version: versions.get(id) ?? 0, item: id }));
    };
    const stream = newest({ bus, topics: many, from: null, read });
    expect((await take(stream, 3)).map(({ item }) => item)).toEqual(['1', '2', '3']);
    expect(asked).toEqual([3]);

    versions.set('2', 2);
    bus.publish(liveTopic('a', ['level', '2']), { version: 2 });

    expect(await take(stream, 1)).toEqual([{ subject: ['level', '2'], version: 2, item: '2', isSnapshot: false }]);
    await stream.return?.();
    expect(bus.topics).toBe(0);
  });
});
