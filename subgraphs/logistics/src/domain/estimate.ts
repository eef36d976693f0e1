// When a parcel will arrive: the remaining way at the pace of the last minutes, corrected by how wrong such estimates
// have been before.

/** What an estimate is made of. */
export interface Progress {
  readonly metersLeft: number;
  /** Exponential mean; null before the first two fixes. */
  readonly metersPerSecond: number | null;
  readonly stopsLeft: number;
}

/** An estimate, as instants. */
export interface Estimate {
  /** As likely earlier as later (P50). */
  readonly expectedAt: Date;
  /** Nine times out of ten not later than this (P90). */
  readonly latestAt: Date;
}

const tauSeconds = 180;
const slowest = 5 / 3.6;
const usual = 25 / 3.6;
const secondsPerStop = 45;

/** The mean speed after another stretch of way, with a time constant of three minutes. */
export function meanSpeed(mean: number | null, meters: number, seconds: number): number {
  if (seconds <= 0) return mean ?? usual;
  const weight = 1 - Math.exp(-seconds / tauSeconds);
  return (mean ?? usual) + weight * (meters / seconds - (mean ?? usual));
}

/** Seconds that the rest takes at the present pace. */
export const naiveSeconds = ({ metersLeft, metersPerSecond, stopsLeft }: Progress): number =>
  metersLeft / Math.max(slowest, metersPerSecond ?? usual) + secondsPerStop * stopsLeft;

/** Distances that are wrong alike: each bucket doubles the one before, from 250 metres. */
export const bucketOf = (metersLeft: number): number =>
  Math.max(0, Math.min(12, Math.floor(Math.log2(metersLeft / 250)) + 1));

/** How many past errors are remembered per bucket. */
export const samplesPerBucket = 200;

// Before there is any experience: typical of vans in cities.
const prior: readonly number[] = [0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.35, 1.6];
const enoughSamples = 20;

/** The quantile of how much longer than naively estimated it took: by experience, mixed with the prior while there is little. */
export function errorQuantile(samples: readonly number[], share: number): number {
  const known = samples.length >= enoughSamples ? samples : [...samples, ...prior];
  const sorted = known.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? 1, sorted[Math.ceil(place)] ?? 1];
  return low + (high - low) * (place - Math.floor(place));
}

/** The estimate at this moment. `samples` are past errors at about this distance: real duration over naive one. */
export function estimate(progress: Progress, samples: readonly number[], now: Date): Estimate {
  const seconds = naiveSeconds(progress);
  const after = (share: number): Date => new Date(now.getTime() + 1_000 * seconds * errorQuantile(samples, share));
  return { expectedAt: after(0.5), latestAt: after(0.9) };
}

/** What a new estimate means beside what was shown and told. */
export interface EstimateChange {
  /** Differs by a minute or more from what is shown. */
  readonly isShown: boolean;
  /** Differs by five minutes or more from what was announced. */
  readonly isAnnounced: boolean;
  /** Later than the first estimate said at the latest. */
  readonly isDelayed: boolean;
}

const shownFromMs = 60_000;
const announcedFromMs = 5 * 60_000;

/** Compares a new estimate with the one that is shown, the one that was announced and the first one. */
export function changeOf(
  next: Estimate,
  before: { readonly shownAt: Date | null; readonly announcedAt: Date | null; readonly promisedAt: Date | null },
): EstimateChange {
  const differs = (than: Date | null, least: number): boolean =>
    than === null || Math.abs(next.expectedAt.getTime() - than.getTime()) >= least;
  return {
    isShown: differs(before.shownAt, shownFromMs),
    isAnnounced: differs(before.announcedAt, announcedFromMs),
    isDelayed: before.promisedAt !== null && next.expectedAt > before.promisedAt,
  };
}
