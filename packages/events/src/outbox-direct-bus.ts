import type { Bus, Publisher, ReplayRequest, Subscription } from './bus.ts';
import type { EventEnvelope } from './envelope.ts';

/**
 * The bus of one process: a message goes from the relay straight to each consumer and counts as published when all of
 * them have it safe in PostgreSQL. There is nothing in between that could lose it.
 */
export class OutboxDirectBus implements Bus {
  readonly isLocal = true;
  readonly #subscriptions = new Map<string, Subscription[]>();
  readonly #publishers = new Map<string, Publisher>();
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #complete = Promise.withResolvers<void>();
  readonly #awaited: Set<string>;
  #closed = false;

  /**
   * Messages wait until all these subgraphs listen and publish: one that a consumer missed because it was still starting
   * would count as published.
   */
  constructor(subgraphs: readonly string[] = []) {
    this.#awaited = new Set(subgraphs);
    if (this.#awaited.size === 0) this.#complete.resolve();
  }

  async publish(event: EventEnvelope): Promise<void> {
    await this.#complete.promise;
    if (this.#closed) throw new Error('The bus is closed; the message stays in the outbox.');
    const deliveries = (this.#subscriptions.get(event.publisher) ?? []).map((subscription) =>
      subscription.deliver(event),
    );
    const all = Promise.allSettled(deliveries);
    this.#inFlight.add(all);
    await all.finally(() => this.#inFlight.delete(all));
    // Every consumer had its chance; one that failed gets the message again, the others know it already.
    await Promise.all(deliveries);
  }

  async addPublisher(publisher: Publisher): Promise<void> {
    this.#publishers.set(publisher.name, publisher);
    // A subgraph's relay joins after its consumer has subscribed.
    this.#awaited.delete(publisher.name);
    if (this.#awaited.size === 0) this.#complete.resolve();
  }

  async subscribe(subscription: Subscription): Promise<void> {
    const others = this.#subscriptions.get(subscription.publisher) ?? [];
    this.#subscriptions.set(subscription.publisher, [...others, subscription]);
  }

  async overhear(publisher: string, listener: (event: EventEnvelope) => void): Promise<void> {
    await this.subscribe({ consumer: 'listener', publisher, deliver: async (event) => listener(event) });
  }

  async requestReplay(request: ReplayRequest): Promise<void> {
    await this.#publishers.get(request.publisher)?.replay(request);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#complete.resolve();
    await Promise.all(this.#inFlight);
  }
}
