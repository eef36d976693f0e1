import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { maxUnits } from '../domain/level.ts';
import { openLevels } from '../ledger/open-levels.ts';
import { writeStock } from '../ledger/write-stock.ts';
import { findLocations } from './locations.ts';

/** Goods that came in. */
export interface Receipt {
  readonly variantId: string;
  /** Absent: the default location. */
  readonly locationId?: string | null;
  readonly quantity: number;
  /** Absent: now. */
  readonly occurredAt?: Date;
  readonly reference?: string | null;
  readonly reason?: string | null;
}

/** Puts goods on the shelf, any number of lines with a handful of statements. */
export async function receiveStock(
  tx: Transaction,
  receipts: readonly Receipt[],
): Promise<Outcome<{ levelIds: string[] }, InventoryErrorCode>> {
  const locationOf = await findLocations(
    tx,
    receipts.map((receipt) => receipt.locationId),
  );
  const lines = [];
  for (const [index, receipt] of receipts.entries()) {
    const location = locationOf(receipt.locationId);
    if (!location) return refuse('NOT_FOUND', 'There is no such location.', [String(index), 'locationId']);
    if (!Number.isInteger(receipt.quantity) || receipt.quantity < 1 || receipt.quantity > maxUnits) {
      return refuse('INVALID', `A receipt has 1 to ${maxUnits} units, got ${receipt.quantity}.`, [
        String(index),
        'quantity',
      ]);
    }
    lines.push({ ...receipt, location });
  }

  const open = await openLevels(tx, lines);
  for (const line of lines) {
    open.draft.move(open.idAt(line), 'RECEIVED', line.quantity, {
      reason: line.reason ?? null,
      reference: line.reference ?? null,
      ...(line.occurredAt ? { occurredAt: line.occurredAt } : {}),
    });
  }
  const over = open.draft.levels.find((level) => level.onHand > maxUnits);
  if (over) return refuse('INVALID', `A level holds at most ${maxUnits} units.`, ['quantity']);
  await writeStock(tx, open);
  return done({ levelIds: [...new Set(lines.map((line) => open.idAt(line)))] });
}
