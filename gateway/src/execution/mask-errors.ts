import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isKnownCode } from '../errors.ts';
import type { Log } from '../log.ts';

// Facts that a code may carry to the client. Anything else in an error's extensions stays here: a subgraph of another
// version, or of somebody else, may put a stack or an address there.
const publicFacts = ['requiredScopes', 'retryAfterMs', 'limit', 'actual', 'subgraph'];

/** Lets coded errors cross and replaces all others by an id, under which the cause is logged once. */
export function createErrorMask(log: Log): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return ({ message, path, locations, extensions = {} }, error) => {
    const where = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
    const { code } = extensions;
    if (isKnownCode(code)) {
      const facts = Object.fromEntries(
        publicFacts.filter((fact) => fact in extensions).map((fact) => [fact, extensions[fact]]),
      );
      return { message: withoutStack(message), ...where, extensions: { code, ...facts } };
    }
    const errorId = loggedErrorId(extensions) ?? logOnce(log, error, path);
    return {
      message: `Something went wrong on our side. Report the error id ${errorId} if it stays.`,
      ...(path ? { path } : {}),
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    };
  };
}

const uuid = /^[0-9a-f-]{36}$/i;

/** The id under which our own subgraph has logged the cause already. */
function loggedErrorId({ code, errorId }: Record<string, unknown>): string | undefined {
  return code === 'INTERNAL_SERVER_ERROR' && typeof errorId === 'string' && uuid.test(errorId) ? errorId : undefined;
}

function logOnce(log: Log, error: unknown, path: readonly (string | number)[] | undefined): string {
  const errorId = randomUUID();
  const subgraph = error instanceof GraphQLError ? error.extensions['serviceName'] : undefined;
  const fields = { errorId, path: path?.join('.'), ...(typeof subgraph === 'string' ? { subgraph } : {}) };
  log.error('error masked', fields, deepestCause(error));
  return errorId;
}

/** The executor wraps a subgraph's error in one of its own, and that one in another. */
function deepestCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? deepestCause(error.originalError) : error;
}

// A message that was built from an exception may end in its stack.
const withoutStack = (message: string): string => message.replaceAll(/\s*\n\s*at .*$/gm, '').slice(0, 2_000);
