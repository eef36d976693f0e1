import type { FilterQuery } from '@mikro-orm/core';
import { decodeId, decodeIds, encodeId, findPage, isStaffOrApp } from '@ordergraph/subgraph-server';
import type {
  OrderResolvers,
  QueryResolvers,
  StockReservationResolvers,
  StockReservationWhereInput,
} from '../../generated/graphql.ts';
import { StockReservation as StockReservationEntity } from '../entities/stock-reservation.entity.ts';
import { loadersOf } from './loaders.ts';

export const stockReservations: QueryResolvers['stockReservations'] = (_parent, { where, ...page }, context) =>
  findPage(context, StockReservationEntity, conditionsOf(where ?? {}), page, {
    property: 'createdAt',
    isDescending: true,
  });

function conditionsOf(where: StockReservationWhereInput): FilterQuery<StockReservationEntity> {
  const now = new Date();
  const conditions: FilterQuery<StockReservationEntity>[] = [];
  if (where.ids) conditions.push({ id: { $in: decodeIds('StockReservation', where.ids) } });
  if (where.variantId) conditions.push({ variantId: { $in: decodeIds('ProductVariant', [where.variantId]) } });
  if (where.orderId) conditions.push({ orderId: { $in: decodeIds('Order', [where.orderId]) } });
  if (where.status) {
    // A hold is over with its time, whether or not somebody wrote that down yet.
    const alternatives: FilterQuery<StockReservationEntity>[] = where.status.map((status) => {
      if (status === 'HELD') return { status, expiresAt: { $gt: now } };
      if (status === 'EXPIRED') return { $or: [{ status }, { status: 'HELD', expiresAt: { $lte: now } }] };
      return { status };
    });
    conditions.push(alternatives.length > 0 ? { $or: alternatives } : { id: { $in: [] } });
  }
  return { $and: conditions };
}

export const StockReservation: StockReservationResolvers = {
  __resolveReference: ({ id }, context) => {
    const reservationId = decodeId('StockReservation', id);
    return reservationId && isStaffOrApp(context) ? loadersOf(context).reservation.load(reservationId) : null;
  },
  id: (row) => encodeId('StockReservation', row.id),
  status: ({ status, expiresAt }) =>
    status === 'HELD' && expiresAt != null && expiresAt <= new Date() ? 'EXPIRED' : status,
  variant: (row) => ({ id: row.variantId }),
  location: async (row, _args, context) => {
    const place = await loadersOf(context).location.load(row.locationId);
    if (!place) throw new Error(`The reservation ${row.id} lies at a location that does not exist.`);
    return place;
  },
  cartId: (row) => encodeId('Cart', row.cartId),
  order: (row) => (row.orderId ? { id: row.orderId } : null),
};

/** What inventory adds to orders' entity. */
export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => {
    const orderId = decodeId('Order', id);
    return orderId ? { id: orderId } : null;
  },
  id: (order) => encodeId('Order', order.id),
  stockReservations: (order, _args, context) => loadersOf(context).reservationsOfOrder.load(order.id),
};
