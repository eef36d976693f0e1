/** A rung of the ladder. */
export interface Tier {
  readonly id: string;
  readonly name: string;
  /** 0 is the lowest. */
  readonly rank: number;
  /** Points earned within 12 months that lead here. */
  readonly threshold: number;
  readonly earnMultiplier: string;
}

/** Over how long earned points count for a tier, and how long a tier lasts. */
export const tierMonths = 12;

/**
 * The tier that so many points lead to; null where the merchant has no tiers. Below zero counts as nothing: what was
 * earned falls out of the time that counts before what refunds took of it does.
 */
export function tierFor(tiers: readonly Tier[], earned: number): Tier | null {
  const points = Math.max(0, earned);
  return tiers
    .toSorted((one, other) => one.rank - other.rank)
    .reduce<Tier | null>((reached, tier) => (points >= tier.threshold ? tier : reached), null);
}

/** Points that are missing to the next tier; null on the highest, and where there are none. */
export function pointsToNext(tiers: readonly Tier[], current: Tier | null, points: number): number | null {
  const next = tiers
    .toSorted((one, other) => one.rank - other.rank)
    .find((tier) => tier.rank > (current?.rank ?? -1) && tier.threshold > points);
  return next ? next.threshold - points : null;
}

/** Why a ladder cannot be; null when it can. */
export function ladderProblem(thresholds: readonly number[]): string | null {
  if (thresholds.length === 0) return null;
  if (thresholds[0] !== 0) return `The lowest tier starts at 0 points, not at ${thresholds[0]}.`;
  const flat = thresholds.findIndex((threshold, index) => index > 0 && threshold <= (thresholds[index - 1] ?? 0));
  return flat < 0 ? null : `Thresholds grow with the rank; tier ${flat} has ${thresholds[flat]}.`;
}
