import type { Transaction } from '@ordergraph/events';
import { announcedUnits, openReturnStatuses } from '../domain/announced-units.ts';
import type { OrderFacts } from '../domain/order.ts';
import type { RefundFacts } from '../domain/refund-saga.ts';
import { unitsToReturn, unitsToShip } from '../domain/units-of-line.ts';
import { OrderHold } from '../entities/order-records.entity.ts';
import type { OrderLine } from '../entities/order-line.entity.ts';
import type { Order } from '../entities/order.entity.ts';
import { Return } from '../entities/return.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { merchantSettings } from './cart-pricing.ts';

const dayMs = 24 * 60 * 60_000;
const defaultReturnWindowDays = 30;

type RecordedLine = Pick<OrderLine, 'totalMinor' | 'loyaltyMinor' | 'taxMinor'>;
type CountedLine = Pick<
  OrderLine,
  'id' | 'kind' | 'quantity' | 'shippedQuantity' | 'withdrawnQuantity' | 'returnedQuantity' | 'refundedQuantity'
>;

/** Whether points paid for all of a line, tax included. */
const isPaidByPoints = (order: Pick<Order, 'taxesIncluded'>, line: RecordedLine): boolean =>
  line.totalMinor === line.loyaltyMinor && (order.taxesIncluded || line.taxMinor === 0n);

/** What belongs to an order, as far as its rules look at it. */
export interface OrderRecords {
  readonly lines: readonly (RecordedLine & CountedLine)[];
  readonly sagas: readonly Pick<Saga, 'kind' | 'status' | 'state'>[];
  readonly holds: readonly Pick<OrderHold, 'releasedAt'>[];
  readonly returns: readonly Pick<Return, 'status' | 'lines'>[];
  readonly returnWindowDays: number | null;
}

/** What tells whether logistics runs: without it, nobody tells orders what leaves. */
export type Installation = Pick<Transaction, 'isRunning'>;

/** How many units of a line may come back, beside the order's returns. */
export const returnableUnits = (
  installation: Installation,
  line: CountedLine,
  returns: OrderRecords['returns'],
): number =>
  unitsToReturn(line, {
    announced: announcedUnits(returns, line.id),
    isLeavingTold: installation.isRunning('logistics'),
  });

/** What the rules of an order look at. Its lines are given, since whoever asks needs them too. */
export async function orderFacts(tx: Transaction, order: Order, lines: readonly OrderLine[]): Promise<OrderFacts> {
  const { em } = tx;
  const sagas = await em.find(Saga, { orderId: order.id });
  const holds = await em.find(OrderHold, { orderId: order.id, releasedAt: null });
  const returns = await em.find(Return, { orderId: order.id, status: { $in: [...openReturnStatuses] } });
  const settings = await merchantSettings(em);
  const records = { lines, sagas, holds, returns, returnWindowDays: settings?.returnWindowDays ?? null };
  return factsFrom(order, records, tx, tx.now);
}

const busy = new Set(['RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION']);

// A REFUND's state has the facts of a REFUND, which the type of a row cannot tell.
const factsOfRefund = ({ state }: Pick<Saga, 'state'>): RefundFacts => state.facts as RefundFacts;

/** The same from what is loaded already. */
export function factsFrom(
  order: Order,
  { lines, sagas, holds, returns, returnWindowDays }: OrderRecords,
  installation: Installation,
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
    hasUnitsToShip: lines.some((line) => unitsToShip(line) > 0),
    hasUnitsToReturn: lines.some((line) => returnableUnits(installation, line, returns) > 0),
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
