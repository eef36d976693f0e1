/** Quantities that are wanted of variants, by their ids. */
export type Quantities = ReadonlyMap<string, number>;

/** Sets quantities one call at a time, however fast they are wanted. */
export interface Wishes {
  /** Wants so many of a variant. Answers once nothing is wanted any more that is not set: why not, or null. */
  want(variantId: string, quantity: number): Promise<string | null>;
}

/**
 * What is wanted while a call is under way goes out with the next one, only the newest quantity of each variant. Calls never
 * overtake each other, so that what was wanted last is what holds. `send` answers why not, or null; `onChange` is told what is
 * wanted and not yet set.
 */
export function keepWishes(
  send: (quantities: Quantities) => Promise<string | null>,
  onChange: (wanted: Quantities) => void,
): Wishes {
  let waiting = new Map<string, number>();
  let underWay: Quantities = new Map();
  let run: Promise<string | null> | null = null;
  const tell = (): void => onChange(new Map([...underWay, ...waiting]));

  async function sendAll(): Promise<string | null> {
    let refusal: string | null = null;
    while (waiting.size > 0) {
      underWay = waiting;
      waiting = new Map();
      refusal = await send(underWay);
      underWay = new Map();
      // What was wanted meanwhile went on from something that is not so.
      if (refusal !== null) waiting = new Map();
      tell();
    }
    run = null;
    return refusal;
  }

  return {
    want(variantId, quantity) {
      waiting.set(variantId, quantity);
      tell();
      run ??= sendAll();
      return run;
    },
  };
}
