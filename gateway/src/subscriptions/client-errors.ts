import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { Refusal } from '../errors.ts';

/** Why an operation did not start or came to its end, in the errors that a client shall see. */
export class OperationErrors extends Error {
  override readonly name: string = 'OperationErrors';
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.errors = errors.map(asGraphQLError);
  }
}

export type MaskError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** What a client is told: coded errors as they are, others masked. */
export const toClientErrors = (error: unknown, mask: MaskError): GraphQLFormattedError[] =>
  errorsOf(error).map((one) => mask(one.toJSON(), one));

/** The same as errors of graphql-js, not masked yet. */
export function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof OperationErrors) return error.errors;
  if (error instanceof Refusal)
    return [new GraphQLError(error.message, { extensions: { code: error.code, ...error.facts } })];
  // graphql-ws wraps what an iterator throws.
  if (error instanceof GraphQLError && error.originalError instanceof OperationErrors)
    return error.originalError.errors;
  return [asGraphQLError(error)];
}

/** Any failure as an error of graphql-js; what has no code is masked where it leaves the gateway. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof Error) return new GraphQLError('The operation failed.', { originalError: error });
  if (!isFormatted(error))
    return new GraphQLError('The operation failed.', { originalError: new Error(String(error)) });
  const { message, path, extensions } = error;
  return new GraphQLError(message, { ...(path ? { path } : {}), ...(extensions ? { extensions } : {}) });
}

const isFormatted = (error: unknown): error is GraphQLFormattedError =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
