import type { Transaction } from '@ordergraph/events';
import type { ReleaseStock } from '@ordergraph/schema';
import { StockDraft } from '../domain/stock-draft.ts';
import { giveBack } from '../ledger/give-back.ts';
import { lockStock } from '../ledger/lock-stock.ts';
import { publishAnswer } from '../ledger/stock-answer.ts';
import { located, writeStock } from '../ledger/write-stock.ts';
import { isOwn } from './hold-stock.ts';

/** Gives back whatever a cart holds, and what was allocated to the order. Having nothing to give back is a success. */
export async function releaseStock(tx: Transaction, command: ReleaseStock): Promise<void> {
  const { cartId, reason } = command;
  const orderId = command.orderId ?? null;
  const stock = await lockStock(tx, { cartId, orderId });
  if (stock.answer) return publishAnswer(tx, stock.answer);
  const claims = stock.claims.filter(
    (claim) => isOwn(claim, orderId) && (claim.status === 'HELD' || claim.status === 'ALLOCATED'),
  );
  const draft = new StockDraft(stock.levels);
  giveBack(draft, claims, reason);
  await writeStock(tx, {
    draft,
    settlements: claims.map((claim) => ({ claim, status: 'RELEASED' })),
    answer: { type: 'StockReleased', payload: { cartId, orderId, lines: located(claims), reason } },
  });
}
