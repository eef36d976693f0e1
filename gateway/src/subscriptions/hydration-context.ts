import { hash, randomUUID } from 'node:crypto';
import type { ContextSigner } from '@ordergraph/identity';
import type { AuthClass } from './auth-class.ts';
import type { HydrationContext } from './batch-entities.ts';

/** Makes the context of one event: a deadline of its own, signed for the class that the event is read under. */
export type ContextFor = () => HydrationContext;

// An event that other subgraphs do not complete by then is sent with what they lack as null.
const eventMs = 3_000;
// Clients come and go; a hydration is for all of them.
const nobodyGoes = new AbortController().signal;

export function createContextFor(authClass: AuthClass, signer: ContextSigner | undefined): ContextFor {
  const { viewer, key } = authClass;
  const batchClass = hash('sha256', JSON.stringify([viewer.tenantId, key ?? randomUUID()]), 'base64url');
  return () => ({
    viewer,
    charge: undefined,
    sign: (subgraph, body) => signer?.sign({ viewer, subgraph, body }) ?? '',
    deadlineAt: performance.now() + eventMs,
    clientGone: nobodyGoes,
    batchClass,
  });
}
