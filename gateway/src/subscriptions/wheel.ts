/** One timer for everything that has to be looked at now and then: pings, expiry, sockets that take nothing. */
export interface Wheel {
  /** Calls `look` once a second until the returned function is called. */
  add(look: (now: number) => void): () => void;
  size(): number;
  stop(): void;
}

const turnMs = 1_000;

/** Turns only while somebody is on it. */
export function createWheel(everyMs: number = turnMs): Wheel {
  const looks = new Set<(now: number) => void>();
  let timer: NodeJS.Timeout | undefined;

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const turn = (): void => {
    const now = performance.now();
    for (const look of looks) look(now);
  };
  return {
    add(look) {
      looks.add(look);
      timer ??= setInterval(turn, everyMs).unref();
      return () => {
        looks.delete(look);
        if (looks.size === 0) stop();
      };
    },
    size: () => looks.size,
    stop,
  };
}
