import type { Transaction } from '@ordergraph/events';
import {
  once,
  refuseWhileRunning,
  type IdempotencyCode,
  type Outcome,
  type RequestContext,
} from '@ordergraph/subgraph-server';

/** Runs a staff mutation's command in one transaction, once per key. */
export function runOnce<Value, Code extends string>(
  context: RequestContext,
  operation: string,
  { idempotencyKey, ...input }: { readonly idempotencyKey: string },
  command: (tx: Transaction) => Promise<Outcome<Value, Code>>,
): Promise<Outcome<Value, Code | IdempotencyCode>> {
  const { type, id } = context.viewer.actor;
  const call = { operation, key: idempotencyKey, input, actor: `${type}:${id}` };
  return refuseWhileRunning(() => context.transact((tx) => once(tx, 'loyalty', call, () => command(tx))));
}
