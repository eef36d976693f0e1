import type { ExecutionResult, GraphQLFormattedError } from 'graphql';

/** One message for subscribers: made once, sent as it is to all who share it. */
export interface Frame {
  /** The execution result as JSON. */
  readonly json: string;
  /** How long that is in UTF-8. */
  readonly bytes: number;
  /** Where a client continues behind this event; undefined where the field has no cursors. */
  readonly cursor: string | undefined;
  /** Of values with the same key the newest replaces the others for a reader that may skip. */
  readonly key: string;
  /** When the event reached the gateway, on the clock of `performance.now()`. */
  readonly receivedAt: number;
}

export function createFrame(input: {
  data: Record<string, unknown> | null;
  errors: readonly GraphQLFormattedError[];
  cursor: string | undefined;
  key: string;
  receivedAt: number;
}): Frame {
  const { data, errors, cursor, key, receivedAt } = input;
  const result: Omit<ExecutionResult, 'errors'> & { errors?: readonly GraphQLFormattedError[] } = {
    data,
    ...(errors.length > 0 ? { errors } : {}),
  };
  const json = JSON.stringify(result);
  return { json, bytes: Buffer.byteLength(json), cursor, key, receivedAt };
}
