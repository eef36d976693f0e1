import type { Values } from './template.ts';

/** What is told about a customer's points. */
export type PointsNews =
  | { readonly topic: 'POINTS_EARNED'; readonly points: number; readonly available: number }
  | {
      readonly topic: 'POINTS_CORRECTED';
      /** Signed. */
      readonly points: number;
      readonly available: number;
      /** Null after a refund. */
      readonly reason: string | null;
    }
  | { readonly topic: 'POINTS_EXPIRING'; readonly points: number; readonly expiresAt: Date }
  | { readonly topic: 'TIER_CHANGED'; readonly tierName: string };

const afterRefund: Readonly<Record<string, string>> = {
  en: 'an order was refunded.',
  de: 'eine Bestellung wurde erstattet.',
};

const dayOf = (at: Date, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(at);

/** The values of all variables for news about points. */
export function pointsValues(news: PointsNews, merchantName: string, language: string): Values {
  const number = (value: number, sign: 'auto' | 'always' = 'auto'): string =>
    new Intl.NumberFormat(language, { signDisplay: sign }).format(value);
  const common = { 'merchant.name': merchantName };
  switch (news.topic) {
    case 'POINTS_EARNED':
      return { ...common, 'points.earned': number(news.points), 'points.available': number(news.available) };
    case 'POINTS_CORRECTED':
      return {
        ...common,
        'points.change': number(news.points, 'always'),
        'points.available': number(news.available),
        'points.reason': news.reason ?? afterRefund[language.split('-')[0] ?? ''] ?? afterRefund['en'] ?? '',
      };
    case 'POINTS_EXPIRING':
      return {
        ...common,
        'points.expiring': number(news.points),
        'points.expiresOn': dayOf(news.expiresAt, language),
      };
    case 'TIER_CHANGED':
      return { ...common, 'tier.name': news.tierName };
  }
}

/** News that never were, to show what a template looks like. */
export const inventedNews: Readonly<Record<PointsNews['topic'], PointsNews>> = {
  POINTS_EARNED: { topic: 'POINTS_EARNED', points: 1_001, available: 2_500 },
  POINTS_CORRECTED: { topic: 'POINTS_CORRECTED', points: -1_001, available: 1_499, reason: 'Counted twice.' },
  POINTS_EXPIRING: { topic: 'POINTS_EXPIRING', points: 1_001, expiresAt: new Date('2027-03-01T00:00:00.000Z') },
  TIER_CHANGED: { topic: 'TIER_CHANGED', tierName: 'Gold' },
};

/** The invented news of a topic; null where it is about an order. */
export const inventedNewsOf = (topic: string): PointsNews | null =>
  Object.values(inventedNews).find((news) => news.topic === topic) ?? null;
