import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { maxUnits } from '../domain/level.ts';
import { writeStock } from '../ledger/write-stock.ts';
import { openPlaces } from './open-places.ts';
import { takeFromShelf } from './take-from-shelf.ts';

/** What was counted at one level. */
export interface CountedQuantity {
  readonly variantId: string | null;
  readonly locationId: string | null;
  readonly quantity: number;
  /** What the caller believes is on hand. Null overwrites whatever is there; leaving it out is refused. */
  readonly changeFromQuantity?: number | null;
}

/** A stock count. */
export interface StockCount {
  readonly quantities: readonly CountedQuantity[];
  readonly reason: string;
  readonly reference?: string | null;
}

/** Sets what is on hand, where it still is what the caller believes; all quantities or none. */
export async function setStock(
  tx: Transaction,
  { quantities, reason, reference = null }: StockCount,
): Promise<Outcome<{ levelIds: string[] }, InventoryErrorCode>> {
  const pathTo = (index: number, name: string): string[] => ['quantities', String(index), name];
  for (const [index, { quantity, changeFromQuantity }] of quantities.entries()) {
    if (changeFromQuantity === undefined) {
      return refuse(
        'INVALID',
        'Say what you believe is on hand, or null to overwrite it.',
        pathTo(index, 'changeFromQuantity'),
      );
    }
    if (quantity < 0) return refuse('NEGATIVE_QUANTITY', `On hand cannot be ${quantity}.`, pathTo(index, 'quantity'));
    if (quantity > maxUnits)
      return refuse('INVALID', `A level holds at most ${maxUnits} units.`, pathTo(index, 'quantity'));
  }
  const { value: open, refusals } = await openPlaces(tx, { field: 'quantities', places: quantities, reason });
  if (!open) return { refusals };
  const { draft, newLevels, levelIds } = open;
  if (new Set(levelIds).size < levelIds.length) {
    return refuse('INVALID', 'A level appears twice. Set each level once.', ['quantities']);
  }
  const opened = new Set(newLevels.map((level) => level.id));
  const shelf = takeFromShelf(tx, open);
  for (const [index, { quantity, changeFromQuantity }] of quantities.entries()) {
    const level = draft.level(levelIds[index] ?? '');
    if (changeFromQuantity != null && changeFromQuantity !== level.onHand) {
      const message = `There are ${level.onHand} on hand, not ${changeFromQuantity}. Read the level again.`;
      return refuse('CHANGE_FROM_QUANTITY_STALE', message, pathTo(index, 'changeFromQuantity'));
    }
    const kind = opened.has(level.id) ? 'OPENING' : 'ADJUSTED';
    const refusal = await shelf.change(level.id, kind, quantity - level.onHand, { reason, reference });
    if (refusal) return refuse(refusal.code, refusal.message, pathTo(index, 'quantity'));
  }
  await writeStock(tx, { ...open, settlements: shelf.settlements });
  return done({ levelIds: [...levelIds] });
}
