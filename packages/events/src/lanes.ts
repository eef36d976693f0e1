/** Runs work of one lane in order, and work of different lanes side by side. */
export interface Lanes {
  run(lane: string, work: () => Promise<void>): Promise<void>;
  /** The heavy part of some work: of these only a bounded number is at work at a time. */
  takeTurn(work: () => Promise<void>): Promise<void>;
  idle(): Promise<void>;
}

/** Makes lanes with `parallel` turns. A lane costs memory only while it has work. */
export function createLanes(parallel: number): Lanes {
  const tails = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let atWork = 0;

  async function waitForTurn(): Promise<void> {
    if (atWork < parallel) {
      atWork += 1;
      return;
    }
    // Whoever finishes hands its turn over, so the number at work stays.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function passTurn(): void {
    const next = waiting.shift();
    if (next) next();
    else atWork -= 1;
  }

  return {
    run(lane, work) {
      const before = tails.get(lane) ?? Promise.resolve();
      const done = before.then(work);
      // The next of the lane starts after this one whether or not it failed; the caller sees the failure.
      const tail = done.catch(() => undefined);
      tails.set(lane, tail);
      void tail.then(() => {
        if (tails.get(lane) === tail) tails.delete(lane);
      });
      return done;
    },
    async takeTurn(work) {
      await waitForTurn();
      try {
        await work();
      } finally {
        passTurn();
      }
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
