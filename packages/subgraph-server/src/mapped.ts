/**
 * An iterator over another one's values, each replaced by what `map` makes of it; closing it closes the other. With
 * `lastWords` a failure becomes a last value, for whoever cannot carry an exception on.
 */
export function mapped<From, To>(
  from: AsyncIterator<From>,
  map: (value: From) => To | Promise<To>,
  lastWords?: (error: unknown) => To,
): AsyncIterableIterator<To> {
  const ended: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let isOver = false;

  async function end(): Promise<IteratorReturnResult<undefined>> {
    isOver = true;
    await from.return?.();
    return ended;
  }

  const to: AsyncIterableIterator<To> = {
    async next() {
      if (isOver) return ended;
      try {
        const { done, value } = await from.next();
        return done ? ended : { done: false, value: await map(value) };
      } catch (error) {
        await end();
        if (!lastWords) throw error;
        return { done: false, value: lastWords(error) };
      }
    },
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]: () => to,
  };
  return to;
}
