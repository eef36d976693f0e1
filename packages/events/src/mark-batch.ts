import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forTenant, transact, write } from '@ordergraph/tenancy';
import type { EventEnvelope } from './envelope.ts';

/** Messages of one aggregate that follow each other and that nobody here handles. */
export interface PassedRun {
  readonly event: EventEnvelope;
  /** Sequence of the first; the last is directly before what comes next. */
  readonly from: number;
  /** Whether the mark has moved past them. */
  settle(hasPassed: boolean): void;
}

interface Waiting {
  readonly event: EventEnvelope;
  readonly from: number;
  to: number;
  readonly done: Promise<boolean>;
  readonly settle: (hasPassed: boolean) => void;
  readonly fail: (error: unknown) => void;
}

/** Moves marks past messages that a consumer does not handle, many with one statement. */
export interface MarkBatch {
  /** Resolves to false when the message is early or a duplicate, which then takes the ordinary way. */
  pass(event: EventEnvelope): Promise<boolean>;
  /**
   * What waits here directly before the message: whoever takes it moves the mark past both in one step. Marks of the
   * aggregate that are moving come to rest first.
   */
  takeBefore(event: EventEnvelope): Promise<PassedRun | null>;
  /** Moves the marks that wait, now. */
  flush(): Promise<void>;
}

// Nothing waits for it: a handled message takes along what waits before it.
const gatherMs = 100;
const maxBatch = 200;

const aggregateOf = ({ publisher, aggregateId }: EventEnvelope): string => `${publisher}:${aggregateId}`;

const laneOf = (event: EventEnvelope): string => `${event.tenantId}:${aggregateOf(event)}`;

/** Makes the batch of a consuming subgraph. Each tenant's messages go in a transaction of its own. */
export function createMarkBatch(options: { subgraph: string; em: SqlEntityManager }): MarkBatch {
  const { subgraph, em } = options;
  const waiting = new Map<string, Map<string, Waiting>>();
  const moving = new Set<Promise<void>>();
  let tail: Promise<void> = Promise.resolve();
  const movingByAggregate = new Map<string, Promise<void>>();

  const move = `
    with passing as (
      select * from unnest($2::text[], $3::uuid[], $4::int[], $5::int[]) as m(publisher, aggregate_id, first, last)
    ), begun as (
      insert into "${subgraph}"."consumer_mark" (tenant_id, publisher, aggregate_id, sequence)
      select $1::uuid, publisher, aggregate_id, last from passing where first = 1
      on conflict do nothing returning publisher, aggregate_id
    ), moved as (
      update "${subgraph}"."consumer_mark" k set sequence = m.last from passing m
      where k.tenant_id = $1::uuid and k.publisher = m.publisher and k.aggregate_id = m.aggregate_id
        and k.sequence = m.first - 1
      returning k.publisher, k.aggregate_id
    ) select publisher, aggregate_id from begun union all select publisher, aggregate_id from moved`;

  async function moveMarks(tenantId: string, batch: Waiting[]): Promise<void> {
    // In one order everywhere, so that two processes that move the same marks cannot wait for each other.
    batch.sort((a, b) => (a.event.aggregateId < b.event.aggregateId ? -1 : 1));
    const passed = new Set<string>();
    const fork = forTenant(em, tenantId);
    try {
      await transact(fork, async () =>
        write(
          fork,
          move,
          [
            tenantId,
            batch.map(({ event }) => event.publisher),
            batch.map(({ event }) => event.aggregateId),
            batch.map(({ from }) => from),
            batch.map(({ to }) => to),
          ],
          (rows) => {
            for (const row of rows) passed.add(`${String(row['publisher'])}:${String(row['aggregate_id'])}`);
          },
        ),
      );
      for (const { event, settle } of batch) settle(passed.has(aggregateOf(event)));
    } catch (error) {
      for (const { fail } of batch) fail(error);
    }
  }

  function start(tenantId: string): void {
    const batch = [...(waiting.get(tenantId)?.values() ?? [])];
    waiting.delete(tenantId);
    // A full batch goes before its time, and its timer finds nothing.
    if (batch.length === 0) return;
    const keys = batch.map(({ event }) => laneOf(event));
    // One after the other: a later batch may go on where an earlier one ends.
    tail = tail.then(() => moveMarks(tenantId, batch));
    const run = tail.finally(() => {
      moving.delete(run);
      for (const key of keys) if (movingByAggregate.get(key) === run) movingByAggregate.delete(key);
    });
    moving.add(run);
    for (const key of keys) movingByAggregate.set(key, run);
  }

  return {
    pass(event) {
      let batch = waiting.get(event.tenantId);
      const before = batch?.get(aggregateOf(event));
      if (before) {
        if (event.sequence === before.to + 1) before.to = event.sequence;
        return event.sequence >= before.from && event.sequence <= before.to ? before.done : Promise.resolve(false);
      }
      if (batch && batch.size >= maxBatch) {
        start(event.tenantId);
        batch = undefined;
      }
      if (!batch) {
        batch = new Map();
        waiting.set(event.tenantId, batch);
        setTimeout(() => start(event.tenantId), gatherMs);
      }
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const { sequence } = event;
      batch.set(aggregateOf(event), {
        event,
        from: sequence,
        to: sequence,
        done: promise,
        settle: resolve,
        fail: reject,
      });
      return promise;
    },

    async takeBefore(event) {
      // What waited behind a run may have become the next run meanwhile.
      for (let run; (run = movingByAggregate.get(laneOf(event)));) await run;
      const batch = waiting.get(event.tenantId);
      const before = batch?.get(aggregateOf(event));
      if (!before || before.to !== event.sequence - 1) return null;
      batch?.delete(aggregateOf(event));
      return before;
    },

    async flush() {
      for (const tenantId of waiting.keys()) start(tenantId);
      await Promise.all(moving);
    },
  };
}
