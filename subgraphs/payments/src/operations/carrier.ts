import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ClaimedOperation } from './claim.ts';

/** Carries operations to the provider, in the process that planned them. */
export interface Carrier {
  /** How long an operation that it takes is nobody else's. */
  readonly leaseMs: number;
  hasRoom(): boolean;
  /** Takes an operation that has been leased to it since it was planned. Called when it is committed. */
  take(operation: ClaimedOperation, isFollowed?: boolean): void;
  /** Has operations looked for that nobody took: at once, or when the one is known that the payment's next waits for. */
  look(paymentId: string | null): void;
}

// Several installations may run in one process. The driver is what all EntityManagers of a subgraph have in common.
const carriers = new WeakMap<object, Carrier>();

/** The carrier of this process; undefined while it carries nothing, and then the task of any process will. */
export const carrierOf = (em: SqlEntityManager): Carrier | undefined => carriers.get(em.getDriver());

/** From now on operations that are planned with this EntityManager or its forks are offered to the carrier. */
export function startCarrying(em: SqlEntityManager, carrier: Carrier): void {
  carriers.set(em.getDriver(), carrier);
}
