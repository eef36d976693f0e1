/** What is wrong with an input field. */
export interface Problem {
  readonly field: readonly string[];
  readonly message: string;
}

/** The problem of a text that is empty after trimming, or too long. */
export function textProblems(field: string, text: string, maxLength: number): Problem[] {
  const length = text.trim().length;
  if (length >= 1 && length <= maxLength) return [];
  return [{ field: [field], message: `Expected 1 to ${maxLength} characters, got ${length}.` }];
}
