import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { eventContracts, type EventPayloads } from '@ordergraph/schema';
import { forTenant } from '@ordergraph/tenancy';
import type { Bus, Subscription } from './bus.ts';
import type { EventEnvelope } from './envelope.ts';
import { createGate, type Gate } from './gate.ts';
import { createLanes } from './lanes.ts';
import { createMarkBatch } from './mark-batch.ts';
import { createParking, type Parking } from './parking.ts';
import type { Cause, Transaction, Transactor } from './transaction.ts';

/** Applies one message inside the transaction that also records it. Returns, or throws to have it tried again. */
export type EventHandler<Name extends keyof EventPayloads> = (
  transaction: Transaction,
  payload: EventPayloads[Name],
  event: EventEnvelope,
) => Promise<void>;

/** All that a subgraph listens to: one entry per event or command. */
export type EventHandlers = { readonly [Name in keyof EventPayloads]?: EventHandler<Name> };

export interface ConsumerOptions {
  readonly subgraph: string;
  readonly handlers: EventHandlers;
  readonly em: SqlEntityManager;
  readonly transactor: Transactor;
  readonly bus: Bus;
  readonly onError: (message: string, error: unknown) => void;
}

/** The receiving side of a subgraph. */
export interface Consumer {
  /** The publishers that the handlers' events come from. */
  readonly publishers: readonly string[];
  readonly gate: Gate;
  readonly parking: Parking;
  subscribe(): Promise<void>;
  /** Takes one message as the bus delivers it. */
  deliver(event: EventEnvelope): Promise<void>;
  /** Applies a parked message once more; for the retry loop. */
  retry(event: EventEnvelope): Promise<void>;
  /** Resolves when nothing is being applied. */
  idle(): Promise<void>;
}

/** Who and what a message makes its handler act for. */
export function causeOf(event: EventEnvelope): Cause {
  return {
    tenantId: event.tenantId,
    actor: event.actor,
    correlationId: event.correlationId,
    causationId: event.id,
    commandKey: event.commandKey,
    traceparent: event.traceparent,
  };
}

// Two transactions that met in the wrong order: PostgreSQL ended one of them, and it succeeds when it is run again.
const passing = new Set(['40001', '40P01', '55P03']);
const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && passing.has(error.code);

const parallelLanes = 8;

/**
 * Makes the consumer of a subgraph. Each fact has one effect: the message's inbox row, its mark and the handler's
 * effect are one transaction. Messages of one aggregate are applied one after the other and in the order of their
 * sequence; a message that comes early, or whose handler throws, is parked and acknowledged, so that it never holds
 * up another aggregate.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { subgraph, handlers, em, transactor, bus, onError } = options;
  const gate = createGate(subgraph);
  const parking = createParking(subgraph);
  const lanes = createLanes(parallelLanes);
  const marks = createMarkBatch({ subgraph, em });
  const publishers = [...new Set(Object.keys(handlers).map((name) => eventContracts.find(name).publisher))];

  const handlerOf = (event: EventEnvelope): EventHandler<keyof EventPayloads> | undefined => {
    // A newer publisher may know events that this process does not: nobody here can be waiting for them.
    if (!eventContracts.has(event.type)) return undefined;
    const contract = eventContracts.find(event.type);
    if (contract.command && contract.command.to !== subgraph) return undefined;
    // The event's type is the name of its contract, and `handlers` is keyed by it.
    return handlers[event.type as keyof EventPayloads] as EventHandler<keyof EventPayloads> | undefined;
  };

  async function applyOnce(event: EventEnvelope): Promise<'applied' | 'duplicate' | 'early'> {
    const fork = forTenant(em, event.tenantId);
    return transactor.transact(fork, causeOf(event), async (transaction) => {
      const passage = await gate.pass(transaction, event);
      if (passage === 'duplicate') await parking.release(transaction, event);
      if (passage !== 'next') return passage;
      const handler = handlerOf(event);
      if (handler) {
        const payload = eventContracts.readPayload(event.type, event.payload);
        // Checked against the contract that the handler is registered for.
        await handler(transaction, payload as never, event);
      }
      await parking.release(transaction, event);
      return 'applied';
    });
  }

  async function apply(event: EventEnvelope): Promise<'applied' | 'duplicate' | 'early'> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await applyOnce(event);
      } catch (error) {
        if (attempt >= 5 || !isPassing(error)) throw error;
      }
    }
  }

  async function park(event: EventEnvelope, state: 'EARLY' | 'FAILED', error: unknown): Promise<void> {
    await transactor.transact(forTenant(em, event.tenantId), causeOf(event), (transaction) =>
      parking.park(transaction, event, state, error),
    );
    if (state === 'EARLY') {
      const known = await transactor.transact(forTenant(em, event.tenantId), causeOf(event), (transaction) =>
        gate.markOf(transaction, event),
      );
      await bus.requestReplay({
        publisher: event.publisher,
        tenantId: event.tenantId,
        aggregateId: event.aggregateId,
        fromSequence: known + 1,
      });
    }
  }

  async function take(event: EventEnvelope): Promise<void> {
    try {
      const outcome = await apply(event);
      if (outcome === 'early') await park(event, 'EARLY', null);
    } catch (error) {
      onError(`${subgraph} could not apply ${event.type} ${event.id}; it is parked and tried again.`, error);
      await park(event, 'FAILED', error);
    }
  }

  const laneOf = (event: EventEnvelope): string => `${event.tenantId}:${event.publisher}:${event.aggregateId}`;

  const consumer: Consumer = {
    publishers,
    gate,
    parking,
    async subscribe() {
      for (const publisher of publishers) {
        const subscription: Subscription = { consumer: subgraph, publisher, deliver: consumer.deliver };
        await bus.subscribe(subscription);
      }
    },
    deliver: (event) =>
      lanes.run(laneOf(event), async () => {
        // Most messages of a publisher concern somebody else: they move the mark, many with one statement.
        if (!handlerOf(event) && (await marks.pass(event))) return;
        await take(event);
      }),
    retry: (event) => {
      parking.recall(event);
      return lanes.run(laneOf(event), () => take(event));
    },
    idle: () => lanes.idle(),
  };
  return consumer;
}
