import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forTenant, transact, write } from '@ordergraph/tenancy';
import type { EventEnvelope } from './envelope.ts';

interface Waiting {
  readonly event: EventEnvelope;
  resolve(hasPassed: boolean): void;
  reject(error: unknown): void;
}

/** Moves marks past messages that a consumer does not handle, many with one statement. */
export interface MarkBatch {
  /** Resolves to false when the message is early or a duplicate, which then takes the ordinary way. */
  pass(event: EventEnvelope): Promise<boolean>;
}

const gatherMs = 5;
const maxBatch = 200;

/** Makes the batch of a consuming subgraph. Each tenant's messages go in a transaction of its own. */
export function createMarkBatch(options: { subgraph: string; em: SqlEntityManager }): MarkBatch {
  const { subgraph, em } = options;
  const waiting = new Map<string, Waiting[]>();

  // At most one message of an aggregate waits at a time, because its lane waits for it.
  const move = `
    with passing as (
      select * from unnest($2::text[], $3::uuid[], $4::int[]) as m(publisher, aggregate_id, sequence)
    ), begun as (
      insert into "${subgraph}"."consumer_mark" (tenant_id, publisher, aggregate_id, sequence)
      select $1::uuid, publisher, aggregate_id, 1 from passing where sequence = 1
      on conflict do nothing returning publisher, aggregate_id
    ), moved as (
      update "${subgraph}"."consumer_mark" k set sequence = m.sequence from passing m
      where k.tenant_id = $1::uuid and k.publisher = m.publisher and k.aggregate_id = m.aggregate_id
        and k.sequence = m.sequence - 1
      returning k.publisher, k.aggregate_id
    ) select publisher, aggregate_id from begun union all select publisher, aggregate_id from moved`;

  async function flush(tenantId: string): Promise<void> {
    const batch = waiting.get(tenantId);
    // A full batch goes before its time, and its timer finds nothing.
    if (!batch) return;
    waiting.delete(tenantId);
    // In one order everywhere, so that two processes that move the same marks cannot wait for each other.
    batch.sort((a, b) => (a.event.aggregateId < b.event.aggregateId ? -1 : 1));
    try {
      const passed = new Set<unknown>();
      const fork = forTenant(em, tenantId);
      await transact(fork, async () =>
        write(
          fork,
          move,
          [
            tenantId,
            batch.map(({ event }) => event.publisher),
            batch.map(({ event }) => event.aggregateId),
            batch.map(({ event }) => event.sequence),
          ],
          (rows) => {
            for (const row of rows) passed.add(`${String(row['publisher'])}:${String(row['aggregate_id'])}`);
          },
        ),
      );
      for (const { event, resolve } of batch) resolve(passed.has(`${event.publisher}:${event.aggregateId}`));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    pass: (event) =>
      new Promise<boolean>((resolve, reject) => {
        const batch = waiting.get(event.tenantId);
        const entry = { event, resolve, reject };
        if (batch && batch.length < maxBatch) {
          batch.push(entry);
          return;
        }
        if (batch) void flush(event.tenantId);
        waiting.set(event.tenantId, [entry]);
        setTimeout(() => void flush(event.tenantId), gatherMs);
      }),
  };
}
