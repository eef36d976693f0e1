/** Lets a stream wait until it is nudged or closed. */
export interface Rest {
  /** True once nobody reads any more. */
  readonly isClosed: boolean;
  /** Resolves at the next nudge, at once when there was one since the last time, when closed, or after `ms`. */
  rest(ms?: number): Promise<void>;
}

/** An iterator that is nudged from outside. */
export interface Pulled<Value> {
  readonly iterator: AsyncIterableIterator<Value>;
  nudge(): void;
}

/**
 * An iterator over what `pull` answers: one value each time, null at the end. Nothing is worked out before somebody asks
 * for it, so a slow reader costs no memory. Unlike a generator it can be closed while it waits.
 */
export function pulled<Value>(
  pull: (rest: Rest) => Promise<Value | null>,
  close: () => void | Promise<void>,
): Pulled<Value> {
  let isNudged = false;
  let isClosed = false;
  let isEnded = false;
  let wake = (): void => undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const nudge = (): void => {
    isNudged = true;
    wake();
  };
  const rest: Rest = {
    get isClosed() {
      return isClosed;
    },
    async rest(ms) {
      if (!isNudged && !isClosed) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        wake = resolve;
        await promise;
        clearTimeout(timer);
        wake = () => undefined;
      }
      isNudged = false;
    },
  };

  async function end(): Promise<IteratorReturnResult<undefined>> {
    isClosed = true;
    if (!isEnded) {
      isEnded = true;
      await close();
    }
    return { done: true, value: undefined };
  }

  async function next(): Promise<IteratorResult<Value>> {
    if (isClosed) return end();
    try {
      const value = await pull(rest);
      if (value === null || isClosed) return await end();
      return { done: false, value };
    } catch (error) {
      await end();
      throw error;
    }
  }

  /** Whatever is being pulled ends first, so that what it opened is there to be closed. */
  async function leave(): Promise<IteratorReturnResult<undefined>> {
    isClosed = true;
    wake();
    await turn;
    return end();
  }

  const iterator: AsyncIterableIterator<Value> = {
    next() {
      const mine = turn.then(next);
      turn = mine.catch(() => undefined);
      return mine;
    },
    return: leave,
    async throw(error) {
      await leave();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return { iterator, nudge };
}
