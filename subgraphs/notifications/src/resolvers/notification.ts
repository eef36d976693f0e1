import { decodeId, decodeIds, encodeId, findPage } from '@ordergraph/subgraph-server';
import type { FilterQuery } from '@mikro-orm/core';
import type { NotificationResolvers, NotificationWhereInput, QueryResolvers } from '../../generated/graphql.ts';
import { Notification as NotificationEntity } from '../entities/notification.entity.ts';
import { loadersOf } from './loaders.ts';

export const notification: QueryResolvers['notification'] = async (_parent, { id }, context) => {
  const notificationId = decodeId('Notification', id);
  return notificationId ? loadersOf(context).notification.load(notificationId) : null;
};

export const notifications: QueryResolvers['notifications'] = (_parent, { where, ...page }, context) =>
  findPage(context, NotificationEntity, filterOf(where ?? {}), page, { property: 'createdAt', isDescending: true });

/** An id that names nothing finds nothing; it never widens the list. */
const idOrNothing = (type: string, id: string) => ({ $in: decodeIds(type, [id]) });

function filterOf(where: NotificationWhereInput): FilterQuery<NotificationEntity> {
  const { ids, status, topic, channel, customerId, orderId, createdAt } = where;
  return {
    ...(ids ? { id: { $in: decodeIds('Notification', ids) } } : {}),
    ...(status ? { status: { $in: [...status] } } : {}),
    ...(topic ? { topic: { $in: [...topic] } } : {}),
    ...(channel ? { channel } : {}),
    ...(customerId ? { customerId: idOrNothing('Customer', customerId) } : {}),
    ...(orderId ? { orderId: idOrNothing('Order', orderId) } : {}),
    ...(createdAt?.gte || createdAt?.lt
      ? {
          createdAt: {
            ...(createdAt.gte ? { $gte: new Date(createdAt.gte) } : {}),
            ...(createdAt.lt ? { $lt: new Date(createdAt.lt) } : {}),
          },
        }
      : {}),
  };
}

export const Notification: NotificationResolvers = {
  __resolveReference: ({ id }, context) => {
    // Another subgraph that names a notification does not make it the caller's.
    if (context.viewer.actor.type !== 'STAFF' && context.viewer.actor.type !== 'APP') return null;
    const notificationId = decodeId('Notification', id);
    return notificationId ? loadersOf(context).notification.load(notificationId) : null;
  },
  id: (row) => encodeId('Notification', row.id),
  customer: (row) => (row.customerId ? { customerId: row.customerId } : null),
  order: (row) => (row.orderId ? { orderId: row.orderId } : null),
  recipient: (row, _arguments, context) => loadersOf(context).recipient.load(row),
};
