/** How a stream of updates is doing, as the page may say it. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'refused';

/** Why a stream ended. */
export interface LiveFailure {
  /** `lost`: try again. `cursor`: the cursor is of no use any more. `refused`: it will not get better by trying. */
  readonly kind: 'lost' | 'cursor' | 'refused';
  readonly message: string;
}

/** Where a stream's updates go. */
export interface LiveSink<Update> {
  next(update: Update): void;
  end(failure: LiveFailure): void;
}

/** A stream that is kept up: opened again behind the last update whenever it ends. */
export interface Following {
  /** Tries again now in place of after the pause: the network is back, or the page is looked at again. */
  wake(): void;
  stop(): void;
  readonly cursor: string | null;
}

export interface FollowOptions<Update> {
  /** Opens the stream behind `after`, or from a snapshot; answers how to close it. */
  readonly open: (after: string | null, sink: LiveSink<Update>) => () => void;
  readonly cursorOf: (update: Update) => string | null;
  readonly onUpdate: (update: Update) => void;
  readonly onState: (state: LiveState) => void;
  /** Whether the connection under the stream stands. */
  readonly isConnected: () => boolean;
  /** Runs something later; answers how to give it up. */
  readonly later: (run: () => void, afterMs: number) => () => void;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

const firstPauseMs = 500;
/** A stream that goes on behind a cursor says nothing until something happens; so long after opening, no refusal is one. */
const settleMs = 1_500;
const longestPauseMs = 20_000;

/** How long to wait before the next attempt after so many failed ones. `random`, from 0 up to 1, spreads it. */
export const pauseMs = (losses: number, random: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** losses) * (0.5 + random / 2);

/**
 * Follows a stream: the first time from a snapshot, after every loss behind the last update that arrived, so that none is
 * missed and none is told twice. Pauses double up to 20 s, and are spread so that a thousand pages do not come at once.
 */
export function follow<Update>(options: FollowOptions<Update>): Following {
  const { open, cursorOf, onUpdate, onState, isConnected, later, random = Math.random } = options;
  let cursor: string | null = null;
  let state: LiveState | null = null;
  let losses = 0;
  let attempt = 0;
  let close: (() => void) | null = null;
  let giveUpPause: (() => void) | null = null;
  let giveUpSettling: (() => void) | null = null;
  let isStopped = false;

  function tell(next: LiveState): void {
    if (state === next) return;
    state = next;
    onState(next);
  }

  function start(): void {
    giveUpPause = null;
    const own = ++attempt;
    const isCurrent = (): boolean => !isStopped && own === attempt;
    if (state !== 'live' && state !== 'reconnecting') tell('connecting');
    const closing = open(cursor, {
      next(update) {
        if (!isCurrent()) return;
        losses = 0;
        cursor = cursorOf(update) ?? cursor;
        tell('live');
        onUpdate(update);
      },
      end(failure) {
        if (isCurrent()) ended(failure);
      },
    });
    // It may have ended while it was being opened.
    if (!isCurrent()) return closing();
    close = closing;
    if (cursor !== null) settle(isCurrent);
  }

  /** Takes a quiet stream for a live one, once its connection has stood for a moment. */
  function settle(isCurrent: () => boolean): void {
    giveUpSettling = later(() => {
      if (!isCurrent() || state === 'live') return;
      if (!isConnected()) return settle(isCurrent);
      losses = 0;
      tell('live');
    }, settleMs);
  }

  function ended({ kind }: LiveFailure): void {
    attempt++;
    giveUpSettling?.();
    close?.();
    close = null;
    // A cursor that is refused is given up once; a stream that is refused without one stays so.
    if (kind === 'refused' || (kind === 'cursor' && cursor === null)) return tell('refused');
    if (kind === 'cursor') cursor = null;
    tell('reconnecting');
    giveUpPause = later(start, pauseMs(losses++, random()));
  }

  start();
  return {
    wake() {
      if (isStopped || !giveUpPause) return;
      giveUpPause();
      start();
    },
    stop() {
      isStopped = true;
      giveUpPause?.();
      giveUpSettling?.();
      close?.();
    },
    get cursor() {
      return cursor;
    },
  };
}
