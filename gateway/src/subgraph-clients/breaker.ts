/** Stops asking a subgraph that mostly fails, and tries it again after a while. */
export interface Breaker {
  /** Whether a request may be sent now; while half open one request is let through at a time. */
  admits(): boolean;
  record(outcome: 'answered' | 'failed'): void;
}

const windowMs = 10_000;
const atLeastCalls = 20;
const openMs = 5_000;

/** Opens when at least half of at least twenty calls of a window failed. */
export function createBreaker(clock: () => number = () => performance.now()): Breaker {
  let calls = 0;
  let failures = 0;
  let windowStartedAt = clock();
  let openUntil: number | undefined;
  let isProbing = false;

  const startWindow = (): void => {
    calls = 0;
    failures = 0;
    windowStartedAt = clock();
  };

  return {
    admits() {
      if (openUntil === undefined) return true;
      if (clock() < openUntil || isProbing) return false;
      isProbing = true;
      return true;
    },
    record(outcome) {
      if (isProbing) {
        isProbing = false;
        openUntil = outcome === 'failed' ? clock() + openMs : undefined;
        startWindow();
        return;
      }
      if (clock() - windowStartedAt > windowMs) startWindow();
      calls++;
      if (outcome === 'failed') failures++;
      if (calls >= atLeastCalls && failures * 2 >= calls) openUntil = clock() + openMs;
    },
  };
}
