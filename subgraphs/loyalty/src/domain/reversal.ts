import { pointsFor, type Terms } from './earning.ts';

/** What a refund may take back when the points are already spent. */
export type ReversalPolicy = 'ONLY_PENDING' | 'WITHIN_BALANCE' | 'ALLOW_NEGATIVE';

/** An order's points, as far as a refund looks at them. */
export interface OrderPoints {
  /** Null while it earned nothing. */
  readonly terms: Terms | null;
  readonly capturedMinor: bigint;
  /** By refunds that are through. */
  readonly refundedMinor: bigint;
  readonly earned: number;
  readonly reversed: number;
  readonly forgiven: number;
  readonly redeemed: number;
  readonly restored: number;
  readonly lines: readonly RedeemedLine[];
}

/** A line of the order that points were redeemed on. */
export interface RedeemedLine {
  readonly orderLineId: string;
  readonly quantity: number;
  readonly refundedQuantity: number;
  readonly totalMinor: string;
}

/** What of an order's points has to go, and what it comes to under a policy. */
export interface ReversalTake {
  readonly fromPending: number;
  readonly fromAvailable: number;
  /** Ought to go and is already spent. */
  readonly shortfall: number;
  /** The part of the shortfall that the customer keeps. */
  readonly forgiven: number;
}

/**
 * What the terms gave for what is paid now, less what they give for what stays paid: never more than is still there of
 * it. However refunds are cut, a full one takes back all.
 */
export function pointsToReverse(order: OrderPoints, refundMinor: bigint): number {
  const left = order.earned - order.reversed - order.forgiven;
  const stays = order.terms ? pointsFor(order.terms, order.capturedMinor - order.refundedMinor - refundMinor) : 0;
  return Math.max(0, left - stays);
}

/** Where points that have to go come from: what is pending of the order first, then what the policy allows. */
export function takeUnder(
  policy: ReversalPolicy,
  wanted: number,
  { pendingOfOrder, available }: { readonly pendingOfOrder: number; readonly available: number },
): ReversalTake {
  const fromPending = Math.min(wanted, pendingOfOrder);
  const rest = wanted - fromPending;
  const covered = Math.min(rest, Math.max(0, available));
  switch (policy) {
    case 'ONLY_PENDING':
      return { fromPending, fromAvailable: 0, shortfall: rest, forgiven: rest };
    case 'WITHIN_BALANCE':
      return { fromPending, fromAvailable: covered, shortfall: rest - covered, forgiven: rest - covered };
    case 'ALLOW_NEGATIVE':
      return { fromPending, fromAvailable: rest, shortfall: rest - covered, forgiven: 0 };
  }
}

/**
 * Redeemed points that come back with units of lines: each line carries its share by largest remainder, each unit of a
 * line its running share, so that all units together bring back all points.
 */
export function pointsToRestore(
  order: Pick<OrderPoints, 'redeemed' | 'lines'>,
  units: readonly { readonly orderLineId: string; readonly quantity: number }[],
): number {
  const shares = splitPoints(
    order.redeemed,
    order.lines.map(({ totalMinor }) => BigInt(totalMinor)),
  );
  return order.lines.reduce((sum, line, index) => {
    const returned = units.find(({ orderLineId }) => orderLineId === line.orderLineId)?.quantity ?? 0;
    const share = shares[index] ?? 0;
    const until = (quantity: number): number => Math.floor((share * quantity) / line.quantity);
    const before = Math.min(line.refundedQuantity, line.quantity);
    const after = Math.min(before + returned, line.quantity);
    return sum + until(after) - until(before);
  }, 0);
}

/** Splits points by weights, by largest remainder, the earlier part first when remainders are equal. */
export function splitPoints(points: number, weights: readonly bigint[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  if (all === 0n) return weights.map((_weight, index) => (index === 0 ? points : 0));
  const parts = weights.map((weight, index) => ({
    index,
    share: Number((BigInt(points) * weight) / all),
    remainder: (BigInt(points) * weight) % all,
  }));
  const leftOver = points - parts.reduce((sum, { share }) => sum + share, 0);
  const byRemainder = parts.toSorted(
    (one, other) =>
      Number(other.remainder > one.remainder) - Number(other.remainder < one.remainder) || one.index - other.index,
  );
  for (const part of byRemainder.slice(0, leftOver)) part.share += 1;
  return parts.map(({ share }) => share);
}
