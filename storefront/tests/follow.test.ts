import { describe, expect, test } from 'vitest';
import { failureOf } from '../src/live/failure-of.ts';
import { follow, type LiveSink, type LiveState } from '../src/live/follow.ts';

interface Update {
  readonly cursor: string;
  readonly item: number;
}

/** A stream under the test's hand: each opening is kept, time passes when it is told to. */
function aFollowedStream() {
  const openings: { after: string | null; sink: LiveSink<Update>; isClosed: boolean }[] = [];
  const items: number[] = [];
  const states: LiveState[] = [];
  const pauses: { run: () => void; afterMs: number; isGivenUp: boolean }[] = [];
  const connection = { stands: true };
  const following = follow<Update>({
    isConnected: () => connection.stands,
    open(after, sink) {
      const opening = { after, sink, isClosed: false };
      openings.push(opening);
      return () => void (opening.isClosed = true);
    },
    cursorOf: ({ cursor }) => cursor,
    onUpdate: ({ item }) => void items.push(item),
    onState: (state) => void states.push(state),
    later(run, afterMs) {
      const pause = { run, afterMs, isGivenUp: false };
      pauses.push(pause);
      return () => void (pause.isGivenUp = true);
    },
    random: () => 1,
  });
  const last = () => {
    const opening = openings.at(-1);
    if (!opening) throw new Error('Nothing was opened.');
    return opening;
  };
  const pass = () => pauses.findLast(({ isGivenUp }) => !isGivenUp)?.run();
  return { connection, following, openings, items, states, pauses, last, pass };
}

const lost = { kind: 'lost', message: 'Socket closed' } as const;

describe('following a stream', () => {
  test('begins with a snapshot and goes on behind the last update after a loss', () => {
    const stream = aFollowedStream();
    stream.last().sink.next({ cursor: 'c1', item: 1 });
    stream.last().sink.next({ cursor: 'c2', item: 2 });
    stream.last().sink.end(lost);
    stream.pass();
    stream.last().sink.next({ cursor: 'c3', item: 3 });

    expect(stream.openings.map(({ after }) => after)).toEqual([null, 'c2']);
    expect(stream.items).toEqual([1, 2, 3]);
    expect(stream.states).toEqual(['connecting', 'live', 'reconnecting', 'live']);
  });

  test('that is quiet behind its cursor is live once its connection has stood for a moment', () => {
    const stream = aFollowedStream();
    stream.last().sink.next({ cursor: 'c1', item: 1 });
    stream.last().sink.end(lost);
    stream.connection.stands = false;
    stream.pass();
    stream.pass();
    expect(stream.states.at(-1)).toBe('reconnecting');

    stream.connection.stands = true;
    stream.pass();
    expect(stream.states.at(-1)).toBe('live');
  });

  test('that never told anything is not taken for live', () => {
    const stream = aFollowedStream();
    expect(stream.pauses).toEqual([]);
    expect(stream.states).toEqual(['connecting']);
  });

  test('what an old connection still says after it was lost is not heard', () => {
    const stream = aFollowedStream();
    const first = stream.last();
    first.sink.next({ cursor: 'c1', item: 1 });
    first.sink.end(lost);
    first.sink.next({ cursor: 'c2', item: 2 });
    first.sink.end(lost);

    expect(stream.items).toEqual([1]);
    expect(stream.pauses).toHaveLength(1);
    expect(first.isClosed).toBe(true);
  });

  test('pauses double up to twenty seconds, and begin anew once something arrived', () => {
    const stream = aFollowedStream();
    for (let loss = 0; loss < 8; loss++) {
      stream.last().sink.end(lost);
      stream.pass();
    }
    stream.last().sink.next({ cursor: 'c1', item: 1 });
    stream.last().sink.end(lost);

    expect(stream.pauses.map(({ afterMs }) => afterMs)).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 500,
    ]);
  });

  test('a cursor that is refused is given up once, for a snapshot', () => {
    const stream = aFollowedStream();
    stream.last().sink.next({ cursor: 'c1', item: 1 });
    stream.last().sink.end({ kind: 'cursor', message: 'That cursor is of another merchant.' });
    stream.pass();
    expect(stream.last().after).toBeNull();

    stream.last().sink.end({ kind: 'cursor', message: 'Again.' });
    expect(stream.states.at(-1)).toBe('refused');
    expect(stream.pauses).toHaveLength(1);
  });

  test('a refusal is final', () => {
    const stream = aFollowedStream();
    stream.last().sink.end({ kind: 'refused', message: 'You may not see this order.' });
    stream.following.wake();

    expect(stream.openings).toHaveLength(1);
    expect(stream.states).toEqual(['connecting', 'refused']);
  });

  test('waking tries again at once, and only where it waits', () => {
    const stream = aFollowedStream();
    stream.following.wake();
    expect(stream.openings).toHaveLength(1);

    stream.last().sink.end(lost);
    stream.following.wake();
    expect(stream.openings).toHaveLength(2);
    expect(stream.pauses.at(-1)?.isGivenUp).toBe(true);
  });

  test('stopping closes the stream and every pause', () => {
    const open = aFollowedStream();
    open.following.stop();
    expect(open.last().isClosed).toBe(true);

    const waiting = aFollowedStream();
    waiting.last().sink.end(lost);
    waiting.following.stop();
    expect(waiting.pauses.at(-1)?.isGivenUp).toBe(true);
    waiting.following.wake();
    expect(waiting.openings).toHaveLength(1);
  });
});

describe('why a stream ended', () => {
  const graphQL = (code: string) => Object.assign(new Error('No.'), { errors: [{ extensions: { code } }] });

  test.each([
    [new Error('Socket closed with event 1006 '), 'lost'],
    [new Error('Socket closed with event 1012 Service restart'), 'lost'],
    [new Error('Socket closed with event 4403 Forbidden'), 'lost'],
    [new Error('Socket closed with event 4401 Unauthorized'), 'refused'],
    [new Error('Socket closed'), 'lost'],
    [graphQL('NOT_FOUND'), 'refused'],
    [graphQL('THROTTLED'), 'lost'],
    [graphQL('SUBGRAPH_UNAVAILABLE'), 'lost'],
    [graphQL('CURSOR_INVALID'), 'cursor'],
  ])('%s: %s', (error, kind) => {
    expect(failureOf(error).kind).toBe(kind);
  });
});
