import type { PointsBalance, PointsOfOrder } from '@ordergraph/schema';
import type { DraftTransaction, PointsDraft } from '../domain/points-draft.ts';
import type { OrderPoints } from '../entities/order-points.entity.ts';

/** The balance after a transaction, as events tell it. */
export function renderBalance({ after, sequence }: Pick<DraftTransaction, 'after' | 'sequence'>): PointsBalance {
  const { available, pending, held } = after;
  return { available, pending, held, asOfSequence: sequence };
}

/** The balance as it is now. */
export const renderNow = ({ balance, sequence }: PointsDraft): PointsBalance =>
  renderBalance({ after: balance, sequence });

/** What an order did to points, as events tell it. */
export function renderOrder(order: OrderPoints, draft: PointsDraft): PointsOfOrder {
  const { id: orderId, earned, reversed, forgiven, redeemed, restored } = order;
  return { orderId, earned, reversed, forgiven, redeemed, restored, pending: draft.pendingOf(orderId) };
}
