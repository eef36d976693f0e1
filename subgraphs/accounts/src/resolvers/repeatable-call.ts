import type { Transaction } from '@ordergraph/events';
import {
  once,
  refuseWhileRunning,
  type IdempotencyCode,
  type Outcome,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';

/** Runs a command once per idempotency key of the caller. */
export function runOnce<Value>(
  context: RequestContext,
  operation: string,
  { idempotencyKey, ...input }: { readonly idempotencyKey: string },
  command: (tx: Transaction) => Promise<Outcome<Value, AccountErrorCode>>,
  tenantId?: string,
): Promise<Outcome<Value, AccountErrorCode | IdempotencyCode>> {
  const { actor } = context.viewer;
  const call = { operation, key: idempotencyKey, input, actor: `${actor.type}:${actor.id}` };
  return refuseWhileRunning(() => context.transact((tx) => once(tx, 'accounts', call, () => command(tx)), tenantId));
}
