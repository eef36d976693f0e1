import { codedError, decodeId, isStaffOrApp, type RequestContext } from '@ordergraph/subgraph-server';
import { read } from '@ordergraph/tenancy';
import type { OrderUpdateResolvers, SubscriptionResolvers } from '../../generated/graphql.ts';
import { TimelineEvent } from '../entities/order-records.entity.ts';
import { mayReachOrder } from './access.ts';
import { loadersOf } from './loaders.ts';
import type { OrderUpdate as OrderUpdateModel } from './models.ts';

const lastLine = `
  select coalesce(max(sequence), 0)::int as "version" from "orders"."timeline_event"
  where tenant_id = $1 and order_id = $2`;

/** A guest's order is reached with its cart, as `Cart.order` is. */
async function findReachable(context: RequestContext, orderId: string, cartId: string | null): Promise<boolean> {
  const row = await loadersOf(context).order.load(orderId);
  if (!row) return false;
  return mayReachOrder(context, row) || (row.customerId === null && cartId !== null && row.cartId === cartId);
}

export const orderUpdated: SubscriptionResolvers['orderUpdated'] = {
  async subscribe(_parent, { orderId: id, cartId, after }, context) {
    const orderId = decodeId('Order', id);
    const cart = cartId == null ? null : decodeId('Cart', cartId);
    if (!orderId || !(await findReachable(context, orderId, cart)))
      throw codedError('NOT_FOUND', 'There is no such order. A guest names its cart as well, in `cartId`.');
    const readsAll = isStaffOrApp(context);
    // A line for staff alone may still stand for a change that everybody sees, such as of the order's status.
    const told = readsAll ? {} : { $or: [{ isForStaff: false }, { changesOrder: true }] };
    return context.live.everyChange<OrderUpdateModel['item']>({
      subject: ['order', orderId],
      after,
      async snapshot({ em, viewer }) {
        const [line] = await read<{ version: number }>(em, lastLine, [viewer.tenantId, orderId]);
        return { version: line?.version ?? 0, item: { orderId, line: null } };
      },
      async since({ em }, version, limit) {
        const lines = await em.find(
          TimelineEvent,
          { orderId, ...told, sequence: { $gt: version } },
          { orderBy: { sequence: 'asc' }, limit },
        );
        return lines.map((line) => ({
          version: line.sequence,
          item: { orderId, line: readsAll || !line.isForStaff ? line : null },
        }));
      },
    });
  },
  resolve: (update: OrderUpdateModel) => update,
};

export const OrderUpdate: OrderUpdateResolvers = {
  timelineEvent: ({ item }) => item.line,
  async order({ item }, _args, context) {
    const row = await loadersOf(context).order.load(item.orderId);
    if (!row) throw new Error(`The order ${item.orderId} was watched and is gone; orders are never deleted.`);
    return row;
  },
};
