/** Quantiles of some durations, in milliseconds. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Runs `work` `count` times by `clients` at a time and says how fast it went. `settle` belongs to the measured time. */
export async function measure(
  clients: number,
  count: number,
  work: (n: number) => Promise<unknown>,
  settle: () => Promise<void> = async () => undefined,
): Promise<Figures> {
  const durations: number[] = [];
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < count) {
        const n = next;
        next += 1;
        const at = performance.now();
        await work(n);
        durations.push(performance.now() - at);
      }
    }),
  );
  await settle();
  const seconds = (performance.now() - begun) / 1_000;
  return { perSecond: count / seconds, p50: quantile(durations, 0.5), p99: quantile(durations, 0.99) };
}

/** The value below which the share `q` of them lies; 0 of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
