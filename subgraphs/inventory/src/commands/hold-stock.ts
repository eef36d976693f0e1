import type { Transaction } from '@ordergraph/events';
import { newId } from '@ordergraph/tenancy';
import { chooseLevels, summed, type Shortage, type Wanted } from '../domain/choose-levels.ts';
import { freeUnits } from '../domain/level.ts';
import { StockDraft } from '../domain/stock-draft.ts';
import { giveBack, ranOut } from '../ledger/give-back.ts';
import { findExpiredHolds, lockStock, type Claim } from '../ledger/lock-stock.ts';
import { publishAnswer } from '../ledger/stock-answer.ts';
import { writeStock, type NewHold, type Settlement } from '../ledger/write-stock.ts';

/** Stock that a checkout wants, or an order that takes it over. */
export interface HoldRequest {
  readonly cartId: string;
  readonly orderId: string | null;
  readonly lines: readonly Wanted[];
  readonly expiresAt: string;
}

/**
 * Holds stock for a cart, all lines or none, in place of what the cart held before. Stock that others held beyond their
 * time is taken back first where it is needed.
 */
export async function holdStock(tx: Transaction, request: HoldRequest): Promise<void> {
  const { cartId, orderId, expiresAt } = request;
  const wanted = summed(request.lines);
  const variantIds = wanted.map((line) => line.variantId);
  const stock = await lockStock(tx, { variantIds, cartId, orderId });
  if (stock.answer) return publishAnswer(tx, stock.answer);

  const fail = (shortages: readonly Shortage[]): Promise<void> =>
    writeStock(tx, {
      answer: { type: 'StockReservationFailed', payload: { cartId, orderId, shortages: [...shortages] } },
    });
  if (stock.isOrderReleased) {
    return fail(
      wanted.map(({ variantId, quantity }) => ({
        variantId,
        requested: quantity,
        available: freeUnits(stock.levels.filter((level) => level.variantId === variantId)),
      })),
    );
  }

  const draft = new StockDraft(stock.levels);
  const before = stock.claims.filter((claim) => claim.status === 'HELD' && isOwn(claim, orderId));
  giveBack(draft, before, 'Held again.');
  let choice = chooseLevels(stock.strategy, wanted, draft.levels);
  let expired: Claim[] = [];
  if ('shortages' in choice) {
    const levels = stock.levels.filter((level) => variantIds.includes(level.variantId));
    const holds = await findExpiredHolds(
      tx,
      levels.map((level) => level.id),
    );
    expired = holds.filter((hold) => !before.some((claim) => claim.id === hold.id));
    giveBack(draft, expired, ranOut);
    choice = chooseLevels(stock.strategy, wanted, draft.levels);
  }
  if ('shortages' in choice) return fail(choice.shortages);

  const holds: NewHold[] = choice.picks.map(({ levelId, quantity }) => {
    const { variantId, locationId } = draft.level(levelId);
    return { id: newId(), cartId, orderId, levelId, variantId, locationId, quantity, expiresAt };
  });
  for (const { id: reservationId, levelId, quantity } of holds) {
    draft.move(levelId, 'RESERVED', quantity, { cartId, orderId, reservationId });
  }
  await writeStock(tx, {
    draft,
    holds,
    settlements: [
      ...before.map((claim) => ({ claim, status: 'RELEASED' as const, orderId: null })),
      ...lossesForgotten(stock.claims),
      ...expired.map((claim) => ({ claim, status: 'EXPIRED' as const })),
    ],
    answer: {
      type: 'StockReserved',
      payload: {
        cartId,
        orderId,
        expiresAt,
        reservations: holds.map(({ id, variantId, locationId, quantity }) => ({
          reservationId: id,
          variantId,
          locationId,
          quantity,
        })),
      },
    },
  });
}

/** What an order lost before it holds again: it is to allocate what it holds from now on, and nothing else. */
export const lossesForgotten = (claims: readonly Claim[]): Settlement[] =>
  claims
    .filter(({ status }) => status === 'EXPIRED' || status === 'RELEASED')
    .map((claim) => ({ claim, status: claim.status, orderId: null }));

/** True for claims that the caller may take over: the cart's free ones, and those bound to the same order. */
export const isOwn = (claim: Claim, orderId: string | null): boolean =>
  claim.orderId === null || claim.orderId === orderId;
