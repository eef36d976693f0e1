import { setTimeout as pause } from 'node:timers/promises';
import { countSagas, findSagaEnds } from '@ordergraph/orders-subgraph';
import { countRefunds } from '@ordergraph/payments-subgraph';
import type { RunningSubgraph } from '@ordergraph/subgraph-server';
import type { Shop } from './shop.ts';

/** Waits for sagas of one merchant, all of them with one question at a time. */
export interface SagaWatch {
  /** Resolves when the saga is completed; rejects when it came to anything else. */
  completed(sagaId: string): Promise<void>;
}

const askEveryMs = 40;

/** Makes the watch of a shop's sagas. */
export function watchSagas(shop: Shop): SagaWatch {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  let isAsking = false;

  async function ask(): Promise<void> {
    while (waiting.size > 0) {
      await pause(askEveryMs);
      const ends = await shop.read('orders', (tx) => findSagaEnds(tx, [...waiting.keys()]));
      for (const { id, status, failure } of ends) {
        const waiter = waiting.get(id);
        waiting.delete(id);
        if (status === 'COMPLETED') waiter?.resolve();
        else
          waiter?.reject(
            new Error(`The saga ${id} ended ${status}: ${failure?.message ?? 'a step of it does not answer'}`),
          );
      }
    }
    // In the same turn as the look at `waiting`: whoever comes after it must find nobody asking.
    isAsking = false;
  }

  function fail(error: unknown): void {
    isAsking = false;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  return {
    completed(sagaId) {
      const waiter = waiting.get(sagaId) ?? Promise.withResolvers<void>();
      waiting.set(sagaId, waiter);
      if (!isAsking) {
        isAsking = true;
        ask().catch(fail);
      }
      return waiter.promise;
    },
  };
}

/** Waits until no message is on its way, no saga of the shop runs and the provider has answered for each refund. */
export async function untilSettled(subgraphs: readonly RunningSubgraph[], shop: Shop): Promise<void> {
  for (;;) {
    await untilQuiet(subgraphs);
    const sagas = await shop.read('orders', countSagas);
    const refunds = await shop.read('payments', countRefunds);
    const open = (sagas.get('RUNNING') ?? 0) + (sagas.get('COMPENSATING') ?? 0) + (refunds.get('PENDING') ?? 0);
    const stuck = sagas.get('NEEDS_ATTENTION') ?? 0;
    if (stuck > 0) throw new Error(`${stuck} sagas need attention; see orderSagaRetry in the API.`);
    if (open === 0) return;
    await pause(askEveryMs);
  }
}

/** True when all outboxes are published and nothing is parked. A dead letter is an error: nothing goes on from there by itself. */
async function areQuiet(subgraphs: readonly RunningSubgraph[]): Promise<boolean> {
  const statuses = await Promise.all(
    subgraphs.map(async (subgraph) => ({ name: subgraph.name, ...(await subgraph.status()) })),
  );
  const broken = statuses.find(({ dead }) => dead > 0);
  if (broken)
    throw new Error(`${broken.name} has ${broken.dead} dead letters; see ${broken.name} in the API for their reasons.`);
  return statuses.every(({ unpublished, parked }) => unpublished + parked === 0);
}

/** Waits until no message is on its way. */
export async function untilQuiet(subgraphs: readonly RunningSubgraph[]): Promise<void> {
  // Twice in a row, because a message may go from one subgraph to the next between two readings.
  for (let quietReadings = 0; quietReadings < 2;) {
    quietReadings = (await areQuiet(subgraphs)) ? quietReadings + 1 : 0;
    if (quietReadings < 2) await pause(askEveryMs);
  }
}
