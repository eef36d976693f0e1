import type { Actor } from './envelope.ts';

/** Why a transaction runs: carried into every message that it publishes. */
export interface Cause {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly commandKey: string | null;
  readonly traceparent: string | null;
}
