/** Lets work in one process wake other work at once. Nothing relies on it: whoever waits also looks by itself. */
export interface Waits {
  wake(topic: string): void;
  /** Resolves when the topic is woken or the time is over. */
  rest(topic: string, ms: number): Promise<void>;
}

/** Makes the topics of one subgraph. A topic exists only while somebody waits for it. */
export function createWaits(): Waits {
  const resting = new Map<string, Set<() => void>>();
  return {
    wake(topic) {
      for (const done of resting.get(topic) ?? []) done();
    },
    rest: (topic, ms) =>
      new Promise<void>((resolve) => {
        const waiters = resting.get(topic) ?? new Set();
        resting.set(topic, waiters);
        const done = (): void => {
          clearTimeout(timer);
          waiters.delete(done);
          if (waiters.size === 0) resting.delete(topic);
          resolve();
        };
        const timer = setTimeout(done, ms);
        waiters.add(done);
      }),
  };
}

const lookAgainMs = 250;

/** How a wait begins: what was only just begun cannot have ended, and looking at once would find nothing. */
export type FirstLook = 'at once' | 'when woken';

/** Looks until `read` finds something or the time is over, then answers null. */
export async function waitFor<Found>(
  waits: Waits,
  topic: string,
  read: () => Promise<Found | null>,
  timeoutMs: number,
  firstLook: FirstLook = 'at once',
): Promise<Found | null> {
  const until = Date.now() + timeoutMs;
  if (firstLook === 'when woken') await waits.rest(topic, Math.min(lookAgainMs, timeoutMs));
  for (;;) {
    // Listen before looking: a wake between the look and the rest would be missed otherwise.
    const woken = waits.rest(topic, Math.max(1, Math.min(lookAgainMs, until - Date.now())));
    const found = await read();
    if (found !== null) return found;
    if (Date.now() >= until) return null;
    await woken;
  }
}
