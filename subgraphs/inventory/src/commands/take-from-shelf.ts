import type { Transaction } from '@ordergraph/events';
import type { Refusal } from '@ordergraph/subgraph-server';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { maxUnits, type Level } from '../domain/level.ts';
import type { MovementKind } from '../domain/movement.ts';
import type { Facts, StockDraft } from '../domain/stock-draft.ts';
import { giveBack, ranOut } from '../ledger/give-back.ts';
import { findExpiredHolds } from '../ledger/lock-stock.ts';
import type { Settlement } from '../ledger/write-stock.ts';

/** Changes what is on hand, where nothing is taken that somebody has a claim on. */
export interface Shelf {
  /** Holds that had run out and gave way. */
  readonly settlements: readonly Settlement[];
  /** Adds a movement, or answers why there can be none. */
  change(levelId: string, kind: MovementKind, delta: number, facts: Facts): Promise<Refusal<InventoryErrorCode> | null>;
}

/** Units that may leave the shelf: claims, but for those on backorder, must stay covered. */
const isCovered = (level: Level, delta: number): boolean =>
  level.onHand + delta >= 0 && level.onHand + delta - level.allocated - level.reserved >= -level.backorderLimit;

/** Opens the shelves of a draft whose levels are locked. */
export function takeFromShelf(tx: Transaction, { draft }: { readonly draft: StockDraft }): Shelf {
  const settlements: Settlement[] = [];
  const cleared = new Set<string>();
  return {
    settlements,
    async change(levelId, kind, delta, facts) {
      if (draft.level(levelId).onHand + delta > maxUnits) {
        return { code: 'INVALID', message: `A level holds at most ${maxUnits} units.`, field: null };
      }
      if (delta < 0 && !isCovered(draft.level(levelId), delta) && !cleared.has(levelId)) {
        cleared.add(levelId);
        const expired = await findExpiredHolds(tx, [levelId]);
        giveBack(draft, expired, ranOut);
        settlements.push(...expired.map((claim) => ({ claim, status: 'EXPIRED' as const })));
      }
      const level = draft.level(levelId);
      if (delta < 0 && !isCovered(level, delta)) {
        const message = `There are ${level.onHand} on hand, of which orders and checkouts claim ${level.allocated + level.reserved}.`;
        return { code: 'NEGATIVE_QUANTITY', message, field: null };
      }
      draft.move(levelId, kind, delta, facts);
      return null;
    },
  };
}
