/** Only the digits of what was typed, and no more of them than the largest number has: nothing is cut down behind one's back. */
export const digitsOf = (text: string, most: number): string =>
  text.replaceAll(/\D/g, '').slice(0, String(most).length);

/** The number that was typed, within its bounds; null where none was. */
export function quantityOf(text: string, { least, most }: { least: number; most: number }): number | null {
  const typed = Number.parseInt(text, 10);
  return Number.isNaN(typed) ? null : Math.min(most, Math.max(least, typed));
}
