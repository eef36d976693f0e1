import type { StockDraft } from '../domain/stock-draft.ts';
import { unitsLeftOf, type Claim } from './lock-stock.ts';

/** Frees the units of claims that are held or allocated. */
export function giveBack(draft: StockDraft, claims: readonly Claim[], reason: string): void {
  for (const claim of claims) {
    const kind = claim.status === 'ALLOCATED' ? 'ALLOCATION_RELEASED' : 'RESERVATION_RELEASED';
    const { cartId, orderId, id: reservationId } = claim;
    draft.move(claim.levelId, kind, unitsLeftOf(claim), { reason, cartId, orderId, reservationId });
  }
}

/** Why a hold ended, in the ledger, when nobody ended it. */
export const ranOut = 'The hold ran out of time.';
