import type { DeliveryMode } from './share-scope.ts';
import type { Frame } from './frame.ts';
import type { Waiting } from './waiting.ts';

/** What one subscriber has still to read: bounded, whatever happens at the other end. */
export interface FrameQueue extends AsyncIterableIterator<Frame> {
  push(frame: Frame): 'kept' | 'conflated' | 'overflow';
  /** Ends after what is waiting. */
  finish(): void;
  /** Ends with an error, and drops what is waiting: it comes again behind the last cursor. */
  fail(error: Error): void;
  /** What waits. */
  readonly waiting: Waiting;
}

/** How much waits in one queue at most. */
export const mostWaiting: Waiting = { frames: 256, bytes: 1024 * 1024 };

/**
 * With `NEWEST` a frame replaces the waiting one of the same key, with `EVERY` none is ever replaced. Either way no more
 * wait than `bound` says, save that a frame above its bytes may wait alone; one more is an overflow, which leaves the queue
 * as it was.
 */
export function createFrameQueue(options: {
  mode: DeliveryMode;
  /** Called once, when the reader goes. */
  onReturn: () => void;
  bound?: Waiting;
}): FrameQueue {
  const { mode, onReturn, bound = mostWaiting } = options;
  // A map keeps the order in which keys came and lets one be replaced in its place.
  const waiting = new Map<string | number, Frame>();
  let bytes = 0;
  let nextIndex = 0;
  let end: { error: Error | undefined } | undefined;
  let isReturned = false;
  let reader: { resolve: (result: IteratorResult<Frame>) => void; reject: (error: Error) => void } | undefined;

  const done: IteratorResult<Frame> = { done: true, value: undefined };

  const clear = (): void => {
    waiting.clear();
    bytes = 0;
  };

  const settle = (): void => {
    if (!reader || waiting.size > 0 || !end) return;
    const { resolve, reject } = reader;
    reader = undefined;
    if (end.error) {
      const { error } = end;
      end = { error: undefined };
      reject(error);
    } else resolve(done);
  };

  const finish = (error: Error | undefined): void => {
    if (end) return;
    end = { error };
    settle();
  };

  const queue: FrameQueue = {
    get waiting() {
      return { frames: waiting.size, bytes };
    },
    push(frame) {
      if (end) return 'kept';
      if (reader) {
        const { resolve } = reader;
        reader = undefined;
        resolve({ done: false, value: frame });
        return 'kept';
      }
      const key = mode === 'NEWEST' ? frame.key : nextIndex++;
      const replaced = waiting.get(key);
      const others = waiting.size - (replaced ? 1 : 0);
      const next = bytes - (replaced?.bytes ?? 0) + frame.bytes;
      if (others >= bound.frames || (others > 0 && next > bound.bytes)) return 'overflow';
      waiting.set(key, frame);
      bytes = next;
      return replaced ? 'conflated' : 'kept';
    },
    finish: () => finish(undefined),
    fail(error) {
      clear();
      finish(error);
    },
    next() {
      for (const [key, frame] of waiting) {
        waiting.delete(key);
        bytes -= frame.bytes;
        return Promise.resolve({ done: false, value: frame });
      }
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        settle();
      });
    },
    async return() {
      clear();
      finish(undefined);
      if (!isReturned) {
        isReturned = true;
        onReturn();
      }
      return done;
    },
    async throw(error: unknown) {
      await queue.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => queue,
  };
  return queue;
}
