import { visit, type DocumentNode, type GraphQLError } from 'graphql';
import { codedError } from './errors.ts';

/** What no text of PostgreSQL, or none in its JSON, can hold. */
type Unkeepable = 'the character U+0000' | 'a surrogate (U+D800 to U+DFFF) without its other half';

const nul = '\u0000';

/** What makes the text one that PostgreSQL cannot keep; null when it can be kept. */
function flawOf(text: string): Unkeepable | null {
  if (text.includes(nul)) return 'the character U+0000';
  return text.isWellFormed() ? null : 'a surrogate (U+D800 to U+DFFF) without its other half';
}

/** Whether PostgreSQL can keep the text, in a column of its own as well as within JSON. */
export const isKeepable = (text: string): boolean => flawOf(text) === null;

/**
 * The same of all strings anywhere in a value, names of members included. Every request's variables pass here: one walk, and
 * no list of entries for each object.
 */
export function flawWithin(value: unknown): Unkeepable | null {
  if (typeof value === 'string') return flawOf(value);
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return firstFlaw(value);
  return firstFlaw(Object.keys(value)) ?? firstFlaw(Object.values(value));
}

function firstFlaw(values: readonly unknown[]): Unkeepable | null {
  for (const value of values) {
    const flaw = flawWithin(value);
    if (flaw) return flaw;
  }
  return null;
}

/** The same of the strings that are written into the document. */
export function flawWritten(document: DocumentNode): Unkeepable | null {
  let found: Unkeepable | null = null;
  visit(document, {
    StringValue(node) {
      found ??= flawOf(node.value);
    },
  });
  return found;
}

/** What the caller is told. */
export const flawRefusal = (flaw: Unkeepable): GraphQLError =>
  codedError('BAD_USER_INPUT', `A string holds ${flaw}, which no text here may. Leave it out.`);
