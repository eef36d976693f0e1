import { newId, query } from '@ordergraph/tenancy';
import type { ReplayRequest } from './bus.ts';
import type { EventEnvelope } from './envelope.ts';
import type { Transaction } from './transaction.ts';

/** How often a message is tried before a person has to look at it. */
export const maxAttempts = 8;

/** Messages that a consumer could not apply yet, kept in its own database. They hold up their aggregate and nothing else. */
export interface Parking {
  /** Keeps a message whose handler threw, for its next attempt. */
  parkFailed(transaction: Transaction, event: EventEnvelope, error: unknown): Promise<void>;
  /**
   * Keeps a message that came before its predecessor. Answers what to ask of the publisher, if nobody asked before; or
   * that the predecessor has passed meanwhile.
   */
  parkEarly(transaction: Transaction, event: EventEnvelope): Promise<ReplayRequest | 'its turn' | null>;
  /** Says that a message comes from the parking, so that `release` has something to do. */
  recall(event: EventEnvelope): void;
  /** Whether this process knows of anything parked. */
  isEmpty(): boolean;
  /** Whether this process knows of something parked for the message's aggregate. */
  isOccupied(event: EventEnvelope): boolean;
  /** Forgets what is parked up to a message that passed. Answers its successor when that waits here for its turn. */
  release(transaction: Transaction, event: EventEnvelope): Promise<EventEnvelope | null>;
}

/**
 * The text of an error as it may be kept and logged. Of a database's error only its code and what it is about: the
 * message may quote the statement and the values in it, which may be personal.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 500);
  if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)) {
    const about = ['schema', 'table', 'column', 'constraint'].flatMap((name) => {
      const value: unknown = Reflect.get(error, name);
      return typeof value === 'string' ? [`${name} ${value}`] : [];
    });
    return [`${error.name} ${error.code}`, ...about].join(', ');
  }
  // PostgreSQL's text holds no NUL, and an error that cannot be stored would keep its message from being parked.
  return `${error.name}: ${error.message.split('\n')[0]}`.replaceAll('\0', '').slice(0, 500);
}

/** Makes the parking of a consuming subgraph. `retryMs` is the pause before a second attempt; it doubles up to 5 min. */
export function createParking(subgraph: string, retryMs = 1_000): Parking {
  // Aggregates with something parked by this process, so that the usual message costs no statement. What another
  // process parked is found by the retry loop.
  const occupied = new Set<string>();
  const keyOf = (event: EventEnvelope): string => `${event.tenantId}:${event.publisher}:${event.aggregateId}`;
  const table = `"${subgraph}"."parked_event"`;
  const unit = `interval '${retryMs} milliseconds'`;
  const longest = `interval '5 minutes'`;
  // Up to half of the pause is chance, so that messages that failed together are not tried together.
  const backoff = (attempts: string): string =>
    `least(${unit} * power(2, least(${attempts}, 20)), ${longest}) * (0.5 + random() / 2)`;

  const failed = `
    insert into ${table} as k (id, tenant_id, publisher, aggregate_id, sequence, type, envelope, state, attempts,
      next_attempt_at, last_error)
    values ($1, $2, $3, $4, $5, $6, $7::jsonb, 'FAILED', 1, now() + ${backoff('0')}, $8)
    on conflict (tenant_id, publisher, aggregate_id, sequence) do update set
      state = case when k.attempts + 1 >= ${maxAttempts} then 'DEAD' else 'FAILED' end,
      attempts = k.attempts + 1,
      next_attempt_at = now() + ${backoff('k.attempts')},
      last_error = excluded.last_error`;

  // Behind another parked message there is nothing to try: whoever applies that one goes on with this one. Looking
  // again is only for the case that its process ended in between.
  const early = `
    insert into ${table} as k (id, tenant_id, publisher, aggregate_id, sequence, type, envelope, state, attempts,
      next_attempt_at)
    values ($1, $2, $3, $4, $5, $6, $7::jsonb, 'EARLY', 0, now() + case when exists (
      select from ${table} where tenant_id = $2 and publisher = $3 and aggregate_id = $4 and sequence < $5
    ) then greatest(${unit}, interval '1 minute') else ${unit} end)
    on conflict (tenant_id, publisher, aggregate_id, sequence) do update set
      state = 'EARLY', next_attempt_at = now() + least(greatest(now() - k.parked_at, ${unit}), ${longest})`;

  const missing = `
    select m.sequence as mark, min(k.sequence) as lowest
    from (select coalesce((select sequence from "${subgraph}"."consumer_mark"
      where tenant_id = $1 and publisher = $2 and aggregate_id = $3), 0) as sequence) m
    left join ${table} k
      on k.tenant_id = $1 and k.publisher = $2 and k.aggregate_id = $3 and k.sequence > m.sequence
    group by m.sequence`;

  const rowOf = (event: EventEnvelope): unknown[] => [
    newId(),
    event.tenantId,
    event.publisher,
    event.aggregateId,
    event.sequence,
    event.type,
    JSON.stringify(event),
  ];

  return {
    async parkFailed(transaction, event, error) {
      occupied.add(keyOf(event));
      await query(transaction.em, failed, [...rowOf(event), describeError(error)]);
    },

    async parkEarly(transaction, event) {
      occupied.add(keyOf(event));
      await query(transaction.em, early, rowOf(event));
      const { tenantId, publisher, aggregateId } = event;
      const [row] = await query<{ mark: number; lowest: number | null }>(transaction.em, missing, [
        tenantId,
        publisher,
        aggregateId,
      ]);
      // Only the lowest of those that wait asks, and only for what lies before it: a queue behind a message that keeps
      // failing must not have everything published again and again.
      if (!row || row.lowest !== event.sequence) return null;
      if (row.mark + 1 >= event.sequence) return 'its turn';
      return { publisher, tenantId, aggregateId, fromSequence: row.mark + 1, toSequence: event.sequence - 1 };
    },

    recall: (event) => void occupied.add(keyOf(event)),

    isEmpty: () => occupied.size === 0,

    isOccupied: (event) => occupied.has(keyOf(event)),

    async release(transaction, event) {
      if (!occupied.has(keyOf(event))) return null;
      const key = [event.tenantId, event.publisher, event.aggregateId, event.sequence];
      const [lowest] = await query<{ sequence: number; envelope: EventEnvelope | null }>(
        transaction.em,
        `with gone as (
           delete from ${table} where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence <= $4
         ), lowest as (
           select min(sequence) as sequence from ${table}
           where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence > $4
         ), woken as (
           update ${table} k set next_attempt_at = now() from lowest
           where k.tenant_id = $1 and k.publisher = $2 and k.aggregate_id = $3 and k.state = 'EARLY'
             and k.sequence = lowest.sequence
           returning k.envelope
         )
         select sequence, (select envelope from woken) as envelope from lowest where sequence is not null`,
        key,
      );
      if (!lowest) transaction.afterCommit(() => void occupied.delete(keyOf(event)));
      // Behind another gap it is the retry loop's turn, which asks for what is missing; and so it is behind a failed one.
      return lowest?.sequence === event.sequence + 1 ? lowest.envelope : null;
    },
  };
}
