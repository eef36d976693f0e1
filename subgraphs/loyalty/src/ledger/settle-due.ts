import type { Transaction } from '@ordergraph/events';
import { updateRow } from '@ordergraph/tenancy';
import { settle } from '../domain/settle.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import type { HeldAccount } from './held-account.ts';
import { renderBalance } from './render.ts';

/** Books what time has done to an account, and tells it. */
export function settleDue(tx: Transaction, held: HeldAccount): void {
  const { draft, program, row, holds } = held;
  for (const settled of settle(draft, holds, program.expiryMonths, tx.now.getTime())) {
    const { entry } = settled;
    const change = { accountId: row.id, points: Math.abs(entry.points), balance: renderBalance(entry) };
    if (settled.type === 'released') {
      const { hold } = settled;
      updateRow(tx.em, Redemption, hold, { status: 'EXPIRED' });
      const { id: redemptionId, cartId, orderId } = hold;
      tx.publish('PointsHoldReleased', { ...change, redemptionId, cartId, orderId, isExpired: true });
      continue;
    }
    const told = { ...change, customerId: row.id, transactionId: entry.id };
    if (settled.type === 'expired') {
      tx.publish('PointsExpired', told);
      continue;
    }
    // Only orders' points are ever pending.
    const orderId = entry.facts.orderId ?? '';
    tx.publish('PointsActivated', { ...told, orderId, pendingOfOrder: draft.pendingOf(orderId) });
  }
}
