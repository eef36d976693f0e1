import { Refusal } from '../errors.ts';

/** Does work that counts until it is done; rejects with a `Refusal` while as much as may is under way. */
export type InFlight = <T>(work: () => Promise<T>) => Promise<T>;

const retryAfterMs = 1_000;

/** One count for queries and mutations by whatever way they come: each takes the same of this process. */
export function createInFlight(most: number): InFlight {
  let underWay = 0;
  return async (work) => {
    if (underWay >= most)
      throw new Refusal('OVERLOADED', 'Too many requests are under way. Try again in a second.', {
        status: 503,
        facts: { retryAfterMs },
      });
    underWay++;
    try {
      return await work();
    } finally {
      underWay--;
    }
  };
}
