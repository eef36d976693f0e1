import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderFacts } from '../domain/order.ts';
import type { RefundFacts } from '../domain/refund-saga.ts';
import { OrderHold } from '../entities/order-records.entity.ts';
import type { OrderLine } from '../entities/order-line.entity.ts';
import type { Order } from '../entities/order.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { merchantSettings } from './cart-pricing.ts';

const dayMs = 24 * 60 * 60_000;
const defaultReturnWindowDays = 30;

type RecordedLine = Pick<OrderLine, 'totalMinor' | 'loyaltyMinor' | 'taxMinor'>;

/** Whether points paid for all of a line, tax included. */
const isPaidByPoints = (order: Pick<Order, 'taxesIncluded'>, line: RecordedLine): boolean =>
  line.totalMinor === line.loyaltyMinor && (order.taxesIncluded || line.taxMinor === 0n);

/** What belongs to an order, as far as its rules look at it. */
export interface OrderRecords {
  readonly lines: readonly (RecordedLine &
    Pick<OrderLine, 'kind' | 'quantity' | 'returnedQuantity' | 'refundedQuantity'>)[];
  readonly sagas: readonly Pick<Saga, 'kind' | 'status' | 'state'>[];
  readonly holds: readonly Pick<OrderHold, 'releasedAt'>[];
  readonly returnWindowDays: number | null;
}

/** What the rules of an order look at. Its lines are given, since whoever asks needs them too. */
export async function orderFacts(
  em: SqlEntityManager,
  order: Order,
  lines: readonly OrderLine[],
  now: Date,
): Promise<OrderFacts> {
  const sagas = await em.find(Saga, { orderId: order.id });
  const holds = await em.find(OrderHold, { orderId: order.id, releasedAt: null });
  const settings = await merchantSettings(em);
  return factsFrom(order, { lines, sagas, holds, returnWindowDays: settings?.returnWindowDays ?? null }, now);
}

const busy = new Set(['RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION']);

// A REFUND's state has the facts of a REFUND, which the type of a row cannot tell.
const factsOfRefund = ({ state }: Pick<Saga, 'state'>): RefundFacts => state.facts as RefundFacts;

/** The same from what is loaded already. */
export function factsFrom(
  order: Order,
  { lines, sagas, holds, returnWindowDays }: OrderRecords,
  now: Date,
): OrderFacts {
  const isMoreCapturable = order.isAuthorizationOpen && order.capturedMinor < order.grandTotalMinor;
  const windowEnd = order.placedAt.getTime() + (returnWindowDays ?? defaultReturnWindowDays) * dayMs;
  return {
    status: order.status,
    paymentStatus: order.paymentStatus,
    fulfillmentStatus: order.fulfillmentStatus,
    grandTotal: order.grandTotalMinor,
    captured: order.capturedMinor,
    refunded: order.refundedMinor,
    isAuthorizationOpen: order.isAuthorizationOpen,
    hasHold: holds.some((hold) => !hold.releasedAt),
    isReturnWindowOpen: now.getTime() < windowEnd,
    hasUnitsLeft: lines.some(
      (line) =>
        line.kind === 'PRODUCT' && line.refundedQuantity < line.quantity && line.returnedQuantity < line.quantity,
    ),
    hasRestockedUnits: sagas.some(
      (saga) =>
        saga.kind === 'REFUND' &&
        saga.status === 'COMPLETED' &&
        factsOfRefund(saga).lines.some(
          (line) => line.disposition === 'RESTOCK' && (line.neverLeft ?? 0) < line.quantity,
        ),
    ),
    hasPointsToRestore:
      order.redeemedPoints > 0 &&
      lines.some((line) => line.refundedQuantity < line.quantity && (!isMoreCapturable || isPaidByPoints(order, line))),
    hasRunningSaga: sagas.some(({ status }) => busy.has(status)),
    hasSagaThatNeedsAttention: sagas.some(({ status }) => status === 'NEEDS_ATTENTION'),
  };
}
