import type { Transaction } from '@ordergraph/events';
import { formatMoney, money } from '@ordergraph/money';
import type { CapturePointsHold, ReleasePointsHold } from '@ordergraph/schema';
import { findRow, updateRow } from '@ordergraph/tenancy';
import { expiryAfter } from '../domain/settle.ts';
import { OrderPoints } from '../entities/order-points.entity.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { answer, isAnsweredAgain } from '../ledger/answer.ts';
import { renderNow, renderOrder } from '../ledger/render.ts';
import { saveAccount } from '../ledger/save-account.ts';
import { holdOrder } from './hold-order.ts';
import { holdRedemption } from './hold-points.ts';

/**
 * Spends points on an order that stands. Its price was lowered by them and its money is taken, so this is never refused:
 * points whose hold ran out are taken all the same, and the account goes below zero where they were spent elsewhere.
 */
export async function capturePointsHold(tx: Transaction, { orderId, redemptionId }: CapturePointsHold): Promise<void> {
  const order = await holdOrder(tx, orderId);
  const { held, redemption } = await holdRedemption(tx, redemptionId);
  if (await isAnsweredAgain(tx, held, order)) return saveAccount(tx, held);
  const { draft, row } = held;
  const { points, cartId, valueMinor, currencyCode } = redemption;
  const facts = { redemptionId, orderId };
  if (redemption.status === 'EXPIRED' || redemption.status === 'RELEASED') {
    updateRow(tx.em, Redemption, redemption, { parts: draft.takeAnyway(points, facts) });
  }
  const isFirst = redemption.status !== 'CAPTURED';
  const transactionId = isFirst ? draft.capture(points, facts).id : redemptionId;
  if (isFirst) {
    updateRow(tx.em, Redemption, redemption, { status: 'CAPTURED', orderId });
    updateRow(tx.em, OrderPoints, order, { redeemed: order.redeemed + points });
  }
  saveAccount(tx, held);
  answer(tx, {
    type: 'PointsRedeemed',
    payload: {
      accountId: row.id,
      customerId: row.id,
      redemptionId,
      cartId,
      orderId,
      transactionId,
      points,
      value: formatMoney(money(valueMinor, currencyCode)),
      order: renderOrder(order, draft),
      balance: renderNow(draft),
    },
  });
}

/** Gives back what has not come back yet: points set aside, or of spent ones those that no refund restored. */
export async function releasePointsHold(
  tx: Transaction,
  { cartId, redemptionId, reason }: ReleasePointsHold,
): Promise<void> {
  const known = await findRow(tx.em, Redemption, { id: redemptionId, tenantId: tx.tenantId });
  const order = known?.orderId ? await holdOrder(tx, known.orderId) : null;
  const { held, redemption } = await holdRedemption(tx, redemptionId);
  if (await isAnsweredAgain(tx, held, order)) return saveAccount(tx, held);
  const { draft, program, row } = held;
  const { orderId, parts, restored } = redemption;
  const facts = { redemptionId, orderId, reason };
  let points = 0;
  if (redemption.status === 'HELD') {
    ({ points } = redemption);
    draft.release(points, parts, facts);
    updateRow(tx.em, Redemption, redemption, { status: 'RELEASED' });
  } else if (redemption.status === 'EXPIRED') {
    // They are back already. From here on they are not held again.
    updateRow(tx.em, Redemption, redemption, { status: 'RELEASED' });
  } else if (redemption.status === 'CAPTURED' && restored < redemption.points) {
    points = redemption.points - restored;
    const now = tx.now.getTime();
    draft.restore(points, { parts, restored }, { now, expiresAt: expiryAfter(now, program.expiryMonths) }, facts);
    updateRow(tx.em, Redemption, redemption, { restored: redemption.points });
    if (order) updateRow(tx.em, OrderPoints, order, { restored: order.restored + points });
  }
  saveAccount(tx, held);
  answer(tx, {
    type: 'PointsHoldReleased',
    payload: {
      accountId: row.id,
      redemptionId,
      cartId,
      orderId,
      points,
      isExpired: false,
      order: order && renderOrder(order, draft),
      balance: renderNow(draft),
    },
  });
}
