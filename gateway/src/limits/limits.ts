import { Refusal, type KnownCode } from '../errors.ts';

/**
 * What one request may ask for. Measured on 583 operations of five public storefronts and dashboards, which were at most
 * 12 deep, 784 fields and 9.9 KB; and sized so that no document within them keeps the planner busy for long.
 */
export const defaultLimits = {
  bodyBytes: 100_000,
  variablesBytes: 64_000,
  tokens: 5_000,
  depth: 12,
  /** Selection sets within each other, fragments included: fields alone do not count a fragment within a fragment. */
  nesting: 36,
  rootFields: 10,
  aliases: 30,
  fragments: 20,
  /** Fields, spreads and inline fragments of an operation once every spread is replaced by its fragment. */
  selections: 2_000,
  directives: 20,
  /** The planner tries every combination of them: its time doubles with each. */
  conditions: 3,
  listItems: 250,
  /** Lists and objects within each other, in arguments and in variables. */
  inputNesting: 32,
};

export type Limits = typeof defaultLimits;
export type LimitName = keyof Limits;

const refusals: Record<LimitName, { code: KnownCode; subject: string; advice: string }> = {
  bodyBytes: { code: 'BODY_LIMIT_EXCEEDED', subject: 'bytes of request body', advice: 'Send less in one request.' },
  variablesBytes: {
    code: 'VARIABLES_LIMIT_EXCEEDED',
    subject: 'bytes of variables',
    advice: 'Send less in one request.',
  },
  tokens: { code: 'TOKEN_LIMIT_EXCEEDED', subject: 'tokens in the document', advice: 'Split the document.' },
  depth: {
    code: 'DEPTH_LIMIT_EXCEEDED',
    subject: 'levels of fields',
    advice: 'Ask for the deeper levels in a request of their own.',
  },
  nesting: {
    code: 'DEPTH_LIMIT_EXCEEDED',
    subject: 'levels of selections, fragments included',
    advice: 'Use fewer fragments within fragments.',
  },
  rootFields: {
    code: 'ROOT_FIELD_LIMIT_EXCEEDED',
    subject: 'root fields in an operation',
    advice: 'Split the operation.',
  },
  aliases: {
    code: 'ALIAS_LIMIT_EXCEEDED',
    subject: 'aliases',
    advice: 'Ask for a list by "ids" in place of one alias for each.',
  },
  fragments: {
    code: 'FRAGMENT_LIMIT_EXCEEDED',
    subject: 'fragments',
    advice: 'Leave out fragments that the operation does not need.',
  },
  selections: {
    code: 'SELECTION_LIMIT_EXCEEDED',
    subject: 'selections after expanding fragments',
    advice: 'Split the operation.',
  },
  directives: {
    code: 'DIRECTIVE_LIMIT_EXCEEDED',
    subject: 'directives',
    advice: 'Write the variants as operations of their own.',
  },
  conditions: {
    code: 'CONDITION_LIMIT_EXCEEDED',
    subject: 'variables in @include and @skip on fragments',
    advice: 'Write the variants as operations of their own.',
  },
  listItems: {
    code: 'LIST_LIMIT_EXCEEDED',
    subject: 'items in one list',
    advice: 'Send the items in several requests.',
  },
  inputNesting: {
    code: 'VARIABLES_LIMIT_EXCEEDED',
    subject: 'lists and objects within each other',
    advice: 'Send a flatter value.',
  },
};

/** The refusal of a request that goes over a limit: the limit, what came, what to do. */
export function overLimit(name: LimitName, limit: number, actual: number | undefined): Refusal {
  const { code, subject, advice } = refusals[name];
  const came = actual === undefined ? 'more came' : `${actual} came`;
  return new Refusal(code, `At most ${limit} ${subject} are accepted, and ${came}. ${advice}`, {
    status: name === 'bodyBytes' ? 413 : 400,
    facts: { limit, ...(actual === undefined ? {} : { actual }) },
  });
}
