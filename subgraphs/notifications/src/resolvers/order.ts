import { decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { OrderResolvers } from '../../generated/graphql.ts';
import { loadersOf } from './loaders.ts';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => {
    const orderId = decodeId('Order', id);
    return orderId ? { orderId } : null;
  },
  id: ({ orderId }) => encodeId('Order', orderId),
  // For staff and partners by its tag, which the kernel checks.
  notifications: ({ orderId }, _arguments, context) => loadersOf(context).notificationsOfOrder.load(orderId),
};
