import { describe, expect, test } from 'vitest';
import { keepTrying } from '../src/live/keep-trying.ts';

/** Something that is tried under the test's hand: it works when told to, and time passes when told to. */
function aTry() {
  const pauses: { run: () => void; afterMs: number; isGivenUp: boolean }[] = [];
  const answers: ((worked: boolean) => void)[] = [];
  const trying = keepTrying({
    attempt: () => new Promise((resolve) => answers.push(resolve)),
    later(run, afterMs) {
      const pause = { run, afterMs, isGivenUp: false };
      pauses.push(pause);
      return () => void (pause.isGivenUp = true);
    },
    random: () => 1,
  });
  /** Answers the attempt that is under way, and lets what follows happen. */
  const answer = async (worked: boolean): Promise<void> => {
    answers.at(-1)?.(worked);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { trying, pauses, attempts: () => answers.length, answer };
}

describe('trying until it works', () => {
  test('waits longer after each failure, and stops when it worked', async () => {
    const { pauses, attempts, answer } = aTry();
    for (const worked of [false, false, true]) {
      pauses.at(-1)?.run();
      await answer(worked);
    }
    expect(pauses.map(({ afterMs }) => afterMs)).toEqual([500, 1_000, 2_000]);
    expect(attempts()).toBe(3);
  });

  test('tries at once when woken, but never twice at a time', async () => {
    const { trying, pauses, attempts, answer } = aTry();
    trying.wake();
    expect(pauses[0]?.isGivenUp).toBe(true);
    trying.wake();
    expect(attempts()).toBe(1);
    await answer(false);
    trying.wake();
    expect(attempts()).toBe(2);
  });

  test('does not go on once it is stopped', async () => {
    const { trying, pauses, attempts, answer } = aTry();
    trying.wake();
    trying.stop();
    await answer(false);
    trying.wake();
    expect(pauses).toHaveLength(1);
    expect(attempts()).toBe(1);
  });
});
