import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { LiveNotice, LiveSubject } from '@ordergraph/live';
import { eventContracts, type EventPayloads } from '@ordergraph/schema';
import type { Sealing } from '@ordergraph/sealing';
import { newId, transact } from '@ordergraph/tenancy';
import { crashPoint } from './crash-points.ts';
import type { Cause } from './cause.ts';
import { createEnqueue, type PendingMessage } from './enqueue.ts';
import type { StoredMessage } from './envelope.ts';

/**
 * One unit of work: a database transaction of one tenant, and the messages that become facts with its commit.
 * Commands take it as their first argument and do not know whether a resolver or an event handler opened it.
 */
export interface Transaction extends Cause {
  readonly em: SqlEntityManager;
  /** Taken once when the transaction began; all times that it writes are this one. */
  readonly now: Date;
  /** Adds a message to the outbox. The payload is checked against its contract at once. */
  publish<Name extends keyof EventPayloads & string>(
    name: Name,
    payload: EventPayloads[Name],
    options?: PublishOptions,
  ): void;
  /** Seals and unseals personal values under the key of the person they are about. */
  readonly sealing: Sealing;
  /** Whether a subgraph is part of this installation; steps of sagas whose subgraph is not are skipped. */
  isRunning(subgraph: string): boolean;
  /** After the commit, wakes whoever waits for the topic in this process: a saga's caller, a task (`task:<name>`). */
  wake(topic: string): void;
  /**
   * After the commit, tells whoever watches the subject, in whichever process. It is lost with a process that dies in
   * between; what an event tells as well is told by the relay.
   */
  publishLive(subject: LiveSubject, notice: LiveNotice): void;
  /** Runs after the commit, never after a rollback. For memory of this process only: nothing may depend on it. */
  afterCommit(work: () => void): void;
}

/** What a message may say differently from the transaction that publishes it. */
export interface PublishOptions {
  /** `<saga id>:<step>` of a command, the same for every attempt. An answer carries the key of its command by itself. */
  readonly commandKey?: string;
  /** When it became true, when that was not now. */
  readonly occurredAt?: Date;
}

/** Opens units of work for one subgraph and wakes its relay after each that published something. */
export interface Transactor {
  /** Runs `work` in one transaction on a fork whose tenant is set. `em` must not be inside a transaction already. */
  transact<Result>(
    em: SqlEntityManager,
    cause: Cause,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result>;
}

/** What a transactor needs of the process that it runs in. */
export interface TransactorOptions {
  readonly clock: () => Date;
  readonly sealing: Sealing;
  readonly isRunning: (subgraph: string) => boolean;
  /** Called after each commit that added messages. */
  readonly offer: (messages: readonly StoredMessage[]) => void;
  readonly wake: (topic: string) => void;
  readonly publishLive: (tenantId: string, subject: LiveSubject, notice: LiveNotice) => void;
}

/** Makes the transactor of a subgraph. */
export function createTransactor(subgraph: string, options: TransactorOptions): Transactor {
  const enqueueMessages = createEnqueue(subgraph);

  return {
    async transact(em, cause, work) {
      const pending: PendingMessage[] = [];
      const afterwards: (() => void)[] = [];
      let offered = (): readonly StoredMessage[] => [];

      const result = await transact(em, async () => {
        const now = options.clock();
        const transaction: Transaction = {
          ...cause,
          em,
          now,
          publish(name, payload, publishOptions = {}) {
            const contract = eventContracts.find(name);
            const checked = eventContracts.writePayload(name, payload);
            pending.push({
              eventId: newId(),
              // The contract names a required ID field as its aggregate.
              aggregateId: String(checked[contract.aggregateField]),
              type: name,
              version: contract.version,
              payload: JSON.stringify(payload),
              occurredAt: (publishOptions.occurredAt ?? now).toISOString(),
              commandKey: publishOptions.commandKey ?? (contract.command ? null : cause.commandKey),
              classification: contract.classification,
            });
          },
          sealing: options.sealing,
          isRunning: options.isRunning,
          wake: (topic) => afterwards.push(() => options.wake(topic)),
          publishLive: (subject, notice) => afterwards.push(() => options.publishLive(cause.tenantId, subject, notice)),
          afterCommit: (follow) => afterwards.push(follow),
        };
        const outcome = await work(transaction);
        if (pending.length > 0) {
          await em.flush();
          crashPoint('events.before-commit');
          offered = enqueueMessages(em, cause, pending);
        }
        return outcome;
      });

      if (pending.length > 0) {
        crashPoint('events.after-commit');
        options.offer(offered());
      }
      for (const follow of afterwards) follow();
      return result;
    },
  };
}
