const format = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** How far London's clocks are ahead of UTC at an instant. */
function offsetMs(instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(instant / 1_000) * 1_000;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/;
let last = { local: '', instant: Number.NaN };

/**
 * The instant at which London's clocks showed this; null when the text is no such time. Of an hour that comes twice in
 * autumn the first is meant, an hour that is left out in spring is read as if the clocks had not moved yet.
 */
export function instantInLondon(local: string): Date | null {
  // A log is sorted by time, and the lines of an invoice have the same one.
  if (local === last.local) return new Date(last.instant);
  const found = pattern.exec(local);
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  if (new Date(asUtc).toISOString().slice(0, 19) !== local) return null;
  const instant = [asUtc - offsetMs(asUtc - 86_400_000), asUtc - offsetMs(asUtc + 86_400_000)].find(
    (candidate) => candidate + offsetMs(candidate) === asUtc,
  );
  last = { local, instant: instant ?? asUtc - offsetMs(asUtc - 86_400_000) };
  return new Date(last.instant);
}

/** The day in London of an instant, as `2010-12-01`. */
export const dayInLondon = (instant: Date): string =>
  new Date(instant.getTime() + offsetMs(instant.getTime())).toISOString().slice(0, 10);
