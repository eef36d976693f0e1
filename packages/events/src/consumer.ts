import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { eventContracts, type EventPayloads } from '@ordergraph/schema';
import { forTenant } from '@ordergraph/tenancy';
import type { Bus, ReplayRequest, Subscription } from './bus.ts';
import { crashPoint } from './crash-points.ts';
import type { EventEnvelope } from './envelope.ts';
import { createGate } from './gate.ts';
import { createLanes } from './lanes.ts';
import { createMarkBatch } from './mark-batch.ts';
import { createParking } from './parking.ts';
import type { Cause } from './cause.ts';
import type { Transaction, Transactor } from './transaction.ts';

/**
 * Applies one message inside the transaction that also records it. Returns, or throws to have it tried again. It may be
 * called for a message whose turn it is not, and then all that it did in the transaction is undone: anything else it does
 * belongs into `afterCommit`.
 */
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
  /** Pause before the second attempt of a message whose handler threw; it doubles with each further one. */
  readonly retryMs?: number;
}

/** The receiving side of a subgraph. */
export interface Consumer {
  /** The publishers that the handlers' events come from. */
  readonly publishers: readonly string[];
  subscribe(): Promise<void>;
  /** Takes one message as the bus delivers it. */
  deliver(event: EventEnvelope): Promise<void>;
  /** Applies a parked message once more; for the retry loop. */
  retry(event: EventEnvelope): Promise<void>;
  /** Whether this process has parked messages. */
  isHolding(): boolean;
  /** Resolves when nothing is being applied. */
  idle(): Promise<void>;
  /** Refuses further messages, which then stay where they are, and finishes those at work. */
  stop(): Promise<void>;
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

/** The message is a duplicate, early or held. */
class NotNext extends Error {}

async function handle(
  handler: EventHandler<keyof EventPayloads>,
  transaction: Transaction,
  event: EventEnvelope,
): Promise<void> {
  const payload = eventContracts.readPayload(event.type, event.payload);
  // Checked against the contract that the handler is registered for.
  await handler(transaction, payload as never, event);
}

const parallelLanes = 8;

/** What an attempt came to, and leaves to do. */
interface Applied {
  /** The mark moved, past the message and those that passed with it. */
  readonly isNext: boolean;
  /** Waits in the parking, and its turn has come. */
  readonly successor?: EventEnvelope | null;
  /** What the publisher has to publish again, before the message can have its turn. */
  readonly missing?: ReplayRequest | null;
}

/**
 * Makes the consumer of a subgraph. Each fact has one effect: the message's inbox row, its mark and the handler's
 * effect are one transaction. Messages of one aggregate are applied one after the other and in the order of their
 * sequence; a message that comes early, or whose handler throws, is parked and acknowledged, so that it never holds
 * up another aggregate.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { subgraph, handlers, em, transactor, bus, onError } = options;
  const gate = createGate(subgraph);
  const parking = createParking(subgraph, options.retryMs);
  const lanes = createLanes(parallelLanes);
  const marks = createMarkBatch({ subgraph, em });
  const publishers = [...new Set(Object.keys(handlers).map((name) => eventContracts.find(name).publisher))];

  const handlerOf = (event: EventEnvelope): EventHandler<keyof EventPayloads> | undefined => {
    // A newer publisher may know events that this process does not: nobody here can be waiting for them.
    if (!eventContracts.has(event.type)) return undefined;
    const contract = eventContracts.find(event.type);
    // A publisher may speak for itself only: the broker's permissions end at its name in the subject.
    if (contract.publisher !== event.publisher) return undefined;
    if (contract.command && contract.command.to !== subgraph) return undefined;
    // The event's type is the name of its contract, and `handlers` is keyed by it.
    return handlers[event.type as keyof EventPayloads] as EventHandler<keyof EventPayloads> | undefined;
  };

  // A publisher's messages fall into kinds of aggregates, by the field that names them. Where no handler listens to a
  // kind, its messages need neither a mark nor a transaction: there is nothing that they could come before.
  const kindOf = (name: string): string =>
    `${eventContracts.find(name).publisher}.${eventContracts.find(name).aggregateField}`;
  const kinds = new Set(Object.keys(handlers).map(kindOf));
  const isConcerned = (event: EventEnvelope): boolean =>
    !eventContracts.has(event.type) || kinds.has(kindOf(event.type));

  /**
   * Almost every message is next, so its handler begins with the statement that moves the mark, and what it reads first
   * travels along. Where that was wrong, all of it is undone, and null says to take the careful way.
   */
  async function applyBoldly(event: EventEnvelope, isRetry: boolean, from: number): Promise<Applied | null> {
    const handler = handlerOf(event);
    if (!handler || isRetry || parking.isOccupied(event)) return null;
    try {
      return await transactor.transact(forTenant(em, event.tenantId), causeOf(event), async (transaction) => {
        const moving = gate.move(transaction, event, from);
        const handling = handle(handler, transaction, event);
        handling.catch(() => undefined);
        if (!(await moving)) {
          // Whatever a handler says of a message that was not its turn is of no interest, but it ends within this
          // transaction and is undone with it.
          await handling.catch(() => undefined);
          throw new NotNext();
        }
        await handling;
        return { isNext: true };
      });
    } catch (error) {
      if (error instanceof NotNext) return null;
      throw error;
    }
  }

  /** One attempt, one transaction. */
  async function applyOnce(event: EventEnvelope, isRetry: boolean, from: number): Promise<Applied> {
    const fork = forTenant(em, event.tenantId);
    return transactor.transact(fork, causeOf(event), async (transaction) => {
      const passage = await gate.pass(transaction, event, isRetry, from);
      if (passage === 'held') return { isNext: false };
      if (passage === 'early') {
        const missing = await parking.parkEarly(transaction, event);
        return missing === 'its turn' ? { isNext: false, successor: event } : { isNext: false, missing };
      }
      const handler = handlerOf(event);
      if (passage === 'next' && handler) {
        await handle(handler, transaction, event);
      }
      return { isNext: passage === 'next', successor: await parking.release(transaction, event) };
    });
  }

  async function apply(event: EventEnvelope, isRetry: boolean, from: number): Promise<Applied> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await applyBoldly(event, isRetry, from)) ?? (await applyOnce(event, isRetry, from));
      } catch (error) {
        if (attempt >= 5 || !isPassing(error)) throw error;
      }
    }
  }

  async function takeOne(event: EventEnvelope, isRetry: boolean): Promise<EventEnvelope | null> {
    let applied: Applied;
    const before = await marks.takeBefore(event);
    crashPoint('events.before-effect', event.type);
    try {
      applied = await apply(event, isRetry, before?.from ?? event.sequence);
      before?.settle(applied.isNext);
    } catch (error) {
      before?.settle(false);
      onError(`${subgraph} could not apply ${event.type} ${event.id}; it is parked and tried again.`, error);
      await transactor.transact(forTenant(em, event.tenantId), causeOf(event), (transaction) =>
        parking.parkFailed(transaction, event, error),
      );
      return null;
    }
    crashPoint('events.after-effect', event.type);
    if (applied.missing) await bus.requestReplay(applied.missing);
    return applied.successor ?? null;
  }

  /** Applies a message and then those that were waiting for it. */
  async function take(event: EventEnvelope, isRetry: boolean): Promise<void> {
    let successor = await takeOne(event, isRetry);
    while (successor) successor = await takeOne(successor, true);
  }

  const laneOf = (event: EventEnvelope): string => `${event.tenantId}:${event.publisher}:${event.aggregateId}`;

  let stopped = false;

  const consumer: Consumer = {
    publishers,
    async subscribe() {
      for (const publisher of publishers) {
        const subscription: Subscription = { consumer: subgraph, publisher, deliver: consumer.deliver };
        await bus.subscribe(subscription);
      }
    },
    async deliver(event) {
      if (stopped) throw new Error(`${subgraph} is stopping; the message stays where it is.`);
      if (!isConcerned(event)) return;
      let passing: Promise<boolean> | undefined;
      await lanes.run(laneOf(event), async () => {
        // Most messages of a publisher concern somebody else: they move the mark, many with one statement, and hold up
        // nothing that comes after them.
        if (!parking.isOccupied(event) && !handlerOf(event)) passing = marks.pass(event);
        else await lanes.takeTurn(() => take(event, false));
      });
      if (passing === undefined || (await passing)) return;
      await lanes.run(laneOf(event), () => lanes.takeTurn(() => take(event, false)));
    },
    retry: (event) => {
      parking.recall(event);
      return lanes.run(laneOf(event), () => lanes.takeTurn(() => take(event, true)));
    },
    isHolding: () => !parking.isEmpty(),
    async idle() {
      await lanes.idle();
      await marks.flush();
      await lanes.idle();
    },
    stop() {
      stopped = true;
      return consumer.idle();
    },
  };
  return consumer;
}
