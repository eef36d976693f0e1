import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';

/** The caller's mistakes that appear in the top-level `errors` of an answer. All else there is our fault and masked. */
export const errorCodes = {
  /** No valid token, or no signed context. */
  UNAUTHENTICATED: '0.1',
  /** The caller may not use this field; `requiredScopes` says what would allow it. */
  FORBIDDEN: '0.1',
  /** `X-Tenant-ID` names a merchant that the token does not grant. */
  TENANT_MISMATCH: '0.1',
  /** A subscription names nothing that the caller may see. */
  NOT_FOUND: '0.1',
  /** An argument is malformed, such as a cursor that was tampered with. */
  BAD_USER_INPUT: '0.1',
  /** A list was asked for without saying how much of it, or too much. */
  LIMIT_EXCEEDED: '0.1',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An error that the caller can act on; its message says what was expected, what came and what to do. */
export function codedError(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}

/** Where errors that the caller must not see are written. */
export type LogError = (message: string, error: unknown) => void;

/** Keeps coded errors and GraphQL's own about the document; replaces anything else by an id that the log knows. */
export function maskError(error: GraphQLError, log: LogError): GraphQLError {
  const code = error.extensions['code'];
  if (typeof code === 'string' && code in errorCodes) return error;
  // Without a path nothing was executed yet: graphql-js refuses a document or a variable that does not fit the schema.
  if (!error.path && code === undefined) {
    return new GraphQLError(error.message, { ...error, extensions: { code: 'BAD_USER_INPUT' } });
  }
  const errorId = randomUUID();
  log(`Error ${errorId} at ${error.path?.join('.') ?? 'no path'}.`, error.originalError ?? error);
  return new GraphQLError(`Something went wrong on our side. Quote error ${errorId} when you report it.`, {
    nodes: error.nodes,
    path: error.path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
  });
}
