import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderFacts } from '../domain/order.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import type { Order } from '../entities/order.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { merchantSettings } from './cart-pricing.ts';

const dayMs = 24 * 60 * 60_000;
const defaultReturnWindowDays = 30;

/** What the rules of an order look at, read in three queries. */
export async function orderFacts(em: SqlEntityManager, order: Order, now: Date): Promise<OrderFacts> {
  const lines = await em.find(OrderLine, { orderId: order.id });
  const sagas = await em.find(Saga, { orderId: order.id }, { fields: ['status'] });
  const settings = await merchantSettings(em);
  return factsFrom(order, lines, sagas.map(({ status }) => status), settings?.returnWindowDays ?? null, now);
}

/** The same from what is loaded already. */
export function factsFrom(
  order: Order,
  lines: readonly OrderLine[],
  sagaStatuses: readonly string[],
  returnWindowDays: number | null,
  now: Date,
): OrderFacts {
  const windowEnd = order.placedAt.getTime() + (returnWindowDays ?? defaultReturnWindowDays) * dayMs;
  return {
    status: order.status,
    paymentStatus: order.paymentStatus,
    fulfillmentStatus: order.fulfillmentStatus,
    grandTotal: order.grandTotalMinor,
    captured: order.capturedMinor,
    refunded: order.refundedMinor,
    isReturnWindowOpen: now.getTime() < windowEnd,
    hasUnitsLeft: lines.some((line) => line.kind === 'PRODUCT' && line.refundedQuantity < line.quantity && line.returnedQuantity < line.quantity),
    hasRunningSaga: sagaStatuses.some((status) => status === 'RUNNING' || status === 'COMPENSATING' || status === 'NEEDS_ATTENTION'),
    hasSagaThatNeedsAttention: sagaStatuses.includes('NEEDS_ATTENTION'),
  };
}
