import { money, type Money } from '@ordergraph/money';

/** What a programme says about redeeming. */
export interface RedemptionRules {
  readonly isActive: boolean;
  readonly pointValueMinor: bigint;
  readonly currencyCode: string;
  readonly redemptionUnit: number;
}

export type HoldRefusal = 'INSUFFICIENT_POINTS' | 'PROGRAM_INACTIVE' | 'NOT_REDEEMABLE';

/** What points are worth. */
export const valueOf = (points: number, { pointValueMinor, currencyCode }: RedemptionRules): Money =>
  money(BigInt(points) * pointValueMinor, currencyCode);

/** Why so many points cannot pay for goods of that subtotal; null when they can. */
export function refusalOf(
  points: number,
  { available, subtotal }: { readonly available: number; readonly subtotal: Money },
  rules: RedemptionRules,
): HoldRefusal | null {
  if (!rules.isActive || rules.currencyCode !== subtotal.currencyCode) return 'PROGRAM_INACTIVE';
  if (points < 1 || points % rules.redemptionUnit !== 0) return 'NOT_REDEEMABLE';
  // A discount takes at most what the goods cost; shipping and what else there is are paid with money.
  if (valueOf(points, rules).minor > subtotal.minor) return 'NOT_REDEEMABLE';
  return points > available ? 'INSUFFICIENT_POINTS' : null;
}

/** The most points that can pay for goods of that subtotal. */
export function mostRedeemable(available: number, subtotal: Money, rules: RedemptionRules): number {
  if (!rules.isActive || rules.currencyCode !== subtotal.currencyCode || available <= 0) return 0;
  const affordable = subtotal.minor / rules.pointValueMinor;
  const most = affordable < BigInt(available) ? Number(affordable) : available;
  return Math.max(0, most - (most % rules.redemptionUnit));
}
