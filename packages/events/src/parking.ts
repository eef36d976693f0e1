import { newId, query } from '@ordergraph/tenancy';
import type { EventEnvelope } from './envelope.ts';
import type { Transaction } from './transaction.ts';

/** How often a message is tried before a person has to look at it. */
export const maxAttempts = 8;

/** Messages that a consumer could not apply yet, kept in its own database. They hold up their aggregate and nothing else. */
export interface Parking {
  park(transaction: Transaction, event: EventEnvelope, state: 'EARLY' | 'FAILED', error: unknown): Promise<void>;
  /** Says that a message comes from the parking, so that `release` has something to do. */
  recall(event: EventEnvelope): void;
  /** Forgets what is parked up to a message that was applied, and makes its successor due. */
  release(transaction: Transaction, event: EventEnvelope): Promise<void>;
}

/** Seconds until the next attempt: 1 s doubling to 5 min, of which up to half is chance, so that retries spread. */
export function backoffMs(attempts: number, random: number): number {
  const full = Math.min(1_000 * 2 ** (attempts - 1), 300_000);
  return Math.round(full * (0.5 + random / 2));
}

/** The text of an error as it may be kept: without the values that PostgreSQL prints in its details. */
export function describeError(error: unknown): string | null {
  if (error === null || error === undefined) return null;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (text.split('\n')[0] ?? text).slice(0, 500);
}

/** Makes the parking of a consuming subgraph. */
export function createParking(subgraph: string): Parking {
  // Aggregates with something parked by this process, so that the usual message costs no statement. What another
  // process parked is found by the retry loop.
  const occupied = new Set<string>();
  const keyOf = (event: EventEnvelope): string => `${event.tenantId}:${event.publisher}:${event.aggregateId}`;

  return {
    async park(transaction, event, state, error) {
      occupied.add(keyOf(event));
      await query(
        transaction.em,
        `insert into "${subgraph}"."parked_event" as k (id, tenant_id, publisher, aggregate_id, sequence, type, envelope,
           state, attempts, next_attempt_at, last_error)
         values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9::int, now() + $10::int * interval '1 millisecond', $11)
         on conflict (tenant_id, publisher, aggregate_id, sequence) do update set
           state = case when excluded.state = 'EARLY' then 'EARLY' when k.attempts + 1 >= $12 then 'DEAD' else 'FAILED' end,
           attempts = k.attempts + excluded.attempts,
           next_attempt_at = now() + case when excluded.state = 'EARLY' then interval '1 second'
             else least(interval '1 second' * power(2, k.attempts), interval '5 minutes') * (0.5 + random() / 2) end,
           last_error = coalesce(excluded.last_error, k.last_error)`,
        [
          newId(),
          event.tenantId,
          event.publisher,
          event.aggregateId,
          event.sequence,
          event.type,
          JSON.stringify(event),
          state,
          state === 'FAILED' ? 1 : 0,
          state === 'FAILED' ? backoffMs(1, Math.random()) : 1_000,
          describeError(error),
          maxAttempts,
        ],
      );
    },

    recall: (event) => void occupied.add(keyOf(event)),

    async release(transaction, event) {
      if (!occupied.has(keyOf(event))) return;
      await query(
        transaction.em,
        `with gone as (
           delete from "${subgraph}"."parked_event"
           where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence <= $4
         )
         update "${subgraph}"."parked_event" set next_attempt_at = now()
         where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence = $4 + 1 and state = 'EARLY'`,
        [event.tenantId, event.publisher, event.aggregateId, event.sequence],
      );
      const rest = await query(
        transaction.em,
        `select 1 from "${subgraph}"."parked_event" where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence > $4 limit 1`,
        [event.tenantId, event.publisher, event.aggregateId, event.sequence],
      );
      if (rest.length === 0) transaction.afterCommit(() => void occupied.delete(keyOf(event)));
    },
  };
}
