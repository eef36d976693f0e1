import type { FilterQuery } from '@mikro-orm/core';
import { formatMoney, money } from '@ordergraph/money';
import { actorRef, decodeId, decodeIds, encodeId, findPage } from '@ordergraph/subgraph-server';
import type { QueryResolvers, RefundResolvers, RefundWhereInput } from '../../generated/graphql.ts';
import { Refund as RefundEntity } from '../entities/refund.entity.ts';
import { loadersOf, mayFind, maySee } from './loaders.ts';
import { spanOf } from './payment.ts';

export const refund: QueryResolvers['refund'] = async (_parent, { id }, context) => {
  const refundId = decodeId('Refund', id);
  const row = refundId ? await loadersOf(context).refund.load(refundId) : null;
  return row && mayFind(context, row) ? row : null;
};

export const refunds: QueryResolvers['refunds'] = (_parent, { where, ...page }, context) =>
  findPage(context, RefundEntity, filterOf(where), page, { property: 'createdAt', isDescending: true });

function filterOf(where: RefundWhereInput | null | undefined): FilterQuery<RefundEntity> {
  return {
    ...(where?.ids ? { id: { $in: decodeIds('Refund', where.ids) } } : {}),
    ...(where?.status ? { status: { $in: [...where.status] } } : {}),
    ...(where?.orderId ? { orderId: { $in: decodeIds('Order', [where.orderId]) } } : {}),
    ...(where?.kind ? { kind: where.kind } : {}),
    ...(where?.createdAt ? { createdAt: spanOf(where.createdAt) } : {}),
  };
}

export const Refund: RefundResolvers = {
  __resolveReference: async ({ id }, context) => {
    const refundId = decodeId('Refund', id);
    const row = refundId ? await loadersOf(context).refund.load(refundId) : null;
    return row && maySee(context, row) ? row : null;
  },
  id: (row) => encodeId('Refund', row.id),
  order: (row) => (row.orderId ? { id: encodeId('Order', row.orderId) } : null),
  amount: (row) => formatMoney(money(row.amountMinor, row.currencyCode)),
  transactions: (row, _args, context) => loadersOf(context).linesOfRefund.load(row.id),
  requestedBy: (row) => actorRef(row.requestedBy),
};
