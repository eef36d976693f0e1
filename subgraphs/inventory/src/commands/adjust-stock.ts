import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { writeStock } from '../ledger/write-stock.ts';
import { openPlaces } from './open-places.ts';
import { takeFromShelf } from './take-from-shelf.ts';

/** A change of what is on hand at one level. */
export interface AdjustmentChange {
  readonly variantId: string | null;
  /** Absent: the default location. Null: a location that the caller named and that cannot exist. */
  readonly locationId?: string | null;
  /** Signed. */
  readonly delta: number;
}

/** Something counted, broken or found. */
export interface Adjustment {
  readonly changes: readonly AdjustmentChange[];
  readonly reason: string;
  readonly reference?: string | null;
  /** Absent: now. */
  readonly occurredAt?: Date;
}

/** Adds to or takes from what is on hand; all changes or none. */
export async function adjustStock(
  tx: Transaction,
  { changes, reason, reference = null, occurredAt }: Adjustment,
): Promise<Outcome<{ levelIds: string[] }, InventoryErrorCode>> {
  const { value: open, refusals } = await openPlaces(tx, { field: 'changes', places: changes, reason });
  if (!open) return { refusals };
  const facts = { reason, reference, ...(occurredAt ? { occurredAt } : {}) };
  const shelf = takeFromShelf(tx, open);
  for (const [index, { delta }] of changes.entries()) {
    const levelId = open.levelIds[index] ?? '';
    const refusal = await shelf.change(levelId, 'ADJUSTED', delta, facts);
    if (refusal) return refuse(refusal.code, refusal.message, ['changes', String(index), 'delta']);
  }
  await writeStock(tx, { ...open, settlements: shelf.settlements });
  return done({ levelIds: [...new Set(open.levelIds)] });
}
