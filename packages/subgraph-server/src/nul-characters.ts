import { visit, type DocumentNode, type GraphQLError } from 'graphql';
import { codedError } from './errors.ts';

const nul = '\u0000';

/** Whether a string anywhere in the value holds a NUL character, which PostgreSQL's text cannot. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(nul);
  if (typeof value !== 'object' || value === null) return false;
  for (const [name, member] of Object.entries(value)) {
    if (name.includes(nul) || holdsNul(member)) return true;
  }
  return false;
}

/** Whether a string written into the document holds one. */
export function documentHoldsNul(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    StringValue(node) {
      isFound ||= node.value.includes(nul);
    },
  });
  return isFound;
}

/** What the caller is told. */
export const nulRefusal = (): GraphQLError =>
  codedError('BAD_USER_INPUT', 'A string holds the character U+0000, which no text here may. Leave it out.');
