const maxWordLength = 64;
const maxTokens = 400;
const maxQueryWords = 10;

/** The words of a text as they are compared: lower case, without accents. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, maxWordLength));
}

/** The texts that a product is found by. */
export interface Searchable {
  readonly title: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly skus: readonly string[];
}

/** The words that a product is found by, each with the number of its fields that hold it. */
export function searchTokens({ title, description, tags, skus }: Searchable): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of [title, tags.join(' '), skus.join(' '), description ?? '']) {
    for (const word of new Set(wordsOf(text))) {
      const known = counts.get(word);
      // A long description must not make a product's row of words endless; title, tags and SKUs come first.
      if (known === undefined && counts.size >= maxTokens) continue;
      counts.set(word, (known ?? 0) + 1);
    }
  }
  return counts;
}

/** A span of tokens: from one to another, both included, compared by bytes. */
export interface WordRange {
  readonly from: string;
  readonly to: string;
}

const lastCharacter = '\u{10FFFF}';

/** What a search text asks for: every word must be found, the last one also as a beginning. None: it has no word. */
export function searchRanges(text: string): WordRange[] {
  const words = wordsOf(text).slice(0, maxQueryWords);
  const ranges = words.map((word, index) => ({
    from: word,
    to: index === words.length - 1 ? word + lastCharacter : word,
  }));
  // A word that stands twice is asked for once, as a beginning if it is also the last.
  return [...new Map(ranges.map((range) => [range.from, range])).values()];
}
