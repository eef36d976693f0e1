import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  timeoutMs?: number;
  /** The awaited fact in words, to complete "Waited for …"; a function is asked when the wait has failed. */
  describe?: string | (() => string | Promise<string>);
}

type Fact<T> = Exclude<T, undefined | null | false>;

const longestPauseMs = 50;

/**
 * Asks until the answer is a fact: anything but undefined, null and false. An error counts as "not yet", so the question may
 * hold assertions. Fails with what was last seen.
 */
export async function waitFor<T>(
  fact: () => T | Promise<T>,
  { timeoutMs = 10_000, describe }: WaitOptions = {},
): Promise<Fact<T>> {
  const deadline = performance.now() + timeoutMs;
  let lastSeen = 'no answer';
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    try {
      const answer = await withinTime(fact, deadline - performance.now());
      if (isFact(answer)) return answer;
      lastSeen = inspect(answer);
    } catch (error) {
      // Running out of time says less than what was seen before it.
      if (error !== timeIsUp) lastSeen = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
    }
    if (performance.now() + pauseMs > deadline) break;
    await pause(pauseMs);
  }
  const awaited = typeof describe === 'function' ? await describe() : (describe ?? 'a fact');
  throw new Error(`Waited ${timeoutMs} ms in vain for ${awaited}. Last seen: ${lastSeen}`);
}

const timeIsUp = new Error('The time is up.');

async function withinTime<T>(fact: () => T | Promise<T>, timeoutMs: number): Promise<T> {
  const done = new AbortController();
  try {
    return await Promise.race([
      fact(),
      pause(Math.max(timeoutMs, 0), undefined, { signal: done.signal }).then(() => {
        throw timeIsUp;
      }),
    ]);
  } finally {
    done.abort();
  }
}

function isFact<T>(answer: T): answer is Fact<T> {
  return answer !== undefined && answer !== null && answer !== false;
}
