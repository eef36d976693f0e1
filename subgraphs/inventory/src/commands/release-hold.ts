import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { StockDraft } from '../domain/stock-draft.ts';
import { StockReservation } from '../entities/stock-reservation.entity.ts';
import { giveBack } from '../ledger/give-back.ts';
import { lockStock } from '../ledger/lock-stock.ts';
import { located, writeStock } from '../ledger/write-stock.ts';

/** Gives one hold back before its time is over, because staff say so. */
export async function releaseHold(
  tx: Transaction,
  { id, reason }: { readonly id: string | null; readonly reason: string },
): Promise<Outcome<{ reservationId: string }, InventoryErrorCode>> {
  const wrongReason = textProblem('A reason', reason, 1_000);
  if (wrongReason) return refuse('INVALID', wrongReason, ['reason']);
  const found = id === null ? null : await tx.em.findOne(StockReservation, { id });
  if (!found) return refuse('NOT_FOUND', 'There is no reservation with this id.', ['id']);
  const { cartId, orderId } = found;
  const stock = await lockStock(tx, { cartId, orderId });
  const claim = stock.claims.find((one) => one.id === found.id);
  if (claim?.status !== 'HELD' || claim.isExpired) {
    return refuse('NOT_HELD', 'The reservation holds nothing any more that could be given back.', ['id']);
  }
  const draft = new StockDraft(stock.levels);
  giveBack(draft, [claim], reason);
  await writeStock(tx, { draft, settlements: [{ claim, status: 'RELEASED' }] });
  tx.publish('StockReleased', { cartId, orderId, lines: located([claim]), reason });
  return done({ reservationId: found.id });
}
