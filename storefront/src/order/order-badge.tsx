import { wordsOf } from '../words.ts';

interface Statuses {
  readonly status: string;
  readonly paymentStatus: string;
  readonly fulfillmentStatus: string;
}

/** The one thing about an order that says most, in a word and a colour. */
export function OrderBadge({ order }: { order: Statuses }) {
  const { word, tone } = summaryOf(order);
  return <span className={`pill ${tone}`}>{word}</span>;
}

/** An order in a word. */
export function summaryOf({ status, paymentStatus, fulfillmentStatus }: Statuses): { word: string; tone: string } {
  if (status === 'FAILED' || status === 'EXPIRED') return { word: 'Did not go through', tone: 'bad' };
  if (status === 'CANCELLED') return { word: 'Cancelled', tone: 'bad' };
  if (paymentStatus === 'REFUNDED') return { word: 'Refunded', tone: 'plain' };
  if (fulfillmentStatus === 'DELIVERED') return { word: 'Delivered', tone: 'good' };
  if (fulfillmentStatus !== 'UNFULFILLED') return { word: wordsOf(fulfillmentStatus), tone: 'live' };
  if (status === 'PENDING') return { word: 'Being placed', tone: 'live' };
  if (status === 'ON_HOLD') return { word: 'On hold', tone: 'warn' };
  return { word: 'Confirmed', tone: 'good' };
}
