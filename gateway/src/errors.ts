import { GraphQLError } from 'graphql';

/**
 * Every code that may cross to a client in `errors[].extensions.code`. An error without one of them is masked as
 * INTERNAL_SERVER_ERROR, because nobody has looked at what its message gives away.
 */
export const knownCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'TENANT_MISMATCH',
  'ISSUER_UNAVAILABLE',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'NOT_FOUND',
  'LIMIT_EXCEEDED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'SUBGRAPH_UNAVAILABLE',
  'OVERLOADED',
  'THROTTLED',
  'COST_LIMIT_EXCEEDED',
  'BODY_LIMIT_EXCEEDED',
  'TOKEN_LIMIT_EXCEEDED',
  'VARIABLES_LIMIT_EXCEEDED',
  'DEPTH_LIMIT_EXCEEDED',
  'ROOT_FIELD_LIMIT_EXCEEDED',
  'ALIAS_LIMIT_EXCEEDED',
  'FRAGMENT_LIMIT_EXCEEDED',
  'SELECTION_LIMIT_EXCEEDED',
  'DIRECTIVE_LIMIT_EXCEEDED',
  'CONDITION_LIMIT_EXCEEDED',
  'LIST_LIMIT_EXCEEDED',
  'SLOW_CONSUMER',
  'SUBSCRIPTION_SCHEMA_RELOAD',
] as const;

export type KnownCode = (typeof knownCodes)[number];

const codes: ReadonlySet<unknown> = new Set(knownCodes);
export const isKnownCode = (code: unknown): code is KnownCode => codes.has(code);

/** A request that the gateway turns away before any subgraph hears of it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: KnownCode;
  readonly status: number;
  /** Facts for programs, beside the code. */
  readonly facts: Record<string, unknown>;

  constructor(
    code: KnownCode,
    message: string,
    options: { status?: number; facts?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.facts = options.facts ?? {};
  }

  toJSON(): { errors: [{ message: string; extensions: Record<string, unknown> }] } {
    return { errors: [{ message: this.message, extensions: { code: this.code, ...this.facts } }] };
  }
}

/** The error of fields whose subgraph did not answer. */
export function subgraphUnavailable(subgraph: string, cause?: unknown): GraphQLError {
  return new GraphQLError(
    `The subgraph "${subgraph}" does not answer at the moment. Its fields are null; ask again later.`,
    {
      extensions: { code: 'SUBGRAPH_UNAVAILABLE' satisfies KnownCode, subgraph },
      ...(cause instanceof Error ? { originalError: cause } : {}),
    },
  );
}
