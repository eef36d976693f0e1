import type { Transaction } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import type {
  CancelPointsReversal,
  CommitPointsReversal,
  PointsReversed,
  PreparePointsReversal,
} from '@ordergraph/schema';
import { findRow, findRows, insertRows, updateRow } from '@ordergraph/tenancy';
import { pointsToRestore, pointsToReverse, takeUnder } from '../domain/reversal.ts';
import { expiryAfter } from '../domain/settle.ts';
import { OrderPoints } from '../entities/order-points.entity.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { Reversal } from '../entities/reversal.entity.ts';
import { answer, isAnsweredAgain } from '../ledger/answer.ts';
import type { HeldAccount } from '../ledger/held-account.ts';
import { holdAccount } from '../ledger/hold-account.ts';
import { renderNow, renderOrder } from '../ledger/render.ts';
import { saveAccount } from '../ledger/save-account.ts';
import { evaluateTier } from './evaluate-tier.ts';
import { holdOrder } from './hold-order.ts';

interface HeldOrder {
  readonly order: OrderPoints;
  readonly held: HeldAccount;
}

async function holdOrderOfCustomer(tx: Transaction, orderId: string): Promise<HeldOrder> {
  const order = await holdOrder(tx, orderId);
  if (order.customerId === null) throw new Error(`The order ${orderId} has no customer whose points could change.`);
  return { order, held: await holdAccount(tx, order.customerId, orderId) };
}

/** Sets aside the points that a refund takes back, when they are what its quote said. */
export async function preparePointsReversal(tx: Transaction, command: PreparePointsReversal): Promise<void> {
  const { orderId, refundId, lines } = command;
  const { order, held } = await holdOrderOfCustomer(tx, orderId);
  if (await isAnsweredAgain(tx, held, order)) return saveAccount(tx, held);
  const { draft, row, program } = held;
  const amountMinor = parseMoney(command.amount).minor;
  const wanted = pointsToReverse(order, amountMinor);
  const take = takeUnder(program.reversalPolicy, wanted, {
    pendingOfOrder: draft.pendingOf(orderId),
    available: draft.balance.available,
  });
  const pointsReversed = take.fromPending + take.fromAvailable;
  const pointsRestored = pointsToRestore(order, lines);
  const about = { accountId: row.id, orderId, refundId, pointsReversed, pointsRestored };
  if (pointsReversed !== command.pointsReversed || pointsRestored !== command.pointsRestored) {
    saveAccount(tx, held);
    return answer(tx, { type: 'PointsReversalRefused', payload: { ...about, ...standing({ order, held }) } });
  }
  const nothing = { pending: [], available: [], fromPending: 0, fromAvailable: 0 };
  const taken = pointsReversed > 0 ? draft.holdReversal(orderId, take, { refundId }) : nothing;
  const { shortfall, forgiven } = take;
  insertRows(tx.em, Reversal, [
    {
      id: refundId,
      tenantId: tx.tenantId,
      accountId: row.id,
      orderId,
      status: 'PREPARED',
      amountMinor,
      lines: lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
      pointsReversed,
      pointsRestored,
      shortfall,
      forgiven,
      taken,
      createdAt: tx.now,
    },
  ]);
  saveAccount(tx, held);
  answer(tx, { type: 'PointsReversalPrepared', payload: { ...about, shortfall, ...standing({ order, held }) } });
}

/** Forgets a prepared reversal: what was set aside comes back. */
export async function cancelPointsReversal(
  tx: Transaction,
  { orderId, refundId }: CancelPointsReversal,
): Promise<void> {
  const { order, held } = await holdOrderOfCustomer(tx, orderId);
  if (await isAnsweredAgain(tx, held, order)) return saveAccount(tx, held);
  const { draft, program, row } = held;
  const reversal = await findRow(tx.em, Reversal, { id: refundId, tenantId: tx.tenantId });
  if (reversal?.status === 'PREPARED') {
    const expiresAt = expiryAfter(tx.now.getTime(), program.expiryMonths);
    if (reversal.pointsReversed > 0) draft.releaseReversal(reversal.taken, expiresAt, { refundId, orderId });
    updateRow(tx.em, Reversal, reversal, { status: 'CANCELLED' });
  }
  saveAccount(tx, held);
  const about = { accountId: row.id, orderId, refundId };
  answer(tx, { type: 'PointsReversalCancelled', payload: { ...about, ...standing({ order, held }) } });
}

/** Makes a prepared reversal final, and restores the points that were redeemed on what went back. */
export async function commitPointsReversal(
  tx: Transaction,
  { orderId, refundId }: CommitPointsReversal,
): Promise<void> {
  const { order, held } = await holdOrderOfCustomer(tx, orderId);
  if (await isAnsweredAgain(tx, held, order)) return saveAccount(tx, held);
  const { draft } = held;
  const reversal = await findRow(tx.em, Reversal, { id: refundId, tenantId: tx.tenantId });
  if (!reversal) throw new Error(`The refund ${refundId} has no prepared reversal; expected PreparePointsReversal.`);
  const transactionIds: string[] = [];
  if (reversal.status === 'PREPARED') {
    const { pointsReversed, pointsRestored } = reversal;
    if (pointsReversed > 0) transactionIds.push(draft.commitReversal(pointsReversed, { refundId, orderId }).id);
    transactionIds.push(...(await restoreRedeemed(tx, held, order, { points: pointsRestored, refundId })));
    updateRow(tx.em, Reversal, reversal, { status: 'COMMITTED' });
    noteRefund(tx, order, reversal);
  }
  saveAccount(tx, held);
  answer(tx, { type: 'PointsReversed', payload: told({ order, held }, { ...reversal, refundId, transactionIds }) });
  await evaluateTier(tx, held);
}

/** How the order's points and the account stand. */
const standing = ({ order, held: { draft } }: HeldOrder) => ({
  order: renderOrder(order, draft),
  balance: renderNow(draft),
});

function told(
  { order, held }: HeldOrder,
  done: Pick<PointsReversed, 'refundId' | 'transactionIds' | 'pointsReversed' | 'pointsRestored' | 'shortfall'>,
): PointsReversed {
  const { refundId, transactionIds, pointsReversed, pointsRestored, shortfall } = done;
  return {
    accountId: held.row.id,
    customerId: held.row.id,
    refundId: refundId ?? null,
    transactionIds,
    pointsReversed,
    pointsRestored,
    shortfall,
    ...standing({ order, held }),
  };
}

function noteRefund(
  tx: Transaction,
  order: OrderPoints,
  refund: Pick<Reversal, 'amountMinor' | 'pointsReversed' | 'pointsRestored' | 'forgiven' | 'lines'>,
): void {
  updateRow(tx.em, OrderPoints, order, {
    refundedMinor: order.refundedMinor + refund.amountMinor,
    reversed: order.reversed + refund.pointsReversed,
    forgiven: order.forgiven + refund.forgiven,
    restored: order.restored + refund.pointsRestored,
    lines: order.lines.map((line) => {
      const returned = refund.lines.find(({ orderLineId }) => orderLineId === line.orderLineId)?.quantity ?? 0;
      return { ...line, refundedQuantity: line.refundedQuantity + returned };
    }),
  });
}

async function restoreRedeemed(
  tx: Transaction,
  { draft, program }: HeldAccount,
  { id: orderId }: OrderPoints,
  { points, refundId }: { points: number; refundId: string },
): Promise<string[]> {
  if (points === 0) return [];
  const [redemption] = await findRows(tx.em, Redemption, { tenantId: tx.tenantId, orderId, status: 'CAPTURED' });
  if (!redemption) throw new Error(`The order ${orderId} redeemed points and has no redemption.`);
  const now = tx.now.getTime();
  const { parts, restored, id: redemptionId } = redemption;
  const renewed = { now, expiresAt: expiryAfter(now, program.expiryMonths) };
  const entry = draft.restore(points, { parts, restored }, renewed, { refundId, orderId, redemptionId });
  updateRow(tx.em, Redemption, redemption, { restored: restored + points });
  return [entry.id];
}

/**
 * Takes back at once what a refund takes back whose saga knew of no points: it was accepted before orders had heard that
 * the payment earned any.
 */
export async function settleRefund(
  tx: Transaction,
  refund: { readonly orderId: string; readonly refundId: string; readonly amountMinor: bigint },
): Promise<void> {
  const order = await holdOrder(tx, refund.orderId);
  const known = await findRow(tx.em, Reversal, { id: refund.refundId, tenantId: tx.tenantId });
  if (known) return;
  await reverseAtOnce(tx, order, refund);
}

/** An order failed or was cancelled: it earns nothing any more, and what it still has earned goes. */
export async function endOrder(tx: Transaction, orderId: string): Promise<void> {
  const order = await holdOrder(tx, orderId);
  if (order.isOver) return;
  updateRow(tx.em, OrderPoints, order, { isOver: true });
  const left = order.capturedMinor - order.refundedMinor;
  if (left > 0n) await reverseAtOnce(tx, order, { refundId: null, amountMinor: left });
}

async function reverseAtOnce(
  tx: Transaction,
  order: OrderPoints,
  { refundId, amountMinor }: { readonly refundId: string | null; readonly amountMinor: bigint },
): Promise<void> {
  const { id: orderId, customerId } = order;
  const wanted = pointsToReverse(order, amountMinor);
  const refunded = { amountMinor, lines: [], pointsReversed: 0, pointsRestored: 0, forgiven: 0 };
  if (customerId === null || wanted === 0) return noteRefund(tx, order, refunded);
  const held = await holdAccount(tx, customerId, orderId);
  const { draft, program } = held;
  const pendingOfOrder = draft.pendingOf(orderId);
  const take = takeUnder(program.reversalPolicy, wanted, { pendingOfOrder, available: draft.balance.available });
  const { shortfall, forgiven } = take;
  const pointsReversed = take.fromPending + take.fromAvailable;
  const transactionIds = pointsReversed > 0 ? [draft.reverse(orderId, take, { refundId }).id] : [];
  noteRefund(tx, order, { ...refunded, pointsReversed, forgiven });
  saveAccount(tx, held);
  // No answer to a command: what leads here may carry the key of one that was answered before.
  const done = { refundId, transactionIds, pointsReversed, pointsRestored: 0, shortfall };
  tx.publish('PointsReversed', told({ order, held }, done));
  await evaluateTier(tx, held);
}
