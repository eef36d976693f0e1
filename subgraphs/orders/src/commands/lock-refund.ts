import { createHash } from 'node:crypto';
import type { Transaction } from '@ordergraph/events';
import { formatMoney } from '@ordergraph/money';
import { newId } from '@ordergraph/tenancy';
import type { QuotedPoints } from '../domain/points-quote.ts';
import type { RefundQuote } from '../domain/refund-quote.ts';
import type { RefundFacts } from '../domain/refund-saga.ts';
import { unitsNotLeft } from '../domain/units-of-line.ts';
import type { OrderLine } from '../entities/order-line.entity.ts';
import type { Order } from '../entities/order.entity.ts';
import type { PointsOfRefund } from './points-copy.ts';
import { newSaga, type HeldSaga } from './sagas.ts';
import { addToTimeline } from './timeline.ts';

/** Names a quote: it changes with anything that the refund would do, and with every refund in between. */
export function hashOfQuote(orderId: string, quote: RefundQuote, points: QuotedPoints, refunded: bigint): string {
  const { pointsReversed, pointsRestored, pointsShortfall } = points;
  const inPoints = [pointsReversed, pointsRestored, pointsShortfall];
  const text = JSON.stringify([orderId, refunded.toString(), quote, inPoints], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return createHash('sha256').update(text).digest('base64url');
}

/** Locks what a quote gives back and makes its saga, which the caller starts. The caller holds the order's row. */
export async function lockRefund(
  tx: Transaction,
  order: Order,
  lines: readonly OrderLine[],
  quote: RefundQuote,
  points: PointsOfRefund,
  why: { reason: string; notifyCustomer: boolean; returnId?: string; parentSagaId: string | null; acceptedAt?: Date },
): Promise<HeldSaga<'REFUND'>> {
  const refundId = newId();
  const neverLeft = new Map<string, number>();
  for (const quoted of quote.lines) {
    const line = lines.find((candidate) => candidate.id === quoted.orderLineId);
    if (!line) continue;
    const units = unitsNotLeft(line, { ...quoted, isOfReturn: why.returnId !== undefined });
    neverLeft.set(line.id, units);
    line.refundedQuantity += quoted.quantity;
    line.withdrawnQuantity += units;
  }
  order.refundedMinor += quote.total.minor;
  if (quote.shipping.minor > 0n) order.isShippingRefunded = true;
  order.updatedAt = tx.now;
  await tx.em.flush();

  const facts: RefundFacts = {
    orderId: order.id,
    cartId: order.cartId,
    refundId,
    paymentId: order.paymentId ?? '',
    amount: formatMoney(quote.total),
    shipping: formatMoney(quote.shipping),
    lines: quote.lines.map(({ tax: _tax, ...line }) => ({
      ...line,
      amount: formatMoney(line.amount),
      neverLeft: neverLeft.get(line.orderLineId) ?? 0,
    })),
    pointsReversed: points.pointsReversed,
    pointsRestored: points.pointsRestored,
    hasPoints: points.hasPoints,
    reason: why.reason,
    notifyCustomer: why.notifyCustomer,
    returnId: why.returnId ?? null,
    parentSagaId: why.parentSagaId,
  };
  const saga = newSaga('REFUND', facts, { cartId: order.cartId, orderId: order.id });
  const acceptedAt = why.acceptedAt ?? tx.now;
  const message = `A refund of ${facts.amount.amount} ${order.currencyCode} was accepted.`;
  addToTimeline(tx, order.id, 'RefundRequested', message, { at: acceptedAt });
  tx.publish(
    'RefundRequested',
    {
      orderId: order.id,
      refundId,
      sagaId: saga.id,
      lines: facts.lines.map(({ neverLeft: _units, ...line }) => line),
      shipping: facts.shipping,
      amount: facts.amount,
      pointsReversed: points.pointsReversed,
      pointsRestored: points.pointsRestored,
      quoteHash: hashOfQuote(order.id, quote, points, order.refundedMinor - quote.total.minor),
      reason: why.reason,
    },
    { occurredAt: acceptedAt },
  );
  return saga;
}
