// Loyalty decides about points; orders keeps a copy of what a quote needs and works it out by the same rules. When the
// two come to different numbers, because one has not heard of something yet, loyalty refuses and the quote was stale.

/** One version of an earning rule, as far as it applies to an order. */
export interface PointsRule {
  readonly points: number;
  /** Minor units that give the points once. Null: they are given once for an order. */
  readonly perMinor: string | null;
  /** The part of the goods that counts, as a fraction of two totals in minor units. */
  readonly eligible: string;
  readonly goods: string;
}

/** By what an order earned. */
export interface PointsTerms {
  readonly rules: readonly PointsRule[];
  /** An exact decimal. */
  readonly multiplier: string;
}

export type ReversalPolicy = 'ONLY_PENDING' | 'WITHIN_BALANCE' | 'ALLOW_NEGATIVE';

/** What is known of an order's points and of its customer's balance. */
export interface KnownPoints {
  /** Null while it earned nothing. */
  readonly terms: PointsTerms | null;
  readonly earned: number;
  readonly reversed: number;
  readonly forgiven: number;
  readonly pending: number;
  readonly available: number;
  readonly policy: ReversalPolicy;
}

/** A line that points were redeemed on. */
export interface RedeemedLine {
  readonly id: string;
  readonly quantity: number;
  readonly refundedQuantity: number;
  readonly totalMinor: bigint;
}

/** What a refund does to points. */
export interface QuotedPoints {
  readonly pointsReversed: number;
  readonly pointsRestored: number;
  readonly pointsShortfall: number;
}

/** What money that stays paid earns by the terms, rounded down. */
export function pointsFor({ rules, multiplier }: PointsTerms, paidMinor: bigint): number {
  if (paidMinor <= 0n) return 0;
  let points = 0n;
  for (const rule of rules) {
    const goods = BigInt(rule.goods);
    const counted = goods === 0n ? paidMinor : (paidMinor * BigInt(rule.eligible)) / goods;
    const times = rule.perMinor === null ? 1n : counted / BigInt(rule.perMinor);
    points += times * BigInt(rule.points);
  }
  const [whole = '0', fraction = ''] = multiplier.split('.');
  return Number((points * BigInt(whole + fraction)) / 10n ** BigInt(fraction.length));
}

/** Points that a refund takes back, when so much money stays paid after it, and how many are spent already. */
export function quoteReversal(
  known: KnownPoints,
  staysPaidMinor: bigint,
): Pick<QuotedPoints, 'pointsReversed' | 'pointsShortfall'> {
  const left = known.earned - known.reversed - known.forgiven;
  const stays = known.terms ? pointsFor(known.terms, staysPaidMinor) : 0;
  const wanted = Math.max(0, left - stays);
  const fromPending = Math.min(wanted, known.pending);
  const rest = wanted - fromPending;
  const covered = known.policy === 'ONLY_PENDING' ? 0 : Math.min(rest, Math.max(0, known.available));
  const isBooked = known.policy === 'ALLOW_NEGATIVE';
  return { pointsReversed: isBooked ? wanted : fromPending + covered, pointsShortfall: rest - covered };
}

/**
 * Redeemed points that come back with units of lines: each line carries its share by largest remainder over the lines'
 * totals, each unit its running share, so that all units together bring back all points.
 */
export function quoteRestored(
  redeemed: number,
  lines: readonly RedeemedLine[],
  units: readonly { readonly orderLineId: string; readonly quantity: number }[],
): number {
  if (redeemed === 0) return 0;
  const shares = sharesOf(
    redeemed,
    lines.map(({ totalMinor }) => totalMinor),
  );
  return lines.reduce((sum, line, index) => {
    const returned = units.find(({ orderLineId }) => orderLineId === line.id)?.quantity ?? 0;
    const until = (quantity: number): number => Math.floor(((shares[index] ?? 0) * quantity) / line.quantity);
    return sum + until(line.refundedQuantity + returned) - until(line.refundedQuantity);
  }, 0);
}

function sharesOf(points: number, weights: readonly bigint[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  if (all === 0n) return weights.map((_weight, index) => (index === 0 ? points : 0));
  const shares = weights.map((weight) => Number((BigInt(points) * weight) / all));
  const remainders = weights.map((weight, index) => ({ index, remainder: (BigInt(points) * weight) % all }));
  remainders.sort(
    (one, other) =>
      Number(other.remainder > one.remainder) - Number(other.remainder < one.remainder) || one.index - other.index,
  );
  const leftOver = points - shares.reduce((sum, share) => sum + share, 0);
  for (const { index } of remainders.slice(0, leftOver)) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}
