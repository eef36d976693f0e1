import { claimKey, settleKey, type Transaction } from '@ordergraph/events';

/** Why a command refused: a normal day, told in the payload's `userErrors`. `code` is of the subgraph's error enum. */
export interface Refusal<Code extends string> {
  readonly code: Code;
  readonly message: string;
  /** Path into the input. */
  readonly field: readonly string[] | null;
}

/** What a command came to: its result, or the reasons why nothing was done. Never both. */
export type Outcome<Value, Code extends string> =
  | { readonly value: Value; readonly refusals?: undefined }
  | { readonly value?: undefined; readonly refusals: readonly Refusal<Code>[] };

/** The codes that idempotency itself may refuse with; every subgraph's enum has them. */
export type IdempotencyCode = 'IDEMPOTENCY_KEY_REUSED' | 'IDEMPOTENCY_IN_PROGRESS' | 'INVALID';

/** The command succeeded. */
export const done = <Value>(value: Value): { readonly value: Value } => ({ value });

/** The command refuses, for one reason. It must not have written anything. */
export function refuse<Code extends string>(
  code: Code,
  message: string,
  field: readonly string[] | null = null,
): { readonly refusals: readonly Refusal<Code>[] } {
  return { refusals: [{ code, message, field }] };
}

/** Names a call that may be repeated. */
export interface Repeatable {
  /** The mutation's field name. */
  readonly operation: string;
  /** The caller's key; 1 to 255 characters. */
  readonly key: string;
  /** The input without the key: the same key with another input is refused. */
  readonly input: unknown;
  /** Whose keys these are: the acting person or software, or for a guest the cart. */
  readonly actor: string;
}

/**
 * Runs a command once per key, inside its transaction. A repetition answers with the stored outcome, so the command's
 * value must be plain data such as ids, which the caller renders from their present state.
 */
export const once = <Value, Code extends string>(
  transaction: Transaction,
  subgraph: string,
  call: Repeatable,
  command: () => Promise<Outcome<Value, Code>>,
): Promise<Outcome<Value, Code | IdempotencyCode>> =>
  onceHolding(transaction, subgraph, call, () => Promise.resolve(), command);

/**
 * The same for a command that begins with rows that it reads or locks: `hold` asks for them together with the key, after
 * it and in the same round trip. It changes nothing, since a repetition runs it as well.
 */
export async function onceHolding<Held, Value, Code extends string>(
  transaction: Transaction,
  subgraph: string,
  call: Repeatable,
  hold: () => Promise<Held>,
  command: (held: Held) => Promise<Outcome<Value, Code>>,
): Promise<Outcome<Value, Code | IdempotencyCode>> {
  if (call.key.length < 1 || call.key.length > 255) {
    return refuse('INVALID', `An idempotency key has 1 to 255 characters, got ${call.key.length}.`, ['idempotencyKey']);
  }
  const [claim, held] = await Promise.all([claimKey<Outcome<Value, Code>>(transaction, subgraph, call), hold()]);
  if (claim.status === 'reused') {
    return refuse(
      'IDEMPOTENCY_KEY_REUSED',
      `The key was used for ${call.operation} with another input. Take a new key for a new request.`,
      ['idempotencyKey'],
    );
  }
  if (claim.status === 'repeated') return claim.outcome;
  const outcome = await command(held);
  settleKey(transaction, subgraph, call, outcome);
  return outcome;
}

/** Turns the wait for another call's key that took too long into its refusal; any other error stays one. */
export async function refuseWhileRunning<Value, Code extends string>(
  run: () => Promise<Outcome<Value, Code>>,
): Promise<Outcome<Value, Code | IdempotencyCode>> {
  try {
    return await run();
  } catch (error) {
    const lockNotAvailable = '55P03';
    if (error instanceof Error && 'code' in error && error.code === lockNotAvailable) {
      return refuse(
        'IDEMPOTENCY_IN_PROGRESS',
        'A call with this key, or on this object, is still running. Retry in a moment.',
      );
    }
    throw error;
  }
}
