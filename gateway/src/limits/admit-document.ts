import { GraphQLError, parse, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors.ts';
import { hasConditionalRoot } from './conditional-root.ts';
import { overLimit, type LimitName, type Limits } from './limits.ts';
import { measureDocument } from './measure-document.ts';

const checked: readonly Exclude<LimitName, 'bodyBytes' | 'variablesBytes' | 'tokens'>[] = [
  'conditions',
  'nesting',
  'depth',
  'selections',
  'fragments',
  'directives',
  'rootFields',
  'aliases',
  'listItems',
  'inputNesting',
];
// A parsed document takes up to a hundred bytes for each character of its text.
const rememberedCharacters = 1_000_000;

/** Parses a document that stays within the limits; throws a `Refusal` for any other. */
export type AdmitDocument = (query: string) => DocumentNode;

/**
 * The limits run before validation and planning, because those are what they protect: comparing overlapping fields is
 * quadratic, planning worse, and neither can be interrupted.
 */
export function createAdmitDocument(limits: Limits): AdmitDocument {
  const admitted = new LRUCache<string, DocumentNode>({
    maxSize: rememberedCharacters,
    sizeCalculation: (_document, query) => Math.max(1, query.length),
  });
  return (query) => {
    const known = admitted.get(query);
    if (known) return known;

    const document = parseWithin(query, limits.tokens);
    const size = measureDocument(document);
    // Whatever expands fragments after this line may rely on coming to an end.
    if (size.cycle !== undefined)
      throw new Refusal(
        'GRAPHQL_VALIDATION_FAILED',
        `The fragment "${size.cycle.slice(0, 100)}" spreads itself. Leave out one of the spreads.`,
      );
    for (const name of checked) if (size[name] > limits[name]) throw overLimit(name, limits[name], size[name]);
    // Validation looks at the root of every subscription in the document without knowing a variable, and would throw.
    if (hasConditionalRoot(document))
      throw new Refusal(
        'BAD_USER_INPUT',
        'The field of a subscription cannot have @include or @skip: without it nothing is left to follow. Put the condition on fields inside.',
      );
    admitted.set(query, document);
    return document;
  };
}

function parseWithin(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.includes('tokens. Parsing aborted')) throw overLimit('tokens', maxTokens, undefined);
    throw new Refusal('GRAPHQL_PARSE_FAILED', error.message);
  }
}
