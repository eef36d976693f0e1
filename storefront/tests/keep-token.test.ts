import { describe, expect, test } from 'vitest';
import { keepToken, type ServerWord, type SessionState } from '../src/session/keep-token.ts';
import type { Token } from '../src/session/token.ts';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** When tokens of these tests are issued, by the server's clock. */
const start = Date.UTC(2026, 0, 1);

function aToken(options: { from?: number; forMs?: number; isCustomer?: boolean } = {}): Token {
  const { from = start, forMs = 12 * hour, isCustomer = false } = options;
  const who = { subject: 's1', name: null, isCustomer, merchantId: 'm1' };
  return { ...who, text: `token of ${from}`, issuedAtMs: from, expiresAtMs: from + forMs };
}

/** A session under the test's hand: the server's time passes when it is told to, the machine's is off by `offMs`. */
function aSession(options: { isCustomer?: boolean; offMs?: number; forMs?: number } = {}) {
  const { isCustomer = false, forMs = 12 * hour } = options;
  const clock = { serverMs: start, offMs: options.offMs ?? 0 };
  const timers: { run: () => void; atMs: number }[] = [];
  const asked: { answer: (word: ServerWord) => void; fail: () => void }[] = [];
  const seen: { states: SessionState[]; texts: string[] } = { states: [], texts: [] };
  const now = (): number => clock.serverMs + clock.offMs;
  const tokens = keepToken({
    token: aToken({ isCustomer, forMs }),
    aheadMs: -clock.offMs,
    ask: () =>
      new Promise((answer, reject) => {
        asked.push({ answer, fail: () => reject(new Error('Nobody answers.')) });
      }),
    now,
    later(run, afterMs) {
      const timer = { run, atMs: clock.serverMs + afterMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  tokens.subscribe(() => {
    seen.states.push(tokens.state);
    seen.texts.push(tokens.token.text);
  });
  const stop = tokens.start();
  const due = () => timers.toSorted((a, b) => a.atMs - b.atMs)[0];
  return {
    tokens,
    clock,
    asked,
    seen,
    timers,
    stop,
    /** Lets time pass, and what was left for later run in its turn. */
    pass(ms: number): void {
      const untilMs = clock.serverMs + ms;
      for (let next = due(); next && next.atMs <= untilMs; next = due()) {
        timers.splice(timers.indexOf(next), 1);
        clock.serverMs = next.atMs;
        next.run();
      }
      clock.serverMs = untilMs;
    },
    /** The machine sleeps: time passes, and timers stand still. */
    sleep(ms: number): void {
      clock.serverMs += ms;
      for (const timer of timers) timer.atMs += ms;
    },
    /** The server answers the last question, with a token of this moment. */
    async answer(word: Partial<ServerWord> = {}): Promise<void> {
      const visitor = isCustomer ? null : aToken({ from: clock.serverMs, forMs });
      asked.at(-1)?.answer({ visitor, aheadMs: -clock.offMs, ...word });
      await settled();
    },
    async fail(): Promise<void> {
      asked.at(-1)?.fail();
      await settled();
    },
  };
}

/** Lets promises that are decided go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a visitor', () => {
  test('gets a new token five minutes before the end, again and again', async () => {
    const session = aSession();
    session.pass(12 * hour - 5 * minute - second);
    expect(session.asked).toHaveLength(0);
    session.pass(second);
    expect(session.asked).toHaveLength(1);
    await session.answer();
    session.pass(12 * hour - 5 * minute);
    await session.answer();

    expect(session.asked).toHaveLength(2);
    expect(session.seen.texts).toEqual([1, 2].map((time) => `token of ${start + time * (12 * hour - 5 * minute)}`));
    expect(session.tokens.state).toBe('running');
  });

  test('gets one when the page wakes up behind the end, and nothing is sent with the old one', async () => {
    const session = aSession();
    session.sleep(20 * hour);
    const fresh = session.tokens.fresh();
    session.tokens.wake();
    await session.answer();

    expect((await fresh).text).toBe(`token of ${start + 20 * hour}`);
    expect(session.asked).toHaveLength(1);
  });

  test('gets one within a minute of a sleep that the page did not notice', () => {
    const session = aSession();
    session.sleep(20 * hour);
    session.pass(minute);

    expect(session.asked).toHaveLength(1);
  });

  test('that cannot get one is asked for again with pauses that double up to a minute, and sends the old one meanwhile', async () => {
    const session = aSession();
    session.pass(12 * hour - 5 * minute);
    const pauses: number[] = [];
    for (let failure = 0; failure < 8; failure++) {
      await session.fail();
      const [timer] = session.timers;
      expect(session.timers).toHaveLength(1);
      pauses.push(((timer?.atMs ?? 0) - session.clock.serverMs) / second);
      expect((await session.tokens.fresh()).text).toBe(`token of ${start}`);
      session.pass((timer?.atMs ?? 0) - session.clock.serverMs);
    }

    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(session.tokens.state).toBe('running');
  });

  test.each([
    ['as old as the last one', aToken()],
    ['none', null],
  ])('that is handed %s asks again, with pauses', async (_what, visitor) => {
    const session = aSession();
    session.pass(12 * hour - 5 * minute);
    for (let time = 0; time < 10; time++) {
      await session.answer({ visitor });
      session.pass(20 * second);
    }

    expect(session.asked.length).toBeGreaterThan(2);
    expect(session.asked.length).toBeLessThan(10);
  });

  test('whose token is refused gets another, and is never signed out', async () => {
    const session = aSession();
    const refused = session.tokens.token;
    session.sleep(hour);
    const doubted = session.tokens.doubt(refused);
    const fresh = session.tokens.fresh();
    await session.answer();
    await doubted;

    expect((await fresh).text).toBe(`token of ${start + hour}`);
    await session.tokens.doubt(refused);
    session.tokens.deny(session.tokens.token);
    expect(session.asked).toHaveLength(1);
    expect(session.tokens.state).toBe('running');
  });
});

describe('a customer', () => {
  test('is told some minutes before, and at the end that it is one', async () => {
    const session = aSession({ isCustomer: true });
    session.pass(12 * hour - 5 * minute);
    expect(session.seen.states).toEqual(['ending']);
    session.pass(5 * minute);
    await session.answer();

    expect(session.seen.states).toEqual(['ending', 'expired']);
    expect(session.timers).toEqual([]);
    await expect(session.tokens.fresh()).rejects.toThrow('signed out');
    session.tokens.wake();
    session.pass(hour);
    expect(session.asked).toHaveLength(1);
  });

  test('whose token is refused twice before its time is signed out, and not by one refusal', async () => {
    const session = aSession({ isCustomer: true });
    const { token } = session.tokens;
    const doubted = session.tokens.doubt(token);
    await session.answer();
    await doubted;
    expect(session.tokens.state).toBe('running');
    session.tokens.deny(token);

    expect(session.seen.states).toEqual(['withdrawn']);
  });

  test('whose token is refused at its end has a sign-in that is over', () => {
    const session = aSession({ isCustomer: true });
    session.sleep(12 * hour - second);
    session.tokens.deny(session.tokens.token);

    expect(session.seen.states).toEqual(['expired']);
  });

  test('whose token is refused behind its time has one too, whatever the clock here shows', async () => {
    const session = aSession({ isCustomer: true });
    // By this clock there are hours left.
    session.clock.offMs = -5 * hour;
    session.sleep(12 * hour);
    const doubted = session.tokens.doubt(session.tokens.token);
    await session.answer();
    await doubted;

    expect(session.seen.states).toEqual(['expired']);
  });
});

describe.each([-13 * hour, -hour, hour, 13 * hour])('a clock that is wrong by %d ms', (offMs) => {
  test('neither ends a session early nor late', async () => {
    const customer = aSession({ isCustomer: true, offMs });
    customer.pass(12 * hour - 6 * minute);
    expect(customer.tokens.state).toBe('running');
    customer.pass(6 * minute);
    await customer.answer();
    expect(customer.tokens.state).toBe('expired');

    const visitor = aSession({ offMs });
    visitor.pass(11 * hour);
    expect(visitor.asked).toHaveLength(0);
    visitor.pass(hour - 5 * minute);
    expect(visitor.asked).toHaveLength(1);
  });

  test('and that is set right meanwhile costs one question at most', async () => {
    const session = aSession({ isCustomer: true });
    session.clock.offMs = offMs;
    session.pass(minute);
    await session.answer();
    session.pass(hour);

    expect(session.tokens.state).toBe('running');
    expect(session.asked.length).toBeLessThan(2);
  });
});

test('what is stopped asks nothing more, also where it was asking', async () => {
  const session = aSession();
  session.pass(12 * hour - 5 * minute);
  session.stop();
  await session.answer();
  session.pass(24 * hour);

  expect(session.asked).toHaveLength(1);
  expect(session.timers).toEqual([]);
});

test('a token of a few seconds is renewed in its last quarter', () => {
  const session = aSession({ forMs: 20 * second });
  session.pass(15 * second - 1);
  expect(session.asked).toHaveLength(0);
  session.pass(1);
  expect(session.asked).toHaveLength(1);
});
