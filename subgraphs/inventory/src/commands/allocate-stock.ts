import type { Transaction } from '@ordergraph/events';
import type { AllocateStock } from '@ordergraph/schema';
import { summed } from '../domain/choose-levels.ts';
import { availableOf, freeUnits } from '../domain/level.ts';
import { StockDraft } from '../domain/stock-draft.ts';
import { giveBack, ranOut } from '../ledger/give-back.ts';
import { findExpiredHolds, lockStock, type Claim } from '../ledger/lock-stock.ts';
import { publishAnswer } from '../ledger/stock-answer.ts';
import { located, writeStock } from '../ledger/write-stock.ts';

/**
 * Makes an order's holds its own. A hold past its deadline still counts as long as nobody took its units: they lie where
 * they were. An order that lost a part of its holds gets nothing.
 */
export async function allocateStock(tx: Transaction, { cartId, orderId }: AllocateStock): Promise<void> {
  const stock = await lockStock(tx, { cartId, orderId });
  if (stock.answer) return publishAnswer(tx, stock.answer);
  const ofOrder = stock.claims.filter((claim) => claim.orderId === orderId);
  const held = ofOrder.filter((claim) => claim.status === 'HELD');
  const lost = ofOrder.filter((claim) => claim.status === 'EXPIRED' || claim.status === 'RELEASED');
  const draft = new StockDraft(stock.levels);

  const allocated = (claims: readonly Claim[]) =>
    ({ type: 'StockAllocated', payload: { cartId, orderId, lines: located(claims) } }) as const;
  if (held.length === 0 && lost.length === 0 && ofOrder.length > 0)
    return writeStock(tx, { answer: allocated(ofOrder) });

  // An override may have lowered what counts since the hold was made.
  const isShort = (claim: Claim): boolean => {
    const level = draft.level(claim.levelId);
    return availableOf(level) < -level.backorderLimit;
  };
  let expired: Claim[] = [];
  if (held.some(isShort)) {
    const holds = await findExpiredHolds(
      tx,
      stock.levels.map((level) => level.id),
    );
    expired = holds.filter((hold) => !held.some((claim) => claim.id === hold.id));
    giveBack(draft, expired, ranOut);
  }
  const missing = held.length === 0 || lost.length > 0 ? lost : held.filter(isShort);
  if (held.length === 0 || missing.length > 0) {
    const shortages = summed(missing).map(({ variantId, quantity }) => ({
      variantId,
      requested: quantity,
      available: freeUnits(stock.levels.filter((level) => level.variantId === variantId)),
    }));
    return writeStock(tx, { answer: { type: 'StockReservationFailed', payload: { cartId, orderId, shortages } } });
  }

  for (const { id: reservationId, levelId, quantity } of held) {
    draft.move(levelId, 'ALLOCATED', quantity, { cartId, orderId, reservationId });
  }
  await writeStock(tx, {
    draft,
    settlements: [
      ...held.map((claim) => ({ claim, status: 'ALLOCATED' as const })),
      ...expired.map((claim) => ({ claim, status: 'EXPIRED' as const })),
    ],
    answer: allocated(held),
  });
}
