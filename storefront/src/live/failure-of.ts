import { SignedOut } from '../session/keep-token.ts';
import type { LiveFailure } from './follow.ts';

// Close codes of graphql-transport-ws after which trying again changes nothing. 4403 (the token is not taken, or has
// ended) is not among them: connecting again sends the token that is there by then, and the session says when there is none.
const finalCloseCodes = new Set([4400, 4401, 4406, 4409]);
const cursorCodes = new Set(['CURSOR_INVALID', 'INVALID_CURSOR']);
const passingCodes = new Set([
  'OVERLOADED',
  'THROTTLED',
  'SUBGRAPH_UNAVAILABLE',
  'ISSUER_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
]);

/** What an error means: GraphQL errors by their code, HTTP's by its status, a closed socket by its close code. */
export function failureOf(error: unknown): LiveFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SignedOut || isRejected(error)) return { kind: 'refused', message };
  const codes = codesOf(error);
  if (codes) {
    if (codes.some((code) => cursorCodes.has(code)) || /cursor/i.test(message)) return { kind: 'cursor', message };
    const isPassing = codes.some((code) => passingCodes.has(code));
    return { kind: isPassing ? 'lost' : 'refused', message };
  }
  const closeCode = Number(/^Socket closed with event (\d+)/.exec(message)?.[1]);
  return { kind: finalCloseCodes.has(closeCode) ? 'refused' : 'lost', message };
}

/** Whether HTTP itself refused it, and not because there was too much to do. */
function isRejected(error: unknown): boolean {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** The codes of an error that GraphQL itself answered; null for any other error. */
const codesOf = (error: unknown): string[] | null => errorsOf(error)?.map(codeOf) ?? null;

/** Where in the answer the fields stand that could not be answered just now. */
export const pathsOf = (error: unknown): (string | number)[][] =>
  (errorsOf(error) ?? []).flatMap((one) => {
    if (!passingCodes.has(codeOf(one)) || !('path' in one) || !Array.isArray(one.path)) return [];
    const isStep = (step: unknown): step is string | number => typeof step === 'string' || typeof step === 'number';
    return [one.path.filter(isStep)];
  });

/** The errors that GraphQL itself answered; null for any other error. */
function errorsOf(error: unknown): object[] | null {
  if (typeof error !== 'object' || error === null || !('errors' in error) || !Array.isArray(error.errors)) return null;
  return error.errors.map((one: unknown) => (typeof one === 'object' && one !== null ? one : {}));
}

function codeOf(one: object): string {
  const extensions = 'extensions' in one ? one.extensions : null;
  const code = typeof extensions === 'object' && extensions !== null && 'code' in extensions ? extensions.code : '';
  return typeof code === 'string' ? code : '';
}
