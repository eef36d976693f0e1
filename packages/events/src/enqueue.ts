import { write } from '@ordergraph/tenancy';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Cause } from './cause.ts';
import type { StoredMessage } from './envelope.ts';

/** A message that waits for its transaction's end. */
export interface PendingMessage {
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

// Most transactions publish one message, for which this says the same with less work.
const enqueueOne = (subgraph: string): string => `
  with counter as (
    insert into "${subgraph}"."outbox_sequence" as s (tenant_id, aggregate_id, sequence) values ($1, $2, 1)
    on conflict (tenant_id, aggregate_id) do update set sequence = s.sequence + 1 returning s.sequence
  )
  insert into "${subgraph}"."outbox" (event_id, tenant_id, aggregate_id, sequence, type, version, payload, occurred_at,
    correlation_id, causation_id, command_key, actor_type, actor_id, traceparent, classification)
  select $3, $1, $2, sequence, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 from counter
  returning id, event_id, sequence`;

const enqueuedOne = (cause: Cause, message: PendingMessage): unknown[] => [
  cause.tenantId,
  message.aggregateId,
  message.eventId,
  message.type,
  message.version,
  message.payload,
  message.occurredAt,
  cause.correlationId,
  cause.causationId,
  message.commandKey,
  cause.actor.type,
  cause.actor.id,
  cause.traceparent,
  message.classification,
];

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

/** Writes messages to a subgraph's outbox, as the last statement of the transaction that `em` is in. */
export interface Enqueue {
  /** Answers what gives the messages as they were stored, once the transaction has committed. */
  (em: SqlEntityManager, cause: Cause, pending: readonly PendingMessage[]): () => StoredMessage[];
}

/** Makes the writer of one outbox. */
export function createEnqueue(subgraph: string): Enqueue {
  const one = enqueueOne(subgraph);
  const several = enqueue(subgraph);
  return (em, cause, pending) => {
    let rows: readonly Record<string, unknown>[] = [];
    const take = (returned: Record<string, unknown>[]): void => void (rows = returned);
    const [only, ...others] = pending;
    if (only && others.length === 0) write(em, one, enqueuedOne(cause, only), take);
    else write(em, several, enqueued(cause, pending), take);
    return () => stored(subgraph, cause, pending, rows);
  };
}
