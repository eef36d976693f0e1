/** Points that came together and lapse together. */
export interface Lot {
  readonly id: string;
  /** The order that earned them. Null for what staff gave. */
  readonly orderId: string | null;
  /** How many there were. */
  readonly points: number;
  /** How many are left. */
  remaining: number;
  isPending: boolean;
  /** When pending points become usable. Null until the clock starts. */
  activatesAt: number | null;
  /** Null: never, or not usable yet. */
  expiresAt: number | null;
  /** The transaction that brought them. */
  readonly broughtBy: string;
}

/** Points of one lot that were taken for something, and may come back into it. */
export interface LotPart {
  readonly lotId: string;
  readonly points: number;
}

/** First in, first out: what lapses soonest goes first; ids grow with time. */
export function bySoonest(one: Lot, other: Lot): number {
  const left = one.expiresAt ?? Number.POSITIVE_INFINITY;
  const right = other.expiresAt ?? Number.POSITIVE_INFINITY;
  if (left !== right) return left < right ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/** Takes up to so many points out of lots, in their order. Answers what came from where, which may be less. */
export function takeFrom(lots: readonly Lot[], points: number): LotPart[] {
  const parts: LotPart[] = [];
  let missing = points;
  for (const lot of lots) {
    const taken = Math.min(missing, lot.remaining);
    if (taken === 0) continue;
    lot.remaining -= taken;
    missing -= taken;
    parts.push({ lotId: lot.id, points: taken });
    if (missing === 0) break;
  }
  return parts;
}

export const sumOf = (parts: readonly { readonly points: number }[]): number =>
  parts.reduce((total, { points }) => total + points, 0);

/**
 * The parts that make up the next points to come back, after some came back already. What lapses latest comes back
 * first, so that nobody gets back what is about to lapse while better points stay spent.
 */
export function nextToComeBack(parts: readonly LotPart[], cameBack: number, points: number): LotPart[] {
  const next: LotPart[] = [];
  let skip = cameBack;
  let missing = points;
  for (const part of parts.toReversed()) {
    const skipped = Math.min(skip, part.points);
    skip -= skipped;
    const taken = Math.min(missing, part.points - skipped);
    if (taken > 0) next.push({ lotId: part.lotId, points: taken });
    missing -= taken;
  }
  return next;
}

/** The same day of the month, so many months later; the last of the month where it has no such day. In UTC. */
export function monthsLater(from: number, months: number): number {
  const date = new Date(from);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}
