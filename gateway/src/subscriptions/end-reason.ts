import type { GraphQLError } from 'graphql';
import type { KnownCode } from '../errors.ts';

/** Why a subscription ended, as it stands in the metrics. */
export type EndReason =
  /** The client completed it, hung up, or answers no ping. */
  | 'client_disconnect'
  /** The owning subgraph had no more to say. */
  | 'server_close'
  /** The owning subgraph failed or was away for too long: the one that deserves an alarm. */
  | 'subgraph_error'
  /** The caller may not follow it, asked for what is not there, or came with a token that is not accepted. */
  | 'refused'
  /** The token's time is over, or its rights were taken away. */
  | 'token_expired'
  /** The document does not fit the next supergraph. */
  | 'schema_reload'
  /** This gateway stops. */
  | 'drain'
  /** The client took less than came. */
  | 'slow_consumer'
  /** Points or messages were used up. */
  | 'limit';

/** The codes by which a caller hears a no. Whatever else ends a subscription went wrong on our side. */
const ofCallers: ReadonlySet<unknown> = new Set<KnownCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'TENANT_MISMATCH',
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'LIMIT_EXCEEDED',
]);

/** What the owning subgraph's last words amount to; without errors the stream is complete. */
export function reasonOf(errors: readonly GraphQLError[]): EndReason {
  if (errors.length === 0) return 'server_close';
  return errors.every(({ extensions }) => ofCallers.has(extensions['code'])) ? 'refused' : 'subgraph_error';
}
