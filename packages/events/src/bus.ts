import type { EventEnvelope } from './envelope.ts';

/** Asks a publisher to publish again what it once published for an aggregate, both ends included. */
export interface ReplayRequest {
  readonly publisher: string;
  readonly tenantId: string;
  readonly aggregateId: string;
  readonly fromSequence: number;
  readonly toSequence: number;
}

/** What a publisher knows about one publication. */
export interface PublishHints {
  /** A consumer misses it: whatever the broker remembers of the message, it has to be delivered again. */
  readonly isRepeat?: boolean;
}

/** One consumer's interest in everything that one publisher publishes. */
export interface Subscription {
  /** Name of the consuming subgraph. */
  readonly consumer: string;
  readonly publisher: string;
  /**
   * Takes one message. Resolves once it is safe: applied, known already, or parked in the consumer's own database.
   * Rejects when it is not, and then it comes again. Messages of one aggregate may be handed over side by side; the
   * consumer keeps their order.
   */
  deliver(event: EventEnvelope): Promise<void>;
}

/** A publisher's side: what the bus asks of its relay. */
export interface Publisher {
  readonly name: string;
  /** Publish again what a consumer misses. */
  replay(request: ReplayRequest): Promise<void>;
  /** The broker lost its store: publish everything again. */
  refill(): Promise<void>;
}

/**
 * How messages get from relays to consumers. Two adapters, one contract-test suite: `OutboxDirectBus` inside one
 * process, `JetStreamBus` over NATS. A bus may deliver twice and out of order; consumers take care of both.
 */
export interface Bus {
  /** Publishers and consumers are this one process: nobody else writes to their outboxes. */
  readonly isLocal: boolean;
  /** Resolves once the message cannot be lost any more. */
  publish(event: EventEnvelope, hints?: PublishHints): Promise<void>;
  /** Makes a publisher known, before its messages are let through. */
  addPublisher(publisher: Publisher): Promise<void>;
  subscribe(subscription: Subscription): Promise<void>;
  /**
   * Hears what a publisher publishes from now on, in passing: nothing is kept for the listener, and what goes by while a
   * broker is away is missed. For caches that a lost message leaves stale for a while, never for effects.
   */
  overhear(publisher: string, listener: (event: EventEnvelope) => void): Promise<void>;
  requestReplay(request: ReplayRequest): Promise<void>;
  /** Stops deliveries, lets those in flight finish, and disconnects. */
  close(): Promise<void>;
}
