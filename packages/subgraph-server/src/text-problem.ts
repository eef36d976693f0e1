/**
 * Why a text of people is none: it is empty, too long, or blank. Null when it is fine. `what` begins the sentence: "A reason".
 * Characters are counted as UTF-16 does.
 */
export function textProblem(what: string, text: string, most: number): string | null {
  const expected = `${what} has 1 to ${most} characters`;
  if (text.length < 1 || text.length > most) return `${expected}, got ${text.length}.`;
  return text.trim() === '' ? `${expected} that are not all blank, got ${text.length} blank ones.` : null;
}
