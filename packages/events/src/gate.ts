import { query } from '@ordergraph/tenancy';
import type { EventEnvelope } from './envelope.ts';
import type { Transaction } from './transaction.ts';

/**
 * Lets each message of an aggregate through once and in order. Its mark, one row per publisher and aggregate, holds
 * the sequence of the last message that passed; it never expires.
 */
export interface Gate {
  /** `next`: recorded, apply it now. `duplicate`: it passed before. `early`: its predecessor has not come yet. */
  pass(transaction: Transaction, event: EventEnvelope): Promise<'next' | 'duplicate' | 'early'>;
  /** Sequence of the last message that passed; 0 when none has. */
  markOf(transaction: Transaction, event: EventEnvelope): Promise<number>;
}

/** Makes the gate of a consuming subgraph. */
export function createGate(subgraph: string): Gate {
  const first = `
    with moved as (
      insert into "${subgraph}"."consumer_mark" (tenant_id, publisher, aggregate_id, sequence)
      values ($1, $2, $3, 1) on conflict do nothing returning 1
    ), noted as (
      insert into "${subgraph}"."inbox" (tenant_id, event_id, publisher) select $1, $4, $2 from moved
    ) select 1 from moved`;
  const later = `
    with moved as (
      update "${subgraph}"."consumer_mark" set sequence = $5
      where tenant_id = $1 and publisher = $2 and aggregate_id = $3 and sequence = $5 - 1 returning 1
    ), noted as (
      insert into "${subgraph}"."inbox" (tenant_id, event_id, publisher) select $1, $4, $2 from moved
    ) select 1 from moved`;

  async function markOf(transaction: Transaction, event: EventEnvelope): Promise<number> {
    const rows = await query<{ sequence: number }>(
      transaction.em,
      `select sequence from "${subgraph}"."consumer_mark" where tenant_id = $1 and publisher = $2 and aggregate_id = $3`,
      [event.tenantId, event.publisher, event.aggregateId],
    );
    return rows[0]?.sequence ?? 0;
  }

  return {
    markOf,
    async pass(transaction, event) {
      const key = [event.tenantId, event.publisher, event.aggregateId, event.id];
      const moved =
        event.sequence === 1
          ? await query(transaction.em, first, key)
          : await query(transaction.em, later, [...key, event.sequence]);
      if (moved.length > 0) return 'next';
      return (await markOf(transaction, event)) >= event.sequence ? 'duplicate' : 'early';
    },
  };
}
