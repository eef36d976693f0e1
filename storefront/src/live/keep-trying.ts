import { pauseMs } from './follow.ts';

/** Something that is tried until it works. */
export interface Trying {
  /** Tries now in place of after the pause. */
  wake(): void;
  stop(): void;
}

/**
 * Tries something again after growing pauses, the first of them before the first attempt, until an attempt answers true.
 * An attempt must not throw. There is never more than one under way.
 */
export function keepTrying(options: {
  readonly attempt: () => Promise<boolean>;
  /** Runs something later; answers how to give it up. */
  readonly later: (run: () => void, afterMs: number) => () => void;
  /** From 0 up to 1. */
  readonly random?: () => number;
}): Trying {
  const { attempt, later, random = Math.random } = options;
  let losses = 0;
  let giveUpPause: (() => void) | null = null;
  let isStopped = false;

  async function tryNow(): Promise<void> {
    giveUpPause = null;
    if (!(await attempt()) && !isStopped) pause();
  }

  function pause(): void {
    giveUpPause = later(() => void tryNow(), pauseMs(losses++, random()));
  }

  pause();
  return {
    wake() {
      if (!giveUpPause) return;
      giveUpPause();
      void tryNow();
    },
    stop() {
      isStopped = true;
      giveUpPause?.();
      giveUpPause = null;
    },
  };
}
