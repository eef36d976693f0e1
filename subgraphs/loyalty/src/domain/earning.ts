/** One version of an earning rule, as far as it applies to one order. */
export interface TermsRule {
  readonly ruleId: string;
  readonly version: number;
  readonly points: number;
  /** Minor units of the order's currency that give the points once. Null: they are given once for an order. */
  readonly perMinor: string | null;
  /** The part of the goods that counts, as a fraction of two totals in minor units. */
  readonly eligible: string;
  readonly goods: string;
}

/** By what an order earns: fixed at its first payment, so that a refund takes back by the same terms. */
export interface Terms {
  readonly rules: readonly TermsRule[];
  /** Of the customer's tier: `1.5`. */
  readonly multiplier: string;
}

/** A rule as it stands when an order is first paid. */
export interface RuleNow {
  readonly id: string;
  readonly version: number;
  readonly isActive: boolean;
  readonly points: number;
  readonly perMinor: bigint | null;
  readonly currencyCode: string | null;
  readonly categoryIds: readonly string[];
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
}

/** A line of an order, as far as rules look at it. */
export interface EarningLine {
  readonly totalMinor: string;
  /** The category of the goods, and all that it lies in. */
  readonly categoryIds: readonly string[];
}

/** The terms of an order that is paid for the first time now. */
export function termsOf(
  rules: readonly RuleNow[],
  order: { readonly currencyCode: string; readonly lines: readonly EarningLine[] },
  multiplier: string,
  now: Date,
): Terms {
  const sum = (lines: readonly EarningLine[]): bigint =>
    lines.reduce((total, { totalMinor }) => total + BigInt(totalMinor), 0n);
  const goods = sum(order.lines);
  const applicable = rules.filter(
    (rule) =>
      rule.isActive &&
      (rule.currencyCode === null || rule.currencyCode === order.currencyCode) &&
      (rule.startsAt === null || rule.startsAt <= now) &&
      (rule.endsAt === null || rule.endsAt > now),
  );
  return {
    multiplier,
    rules: applicable.flatMap((rule) => {
      const eligible =
        rule.categoryIds.length === 0
          ? goods
          : sum(order.lines.filter(({ categoryIds }) => categoryIds.some((id) => rule.categoryIds.includes(id))));
      if (eligible === 0n && rule.categoryIds.length > 0) return [];
      return [
        {
          ruleId: rule.id,
          version: rule.version,
          points: rule.points,
          perMinor: rule.perMinor?.toString() ?? null,
          eligible: eligible.toString(),
          goods: goods.toString(),
        },
      ];
    }),
  };
}

/** What so much money, paid and not given back, earns by these terms. Nothing paid earns nothing. */
export function pointsFor(terms: Terms, paidMinor: bigint): number {
  if (paidMinor <= 0n) return 0;
  let points = 0n;
  for (const rule of terms.rules) {
    if (rule.perMinor === null) {
      points += BigInt(rule.points);
      continue;
    }
    const goods = BigInt(rule.goods);
    const counted = goods === 0n ? paidMinor : (paidMinor * BigInt(rule.eligible)) / goods;
    points += (counted / BigInt(rule.perMinor)) * BigInt(rule.points);
  }
  const [whole = '0', fraction = ''] = terms.multiplier.split('.');
  const scale = 10n ** BigInt(fraction.length);
  // Rounded down: a merchant's promise of 1.5 points for each full euro is no promise of half a point.
  return Number((points * BigInt(whole + fraction)) / scale);
}
