/**
 * Why points cannot be worth money of a currency, or be given for it; null when they can, or while nobody has said what the
 * merchant sells in. One that is `present` may stay, also when the merchant has given it up.
 */
export function currencyProblem(
  sold: readonly string[] | null | undefined,
  currencyCode: string | null,
  present: string | null,
): string | null {
  if (!sold || currencyCode === null || currencyCode === present || sold.includes(currencyCode)) return null;
  return `The merchant sells in ${sold.join(', ')}, not in ${currencyCode}.`;
}
