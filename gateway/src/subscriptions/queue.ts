import type { DeliveryMode } from './share-scope.ts';
import type { Frame } from './frame.ts';

/** What one subscriber has still to read: bounded, whatever happens at the other end. */
export interface FrameQueue extends AsyncIterableIterator<Frame> {
  push(frame: Frame): 'kept' | 'conflated' | 'overflow';
  /** Ends after what is waiting. */
  finish(): void;
  /** Ends with an error, and drops what is waiting: it comes again behind the last cursor. */
  fail(error: Error): void;
  /** How many frames wait. */
  readonly length: number;
}

export const mostWaiting = 256;

/**
 * With `NEWEST` a frame replaces the waiting one of the same key, with `EVERY` none is ever replaced. Either way at most
 * `bound` wait; one more is an overflow, and the queue takes nothing further.
 */
export function createFrameQueue(options: {
  mode: DeliveryMode;
  /** Called once, when the reader goes. */
  onReturn: () => void;
  bound?: number;
}): FrameQueue {
  const { mode, onReturn, bound = mostWaiting } = options;
  // A map keeps the order in which keys came and lets one be replaced in its place.
  const waiting = new Map<string | number, Frame>();
  let nextIndex = 0;
  let end: { error: Error | undefined } | undefined;
  let isReturned = false;
  let reader: { resolve: (result: IteratorResult<Frame>) => void; reject: (error: Error) => void } | undefined;

  const done: IteratorResult<Frame> = { done: true, value: undefined };

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
    get length() {
      return waiting.size;
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
      const isReplaced = waiting.has(key);
      if (!isReplaced && waiting.size >= bound) return 'overflow';
      waiting.set(key, frame);
      return isReplaced ? 'conflated' : 'kept';
    },
    finish: () => finish(undefined),
    fail(error) {
      waiting.clear();
      finish(error);
    },
    next() {
      for (const [key, frame] of waiting) {
        waiting.delete(key);
        return Promise.resolve({ done: false, value: frame });
      }
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        settle();
      });
    },
    async return() {
      waiting.clear();
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
