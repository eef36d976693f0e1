import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ackWaitMs, longestWorkMs, stillWorkingMs, WorkInHand } from '../src/work-in-hand.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Asks every `stillWorkingMs`, as the bus does; answers when `working` was said, in milliseconds from now. */
async function saidWithin(work: WorkInHand, message: { working: () => void }, ms: number): Promise<number[]> {
  const startedAt = performance.now();
  const said: number[] = [];
  message.working = () => void said.push(performance.now() - startedAt);
  const asking = setInterval(() => work.sayStillWorking(), stillWorkingMs);
  await vi.advanceTimersByTimeAsync(ms);
  clearInterval(asking);
  return said;
}

const message = (): { working: () => void } => ({ working() {} });

test('a message that is worked on stays where it is: never does its server wait too long for a word', async () => {
  const work = new WorkInHand();
  const slow = message();
  work.take(slow, new Promise(() => {}));

  const said = await saidWithin(work, slow, longestWorkMs - 1);

  const gaps = said.map((at, index) => at - (said[index - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(ackWaitMs);
  expect(longestWorkMs - (said.at(-1) ?? 0)).toBeLessThan(ackWaitMs);
});

test('a handler that hangs loses its message to another after a minute', async () => {
  const work = new WorkInHand();
  const hanging = message();
  work.take(hanging, new Promise(() => {}));

  const said = await saidWithin(work, hanging, 10 * longestWorkMs);

  expect(said.at(-1)).toBeLessThan(longestWorkMs);
});

test('of what is done nothing is said any more, and closing waits for the rest', async () => {
  const work = new WorkInHand();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const answered = message();
  work.take(answered, first.promise);
  work.take(message(), second.promise);
  let isDone = false;
  void work.done().then(() => (isDone = true));

  first.resolve();
  expect(await saidWithin(work, answered, 3 * stillWorkingMs)).toEqual([]);
  expect(isDone).toBe(false);

  second.resolve();
  await vi.waitFor(() => expect(isDone).toBe(true));
});
