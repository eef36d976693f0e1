import { wordsOf } from '../words.ts';

/** When a parcel arrives: as likely earlier as later, and nine times out of ten not later than. */
export interface Estimate {
  readonly expectedAt: string;
  readonly latestAt: string;
}

/** What was told of a parcel: shown on the page, or announced to who listens. */
export interface Told {
  readonly status: string;
  readonly expectedAt: string | null;
}

const shownChangeMs = 60_000;
const announcedChangeMs = 5 * 60_000;

const sentences: Readonly<Record<string, string>> = {
  PENDING: 'The parcel is being packed.',
  LABEL_CREATED: 'The parcel is packed and waits for the carrier.',
  PICKED_UP: 'The carrier has the parcel.',
  IN_TRANSIT: 'The parcel is on its way.',
  OUT_FOR_DELIVERY: 'The parcel is out for delivery.',
  AVAILABLE_FOR_PICKUP: 'The parcel waits for you to pick it up.',
  DELIVERED: 'The parcel was delivered.',
  ATTEMPT_FAILED: 'Nobody was there. The carrier comes again.',
  EXCEPTION: 'Something is wrong with the parcel. The shop looks into it.',
  RETURNING: 'The parcel goes back to the shop.',
  RETURNED: 'The parcel is back at the shop.',
  LOST: 'The carrier has lost the parcel. The shop looks into it.',
  CANCELLED: 'The parcel will not be sent.',
};

/** Where a parcel stands, in a sentence. */
export const sentenceOf = (status: string): string => sentences[status] ?? `${wordsOf(status)}.`;

/** Whether a parcel is on its way, so that there may be a position. */
export const isUnderWay = (status: string): boolean =>
  ['PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'ATTEMPT_FAILED', 'RETURNING'].includes(status);

/** Whether nothing will happen to a parcel any more. */
export const isOver = (status: string): boolean => ['DELIVERED', 'RETURNED', 'LOST', 'CANCELLED'].includes(status);

/** Parcels as one looks for them: those that something still happens to, then those that came, and at last what will not. */
export const byInterest = <P extends { readonly status: string }>(parcels: readonly P[]): P[] =>
  parcels.toSorted((a, b) => rankOf(a.status) - rankOf(b.status));

const rankOf = (status: string): number => (status === 'CANCELLED' ? 2 : isOver(status) ? 1 : 0);

/** What is in a parcel, as the order's lines are called: `2 × Tent`. Null where that is not told. */
export function contentsOf(
  parcel: {
    readonly lines: readonly { readonly quantity: number; readonly orderLine: { readonly id: string } | null }[];
  },
  orderLines: readonly { readonly id: string; readonly title: string }[],
): string | null {
  const named = parcel.lines.flatMap(({ quantity, orderLine }) => {
    const title = orderLines.find(({ id }) => id === orderLine?.id)?.title;
    return title === undefined ? [] : [`${quantity} × ${title}`];
  });
  return named.length > 0 ? named.join(', ') : null;
}

/** The estimate to show: the one that is shown already, as long as the new one differs by less than a minute. */
export function settled(shown: Estimate | null, next: Estimate | null): Estimate | null {
  if (!shown || !next) return next;
  const isClose =
    differenceMs(shown.expectedAt, next.expectedAt) < shownChangeMs &&
    differenceMs(shown.latestAt, next.latestAt) < shownChangeMs;
  return isClose ? shown : next;
}

/**
 * What to say aloud after a change: milestones, and estimates that moved by five minutes or more since they were last
 * spoken of. Never a position. Null: nothing.
 */
export function announcement(before: Told, now: Told, clock: (instant: string) => string): string | null {
  if (now.status !== before.status) return sentenceOf(now.status);
  if (now.expectedAt === null || !isUnderWay(now.status)) return null;
  if (before.expectedAt === null) return `It is expected around ${clock(now.expectedAt)}.`;
  if (differenceMs(before.expectedAt, now.expectedAt) < announcedChangeMs) return null;
  const isLater = Date.parse(now.expectedAt) > Date.parse(before.expectedAt);
  return `It is expected ${isLater ? 'later' : 'earlier'} now, around ${clock(now.expectedAt)}.`;
}

const differenceMs = (a: string, b: string): number => Math.abs(Date.parse(a) - Date.parse(b));
