import type { FilterQuery } from '@mikro-orm/core';
import { formatMoney, money } from '@ordergraph/money';
import { actorRef, decodeId, decodeIds, encodeId, findPage } from '@ordergraph/subgraph-server';
import type {
  PaymentResolvers,
  PaymentTransactionResolvers,
  PaymentWhereInput,
  QueryResolvers,
} from '../../generated/graphql.ts';
import { Payment as PaymentEntity } from '../entities/payment.entity.ts';
import { findLine, loadersOf, mayFind, maySee } from './loaders.ts';

export const payment: QueryResolvers['payment'] = async (_parent, { id }, context) => {
  const paymentId = decodeId('Payment', id);
  const row = paymentId ? await loadersOf(context).payment.load(paymentId) : null;
  return row && mayFind(context, row) ? row : null;
};

export const payments: QueryResolvers['payments'] = (_parent, { where, ...page }, context) =>
  findPage(context, PaymentEntity, filterOf(where), page, { property: 'createdAt', isDescending: true });

function filterOf(where: PaymentWhereInput | null | undefined): FilterQuery<PaymentEntity> {
  return {
    ...(where?.ids ? { id: { $in: decodeIds('Payment', where.ids) } } : {}),
    ...(where?.status ? { status: { $in: [...where.status] } } : {}),
    ...(where?.orderId ? { orderId: { $in: decodeIds('Order', [where.orderId]) } } : {}),
    ...(where?.createdAt ? { createdAt: spanOf(where.createdAt) } : {}),
  };
}

/** A half-open span of time as a condition on a column. */
export function spanOf({ gte, lt }: { gte?: string | null; lt?: string | null }): { $gte?: Date; $lt?: Date } {
  return { ...(gte ? { $gte: new Date(gte) } : {}), ...(lt ? { $lt: new Date(lt) } : {}) };
}

export const Payment: PaymentResolvers = {
  __resolveReference: async ({ id }, context) => {
    const paymentId = decodeId('Payment', id);
    const row = paymentId ? await loadersOf(context).payment.load(paymentId) : null;
    return row && maySee(context, row) ? row : null;
  },
  id: (row) => encodeId('Payment', row.id),
  order: (row) => (row.orderId ? { id: encodeId('Order', row.orderId) } : null),
  amount: (row) => formatMoney(money(row.amountMinor, row.currencyCode)),
  capturedAmount: (row) => formatMoney(money(row.capturedMinor, row.currencyCode)),
  refundedAmount: (row) => formatMoney(money(row.refundedMinor, row.currencyCode)),
  method: (row) => (row.methodBrand ? { kind: 'card', brand: row.methodBrand, last4: row.methodLast4 } : null),
  nextAction: (row) =>
    row.status === 'REQUIRES_ACTION' && row.nextActionUrl ? { kind: 'REDIRECT', url: row.nextActionUrl } : null,
  transactions: (row, _args, context) => loadersOf(context).linesOfPayment.load(row.id),
  expiresAt: (row) => (row.authorizedMinor > row.capturedMinor ? row.expiresAt : null),
};

export const PaymentTransaction: PaymentTransactionResolvers = {
  __resolveReference: async ({ id }, context) => {
    const lineId = decodeId('PaymentTransaction', id);
    return lineId ? findLine(context, lineId) : null;
  },
  id: (row) => encodeId('PaymentTransaction', row.id),
  amount: (row) => formatMoney(money(row.amountMinor, row.currencyCode)),
  actor: (row) => actorRef(row.actor),
};
