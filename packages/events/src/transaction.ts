import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { eventContracts, type EventPayloads } from '@ordergraph/schema';
import type { Sealing } from '@ordergraph/sealing';
import { newId, transact, write } from '@ordergraph/tenancy';
import { crashPoint } from './crash-points.ts';
import type { Actor, StoredMessage } from './envelope.ts';

/** Why a transaction runs: carried into every message that it publishes. */
export interface Cause {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly commandKey: string | null;
  readonly traceparent: string | null;
}

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

interface PendingMessage {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly type: string;
  readonly version: number;
  /** JSON. */
  readonly payload: string;
  readonly occurredAt: string;
  readonly commandKey: string | null;
  readonly classification: string;
}

// The counter row is what orders two transactions that publish for one aggregate: the second waits for the first.
// Aggregates are counted in the order of their ids, so that two transactions cannot wait for each other.
const enqueue = (subgraph: string): string => `
  with counter as (
    insert into "${subgraph}"."outbox_sequence" as s (tenant_id, aggregate_id, sequence)
    select $1::uuid, a.id, a.count from unnest($2::uuid[], $3::int[]) as a(id, count) order by a.id
    on conflict (tenant_id, aggregate_id) do update set sequence = s.sequence + excluded.sequence
    returning s.aggregate_id, s.sequence
  )
  insert into "${subgraph}"."outbox" (event_id, tenant_id, aggregate_id, sequence, type, version, payload, occurred_at,
    correlation_id, causation_id, command_key, actor_type, actor_id, traceparent, classification)
  select m.event_id, $1::uuid, m.aggregate_id, c.sequence - m.later, m.type, m.version, m.payload, m.occurred_at,
    $4::uuid, $5::uuid, m.command_key, $6, $7::uuid, $8, m.classification
  from unnest($9::uuid[], $10::uuid[], $11::int[], $12::text[], $13::int[], $14::jsonb[], $15::timestamptz[], $16::text[],
    $17::text[]) with ordinality as m(event_id, aggregate_id, later, type, version, payload, occurred_at, command_key,
    classification, position)
  join counter c on c.aggregate_id = m.aggregate_id
  order by m.position
  returning id, event_id, sequence`;

/** The parameters of `enqueue`. */
function enqueued(cause: Cause, pending: readonly PendingMessage[]): unknown[] {
  const counts = new Map<string, number>();
  for (const { aggregateId } of pending) counts.set(aggregateId, (counts.get(aggregateId) ?? 0) + 1);
  // How many of the same aggregate come after each: the counter's new value belongs to the last of them.
  const left = new Map(counts);
  const later = pending.map(({ aggregateId }) => {
    const count = (left.get(aggregateId) ?? 1) - 1;
    left.set(aggregateId, count);
    return count;
  });
  return [
    cause.tenantId,
    [...counts.keys()],
    [...counts.values()],
    cause.correlationId,
    cause.causationId,
    cause.actor.type,
    cause.actor.id,
    cause.traceparent,
    pending.map(({ eventId }) => eventId),
    pending.map(({ aggregateId }) => aggregateId),
    later,
    pending.map(({ type }) => type),
    pending.map(({ version }) => version),
    pending.map(({ payload }) => payload),
    pending.map(({ occurredAt }) => occurredAt),
    pending.map(({ commandKey }) => commandKey),
    pending.map(({ classification }) => classification),
  ];
}

/** The messages as the relay finds them, from what was sent and what PostgreSQL gave them. */
function stored(
  subgraph: string,
  cause: Cause,
  pending: readonly PendingMessage[],
  rows: readonly Record<string, unknown>[],
): StoredMessage[] {
  const byId = new Map(pending.map((message) => [message.eventId, message]));
  return rows.flatMap((row) => {
    const message = byId.get(String(row['event_id']));
    if (!message) return [];
    const { eventId: id, type, version, aggregateId, occurredAt, commandKey, classification } = message;
    const { tenantId, correlationId, causationId, actor, traceparent } = cause;
    const sequence = Number(row['sequence']);
    const payload: unknown = JSON.parse(message.payload);
    const about = { id, type, version, publisher: subgraph, tenantId, aggregateId, sequence, occurredAt };
    const context = { correlationId, causationId, commandKey, actor, traceparent, classification };
    return [{ outboxId: String(row['id']), envelope: { ...about, ...context, payload } }];
  });
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
}

/** Makes the transactor of a subgraph. */
export function createTransactor(subgraph: string, options: TransactorOptions): Transactor {
  const enqueueStatement = enqueue(subgraph);

  return {
    async transact(em, cause, work) {
      const pending: PendingMessage[] = [];
      const afterwards: (() => void)[] = [];
      let outbox: readonly Record<string, unknown>[] = [];

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
          afterCommit: (follow) => afterwards.push(follow),
        };
        const outcome = await work(transaction);
        if (pending.length > 0) {
          await em.flush();
          crashPoint('events.before-commit');
          write(em, enqueueStatement, enqueued(cause, pending), (rows) => (outbox = rows));
        }
        return outcome;
      });

      if (pending.length > 0) {
        crashPoint('events.after-commit');
        options.offer(stored(subgraph, cause, pending, outbox));
      }
      for (const follow of afterwards) follow();
      return result;
    },
  };
}
