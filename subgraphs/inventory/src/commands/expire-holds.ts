import type { Transaction } from '@ordergraph/events';
import { StockDraft } from '../domain/stock-draft.ts';
import { giveBack, ranOut } from '../ledger/give-back.ts';
import { lockStock } from '../ledger/lock-stock.ts';
import { writeStock } from '../ledger/write-stock.ts';

/** Gives back what a cart holds beyond its time. Looks again under a lock: the hold may have been extended. */
export async function expireHolds(tx: Transaction, cartId: string): Promise<void> {
  const stock = await lockStock(tx, { cartId });
  const expired = stock.claims.filter((claim) => claim.isExpired);
  if (expired.length === 0) return;
  const draft = new StockDraft(stock.levels);
  giveBack(draft, expired, ranOut);
  await writeStock(tx, { draft, settlements: expired.map((claim) => ({ claim, status: 'EXPIRED' })) });
}
