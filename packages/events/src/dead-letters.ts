import { query } from '@ordergraph/tenancy';
import type { EventEnvelope } from './envelope.ts';
import type { Transaction } from './transaction.ts';

/** A message whose attempts are used up. It holds up its aggregate until a person retries or discards it. */
export interface DeadLetter {
  readonly id: string;
  readonly publisher: string;
  readonly eventType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly attempts: number;
  readonly lastError: string | null;
  /** An instant in UTC, as the API has it. */
  readonly parkedAt: string;
}

const columns = `id, publisher, type as "eventType", aggregate_id as "aggregateId", sequence, attempts,
  last_error as "lastError", to_char(parked_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "parkedAt"`;

/** The tenant's dead letters, oldest first. */
export async function listDeadLetters(
  transaction: Transaction,
  subgraph: string,
  first: number,
): Promise<DeadLetter[]> {
  return query<DeadLetter>(
    transaction.em,
    `select ${columns} from "${subgraph}"."parked_event" where state = 'DEAD' order by parked_at, id limit $1`,
    [first],
  );
}

/** Gives a dead letter a full set of attempts again, starting now. Null when there is no such dead letter. */
export async function retryDeadLetter(
  transaction: Transaction,
  subgraph: string,
  id: string,
): Promise<DeadLetter | null> {
  const rows = await query<DeadLetter>(
    transaction.em,
    `update "${subgraph}"."parked_event" set state = 'FAILED', attempts = 0, next_attempt_at = now()
     where id = $1 and state = 'DEAD' returning ${columns}`,
    [id],
  );
  return rows[0] ?? null;
}

/** Gives a message up for good: the mark moves past it, so that its successors can be applied. */
export async function discardDeadLetter(
  transaction: Transaction,
  subgraph: string,
  id: string,
): Promise<DeadLetter | null> {
  const rows = await query<DeadLetter & { envelope: EventEnvelope }>(
    transaction.em,
    `delete from "${subgraph}"."parked_event" where id = $1 and state = 'DEAD' returning ${columns}, envelope`,
    [id],
  );
  const row = rows[0];
  if (!row) return null;
  const { envelope, ...letter } = row;
  await query(
    transaction.em,
    `with moved as (
       insert into "${subgraph}"."consumer_mark" as k (tenant_id, publisher, aggregate_id, sequence)
       values ($1, $2, $3, $4)
       on conflict (tenant_id, publisher, aggregate_id) do update set sequence = greatest(k.sequence, excluded.sequence)
     ), noted as (
       insert into "${subgraph}"."inbox" (tenant_id, event_id, publisher) values ($1, $5, $2) on conflict do nothing
     )
     update "${subgraph}"."parked_event" set next_attempt_at = now()
     where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and state = 'EARLY' and sequence = (
       select min(sequence) from "${subgraph}"."parked_event"
       where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence > $4
     )`,
    [envelope.tenantId, envelope.publisher, envelope.aggregateId, envelope.sequence, envelope.id],
  );
  return letter;
}
