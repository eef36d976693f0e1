import { query } from '@ordergraph/tenancy';
import type { EventEnvelope } from './envelope.ts';
import type { Transaction } from './transaction.ts';

/**
 * What a message finds: `next` is recorded, apply it now; `duplicate` passed before; `early` has a predecessor that has
 * not come yet; `held` is parked after a failed attempt, and its next attempt has its own time.
 */
export type Passage = 'next' | 'duplicate' | 'early' | 'held';

/**
 * Lets each message of an aggregate through once and in order. Its mark, one row per publisher and aggregate, holds
 * the sequence of the last message that passed; it never expires.
 */
export interface Gate {
  /**
   * `isRetry` says that the message comes from the parking, where anything else leaves a failed one alone. `from` is its
   * sequence, or that of the first of those before it that nobody handles and that pass together with it.
   */
  pass(transaction: Transaction, event: EventEnvelope, isRetry: boolean, from?: number): Promise<Passage>;
  /** Moves the mark of a message that is next; false, and nothing done, for every other. */
  move(transaction: Transaction, event: EventEnvelope, from: number): Promise<boolean>;
}

/** Makes the gate of a consuming subgraph. */
export function createGate(subgraph: string): Gate {
  const failed = `
    select from "${subgraph}"."parked_event"
    where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence = $5 and state in ('FAILED', 'DEAD')`;
  const noted = `
    insert into "${subgraph}"."inbox" (tenant_id, event_id, publisher) select $1, $4, $2 from moved on conflict do nothing`;
  const first = `
    with moved as (
      insert into "${subgraph}"."consumer_mark" (tenant_id, publisher, aggregate_id, sequence)
      select $1, $2, $3, $5 where $7::int = 1 and ($6::boolean or not exists (${failed}))
      on conflict do nothing returning 1
    ), noted as (${noted}) select 1 from moved`;
  const later = `
    with moved as (
      update "${subgraph}"."consumer_mark" set sequence = $5
      where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence = $7 - 1
        and ($6::boolean or not exists (${failed}))
      returning 1
    ), noted as (${noted}) select 1 from moved`;
  const found = `
    select exists (${failed}) as "isHeld", coalesce((
      select sequence from "${subgraph}"."consumer_mark"
      where tenant_id = $1 and publisher = $2 and aggregate_id = $3), 0) as mark
    where $4::uuid is not null`;

  const keyOf = (event: EventEnvelope): unknown[] => [
    event.tenantId,
    event.publisher,
    event.aggregateId,
    event.id,
    event.sequence,
  ];
  const hasMoved = async (
    transaction: Transaction,
    event: EventEnvelope,
    isRetry: boolean,
    from: number,
  ): Promise<boolean> => {
    const statement = from === 1 ? first : later;
    return (await query(transaction.em, statement, [...keyOf(event), isRetry, from])).length > 0;
  };

  return {
    move: (transaction, event, from) => hasMoved(transaction, event, false, from),
    async pass(transaction, event, isRetry, from = event.sequence) {
      if (await hasMoved(transaction, event, isRetry, from)) return 'next';
      const [row] = await query<{ isHeld: boolean; mark: number }>(transaction.em, found, keyOf(event));
      if (row && row.mark >= event.sequence) return 'duplicate';
      return row?.isHeld && !isRetry ? 'held' : 'early';
    },
  };
}
