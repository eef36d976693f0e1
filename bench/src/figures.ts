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
  durations.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    durations[Math.min(durations.length - 1, Math.floor(q * durations.length))] ?? 0;
  return { perSecond: count / seconds, p50: quantile(0.5), p99: quantile(0.99) };
}
