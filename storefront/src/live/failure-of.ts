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

/** What an error of a stream means: GraphQL errors by their code, a closed socket by its close code. */
export function failureOf(error: unknown): LiveFailure {
  const message = error instanceof Error ? error.message : String(error);
  const codes = codesOf(error);
  if (codes) {
    if (codes.some((code) => cursorCodes.has(code)) || /cursor/i.test(message)) return { kind: 'cursor', message };
    const isPassing = codes.some((code) => passingCodes.has(code));
    return { kind: isPassing ? 'lost' : 'refused', message };
  }
  const closeCode = Number(/^Socket closed with event (\d+)/.exec(message)?.[1]);
  return { kind: finalCloseCodes.has(closeCode) ? 'refused' : 'lost', message };
}

/** The codes of an error that GraphQL itself answered; null for any other error. */
function codesOf(error: unknown): string[] | null {
  if (typeof error !== 'object' || error === null || !('errors' in error) || !Array.isArray(error.errors)) return null;
  return error.errors.map((one: unknown) => {
    const extensions = typeof one === 'object' && one !== null && 'extensions' in one ? one.extensions : null;
    const code = typeof extensions === 'object' && extensions !== null && 'code' in extensions ? extensions.code : '';
    return typeof code === 'string' ? code : '';
  });
}
