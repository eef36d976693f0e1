const maxWordLength = 128;
const maxQueryWords = 10;

const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

const wordsOf = (text: string): string[] =>
  (plain(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, maxWordLength));

const digitsOf = (phone: string): string => phone.replaceAll(/\D/g, '');

/** The texts that a customer is found by. */
export interface Searchable {
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
}

/** The words that a customer is found by. An email is one word, and so is each of its parts. */
export function searchTokens({ email, firstName, lastName, phone }: Searchable): string[] {
  const tokens = new Set([...wordsOf(firstName ?? ''), ...wordsOf(lastName ?? '')]);
  const address = plain(email ?? '')
    .trim()
    .slice(0, maxWordLength);
  if (address) for (const word of [address, ...wordsOf(address)]) tokens.add(word);
  const digits = digitsOf(phone ?? '');
  if (digits) tokens.add(digits);
  return [...tokens];
}

/** A span of tokens: from one to another, both included, compared by bytes. */
export interface WordRange {
  readonly from: string;
  readonly to: string;
}

const lastCharacter = '\u{10FFFF}';

/** What a search text asks for: every word must be found, the last one also as a beginning. */
export function searchRanges(text: string): WordRange[] {
  // People write a telephone number in groups; it is still one word.
  const isPhone = /^[+\d\s()./-]{5,}$/.test(text.trim()) && digitsOf(text).length >= 4;
  const chunks = isPhone ? [digitsOf(text)] : plain(text).trim().split(/\s+/);
  const words = chunks
    .flatMap((chunk) => (chunk.includes('@') ? [chunk.slice(0, maxWordLength)] : wordsOf(chunk)))
    .slice(0, maxQueryWords);
  const ranges = words.map((word, index) => ({
    from: word,
    to: index === words.length - 1 ? word + lastCharacter : word,
  }));
  // A word that stands twice is asked for once, as a beginning if it is also the last.
  return [...new Map(ranges.map((range) => [range.from, range])).values()];
}
