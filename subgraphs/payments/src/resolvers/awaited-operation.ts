import { refuse, type IdempotencyCode, type Outcome, type RequestContext } from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { PaymentErrorCode } from '../../generated/graphql.ts';
import { ProviderOperation } from '../entities/provider-operation.entity.ts';

// The gateway waits 5 s for a mutation.
const patienceMs = 4_000;

/** What a command of staff came to: its operation has to reach the provider, and the caller wants to know what it said. */
type Planned = Outcome<{ paymentId: string; operationId: string }, PaymentErrorCode | IdempotencyCode>;

/** Waits for the provider's word on an operation, and tells a decline from silence. */
export async function providerOutcome(
  context: RequestContext,
  planned: Planned,
): Promise<Outcome<{ paymentId: string }, PaymentErrorCode | IdempotencyCode>> {
  if (!planned.value) return planned;
  const { operationId, paymentId } = planned.value;
  const finished = await context.waitFor(
    `operation:${operationId}`,
    async () => {
      const operation = await findRow(context.em, ProviderOperation, { id: operationId });
      return operation?.finishedAt ? operation : null;
    },
    patienceMs,
  );
  if (!finished) return refuse('GATEWAY_UNAVAILABLE', 'The provider does not answer. Retry with the same key.');
  if (finished.state === 'SUCCEEDED') return { value: { paymentId } };
  if (finished.errorCode === 'authorization_expired') {
    return refuse('AUTHORIZATION_EXPIRED', 'The authorisation lapsed at the provider.', ['paymentId']);
  }
  return refuse('DECLINED', `The provider refused (${finished.errorCode ?? 'no reason given'}).`, ['paymentId']);
}
