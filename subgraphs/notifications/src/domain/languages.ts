const lastResort = 'en';

/** The tag in its canonical spelling; null when it names no language. */
export function canonicalLanguage(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/**
 * Languages in the order in which words are looked for: the customer's, the merchant's, English; each with its region,
 * then without it.
 */
export function languageChain(preferred: readonly (string | null)[]): string[] {
  const chain = [...preferred, lastResort]
    .map((tag) => (tag === null ? null : canonicalLanguage(tag)))
    .filter((tag) => tag !== null)
    .flatMap((tag) => [tag, tag.split('-')[0] ?? tag]);
  return [...new Set(chain)];
}
