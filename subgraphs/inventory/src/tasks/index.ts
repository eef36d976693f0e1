import type { Runtime, Task } from '@ordergraph/subgraph-server';
import { clearExpiredOverride } from '../commands/set-override.ts';
import { expireHolds } from '../commands/expire-holds.ts';

/** Gives back holds whose time is over, cart by cart. */
const expireReservations: Task<unknown> = {
  name: 'expire-reservations',
  everyMs: 1_000,
  async run(runtime) {
    const due = await runtime.crossTenant<{ tenant_id: string; cart_id: string }>(
      `select tenant_id, cart_id from "inventory"."reservation"
       where status = 'HELD' and expires_at <= now() group by tenant_id, cart_id limit 100`,
    );
    return countDone(
      due,
      (row) => runtime.transactAsSystem(row.tenant_id, (tx) => expireHolds(tx, row.cart_id)),
      runtime,
    );
  },
};

/** Takes away overrides whose time is over. They count no longer anyway; this writes it down and tells it. */
const expireOverrides: Task<unknown> = {
  name: 'expire-overrides',
  everyMs: 5_000,
  async run(runtime) {
    const due = await runtime.crossTenant<{ tenant_id: string; id: string }>(
      `select tenant_id, id from "inventory"."level" where override_expires_at <= now() limit 100`,
    );
    return countDone(
      due,
      (row) => runtime.transactAsSystem(row.tenant_id, (tx) => clearExpiredOverride(tx, row.id)),
      runtime,
    );
  },
};

/** One that fails is due again in the next round and holds up no other. */
async function countDone<Row>(
  rows: readonly Row[],
  run: (row: Row) => Promise<void>,
  runtime: Runtime,
): Promise<number> {
  let count = 0;
  for (const row of rows) {
    try {
      await run(row);
      count += 1;
    } catch (error) {
      runtime.log('A claim or override of inventory could not be ended; it is tried again.', error);
    }
  }
  return count;
}

export const tasks = [expireReservations, expireOverrides];
