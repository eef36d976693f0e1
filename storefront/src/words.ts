const counting = new Intl.NumberFormat();
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const momentFormat = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** A whole number, with the reader's separators. */
export const formatCount = (count: number): string => counting.format(count);
/** A change of a number, with its sign: `+159`, `−500`. */
export const formatChange = (change: number): string => `${change < 0 ? '−' : '+'}${formatCount(Math.abs(change))}`;
/** A day. */
export const formatDay = (instant: string): string => shortDate.format(new Date(instant));
/** A day and a time. */
export const formatMoment = (instant: string): string => momentFormat.format(new Date(instant));
/** A time of today. */
export const formatClock = (instant: string): string => clockFormat.format(new Date(instant));

/** `PARTIALLY_SHIPPED` → `Partially shipped`: what is shown of a code that has no words of its own. */
export function wordsOf(code: string): string {
  const text = code.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 item`, `3 items`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** How long ago, in a few words: `25 s ago`, `3 min ago`. */
export function ago(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s ago`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3_600)} h ago`;
}

/** A way in metres, as one says it: `350 m`, `4.2 km`. */
export const formatDistance = (meters: number): string =>
  meters < 1_000 ? `${Math.round(meters / 10) * 10} m` : `${(meters / 1_000).toFixed(1)} km`;
