/** Runs work of one lane in order and work of different lanes side by side, a bounded number at a time. */
export interface Lanes {
  run(lane: string, work: () => Promise<void>): Promise<void>;
  idle(): Promise<void>;
}

/** Makes lanes of which at most `parallel` are at work. A lane costs memory only while it has work. */
export function createLanes(parallel: number): Lanes {
  const tails = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let atWork = 0;

  async function takeTurn(): Promise<void> {
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
      const done = before.then(async () => {
        await takeTurn();
        try {
          await work();
        } finally {
          passTurn();
        }
      });
      // The next of the lane starts after this one whether or not it failed; the caller sees the failure.
      const tail = done.catch(() => undefined);
      tails.set(lane, tail);
      void tail.then(() => {
        if (tails.get(lane) === tail) tails.delete(lane);
      });
      return done;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
