import { decodeId, isStaffOrApp } from '@ordergraph/subgraph-server';
import type { OrderResolvers } from '../../generated/graphql.ts';
import { accessByOrder } from './access.ts';
import { loadersOf } from './loaders.ts';

/** Contributed to the entity that orders own. */
export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  async shipments({ id }, _args, context) {
    const orderId = decodeId('Order', id);
    if (!orderId) return null;
    const rows = await loadersOf(context).shipmentsOfOrder.load(orderId);
    const seen = rows.flatMap((row) => {
      const access = accessByOrder(context, row);
      return access ? [{ row, access }] : [];
    });
    return seen.length < rows.length && !isStaffOrApp(context) ? null : seen;
  },
};
