import { formatMoney, money } from '@ordergraph/money';
import { decodeId, isStaffOrApp, type RequestContext } from '@ordergraph/subgraph-server';
import type { OrderResolvers } from '../../generated/graphql.ts';
import type { Payment } from '../entities/payment.entity.ts';
import { loadersOf, maySee } from './loaders.ts';

/** The order's bare id, when the caller may see it. Without a copy of the order a shopper cannot prove that it is theirs. */
async function visibleOrder(context: RequestContext, opaque: string): Promise<string | null> {
  const orderId = decodeId('Order', opaque);
  if (!orderId || isStaffOrApp(context)) return orderId;
  const copy = await loadersOf(context).order.load(orderId);
  return copy && maySee(context, copy) ? orderId : null;
}

const total =
  (amountOf: (payment: Payment) => bigint): NonNullable<OrderResolvers['totalCaptured']> =>
  async ({ id }, _args, context) => {
    const orderId = await visibleOrder(context, id);
    if (!orderId) return null;
    const [order, payments] = await Promise.all([
      loadersOf(context).order.load(orderId),
      loadersOf(context).paymentsOfOrder.load(orderId),
    ]);
    const currencyCode = order?.currencyCode ?? payments[0]?.currencyCode;
    if (!currencyCode) return null;
    return formatMoney(
      money(
        payments.reduce((sum, payment) => sum + amountOf(payment), 0n),
        currencyCode,
      ),
    );
  };

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payments: async ({ id }, _args, context) => {
    const orderId = await visibleOrder(context, id);
    return orderId ? loadersOf(context).paymentsOfOrder.load(orderId) : null;
  },
  refunds: async ({ id }, _args, context) => {
    const orderId = await visibleOrder(context, id);
    return orderId ? loadersOf(context).refundsOfOrder.load(orderId) : null;
  },
  totalAuthorized: total((payment) => payment.authorizedMinor),
  totalCaptured: total((payment) => payment.capturedMinor),
  totalRefunded: total((payment) => payment.refundedMinor),
};
