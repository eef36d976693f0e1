import type { Transaction } from '@ordergraph/events';
import { updateRow } from '@ordergraph/tenancy';
import { OrderPoints } from '../entities/order-points.entity.ts';
import { holdAccount } from '../ledger/hold-account.ts';
import { saveAccount } from '../ledger/save-account.ts';
import { earnWhatIsPaid } from './earn-points.ts';
import { evaluateTier } from './evaluate-tier.ts';
import { holdOrder } from './hold-order.ts';

/** The provider took a refund back: the money stays paid after all, and earns again what it had earned. */
export async function earnAgain(
  tx: Transaction,
  back: { readonly orderId: string; readonly amountMinor: bigint; readonly transactionId: string },
): Promise<void> {
  const order = await holdOrder(tx, back.orderId);
  const refundedMinor = order.refundedMinor - back.amountMinor;
  updateRow(tx.em, OrderPoints, order, { refundedMinor: refundedMinor > 0n ? refundedMinor : 0n });
  if (order.customerId === null || order.isOver || !order.terms) return;
  const held = await holdAccount(tx, order.customerId);
  earnWhatIsPaid(tx, held, order, order.terms, { id: back.transactionId, paidAt: tx.now });
  saveAccount(tx, held);
  await evaluateTier(tx, held);
}
