import type { Problem } from './problem.ts';

/** An email address in the one form that is stored and compared. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();

/** The problems of an email address. Only its owner can say whether it really is one: this finds typing errors. */
export function emailProblems(field: string, email: string): Problem[] {
  const address = normalizeEmail(email);
  if (address.length <= 254 && /^[^\s@<>",]+@[^\s@<>",]+\.[^\s@<>",.]+$/.test(address)) return [];
  return [{ field: [field], message: 'Expected an email address such as ada@example.com.' }];
}

const maxWords = 12;
const maxTokenLength = 20;

/** The words of a text, without case and accents. */
export function wordsOf(text: string): string[] {
  const words = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return [...new Set(words)].slice(0, maxWords).map((word) => word.slice(0, maxTokenLength));
}

/** What a person is found by: every beginning of every word of the name and the address. */
export function searchTokens(name: string, email: string): string[] {
  const beginnings = wordsOf(`${name} ${email}`).flatMap((word) =>
    Array.from(word, (_character, index) => word.slice(0, index + 1)),
  );
  return [...new Set(beginnings)];
}
