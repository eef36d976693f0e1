import type { Viewer } from '@ordergraph/identity';
import { Refusal } from '../errors.ts';
import type { EndReason } from './end-reason.ts';
import type { Frame } from './frame.ts';
import type { LiveSubscription } from './subscription.ts';
import { nothingWaits, sumOf, type Waiting } from './waiting.ts';

/** One operation of a socket, from the message that asks for it to its end. */
export interface SocketOperation {
  /** Whether another operation has its id by now, so that nobody waits for anything of this one. */
  readonly isSuperseded: boolean;
  /**
   * Takes what was opened for it, and ends that at once where the operation has ended meanwhile. Hands back its frames as
   * the library may read them: once another operation has the id, neither more of them nor their end.
   */
  run(subscription: LiveSubscription): AsyncIterableIterator<Frame>;
  /** Gives its place back: it was refused, or has its one answer. */
  done(): void;
}

/**
 * The operations of one socket, by the ids that the client gives them. A client may complete one that is still being
 * opened and use its id again at once: both count until the first is closed, and the second alone is heard of.
 */
export interface SocketOperations {
  /** Throws a `Refusal` when as many as may are under way; ends the one that had the id before. */
  begin(id: string): SocketOperation;
  reauthorise(viewer: Viewer): void;
  endAll(reason: EndReason): void;
  /** What waits in their queues. */
  readonly waiting: Waiting;
}

interface Entry extends SocketOperation {
  isSuperseded: boolean;
  reauthorise(viewer: Viewer): void;
  end(reason: EndReason): void;
  readonly waiting: Waiting;
}

export function createSocketOperations(most: number): SocketOperations {
  const underWay = new Set<Entry>();
  const byId = new Map<string, Entry>();

  const create = (id: string): Entry => {
    let subscription: LiveSubscription | undefined;
    let endedBy: EndReason | undefined;
    const entry: Entry = {
      isSuperseded: false,
      run(opened) {
        subscription = opened;
        if (endedBy !== undefined) entry.end(endedBy);
        return framesOf(entry, opened.frames);
      },
      reauthorise: (viewer) => subscription?.reauthorise(viewer),
      end(reason) {
        endedBy = reason;
        // One that is still being opened keeps its place: the owning subgraph is at work for it.
        if (!subscription) return;
        subscription.end(reason);
        entry.done();
      },
      get waiting() {
        return subscription?.frames.waiting ?? nothingWaits;
      },
      done() {
        underWay.delete(entry);
        if (byId.get(id) === entry) byId.delete(id);
      },
    };
    return entry;
  };

  return {
    begin(id) {
      const former = byId.get(id);
      if (former) {
        former.isSuperseded = true;
        byId.delete(id);
        former.end('client_disconnect');
      }
      if (underWay.size >= most)
        throw new Refusal(
          'LIMIT_EXCEEDED',
          `At most ${most} operations run on one socket. End one that is not needed.`,
          { facts: { limit: most } },
        );
      const entry = create(id);
      underWay.add(entry);
      byId.set(id, entry);
      return entry;
    },
    reauthorise(viewer) {
      for (const entry of underWay) entry.reauthorise(viewer);
    },
    endAll(reason) {
      for (const entry of underWay) entry.end(reason);
    },
    get waiting() {
      return sumOf([...underWay].map(({ waiting }) => waiting));
    },
  };
}

function framesOf(operation: SocketOperation, frames: AsyncIterableIterator<Frame>): AsyncIterableIterator<Frame> {
  return {
    async next() {
      let isOver = true;
      try {
        const step = await frames.next();
        isOver = step.done === true;
        return step;
      } finally {
        if (operation.isSuperseded) await unanswered();
        if (isOver) operation.done();
      }
    },
    async return() {
      const end = await frames.return?.();
      // Not before: the message behind the one that completes it may use the id again.
      operation.done();
      return end ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Never resolves. A promise of its own each time, because one that all waited for would remember each of them. */
export const unanswered = (): Promise<never> => new Promise(() => {});
