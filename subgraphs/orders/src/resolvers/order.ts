import {
  actorRef,
  codedError,
  decodeId,
  decodeIds,
  encodeId,
  findPage,
  isStaffOrApp,
} from '@ordergraph/subgraph-server';
import type { FilterQuery } from '@mikro-orm/core';
import { formatMoney, money, multiplyPrice } from '@ordergraph/money';
import type {
  CustomerResolvers,
  OrderLineResolvers,
  OrderResolvers,
  OrderWhereInput,
  QueryResolvers,
} from '../../generated/graphql.ts';
import { hashOfQuote } from '../commands/lock-refund.ts';
import { factsFrom, returnableUnits } from '../commands/order-facts.ts';
import { quotePoints } from '../commands/points-copy.ts';
import { refundable, totalsOfOrder } from '../commands/order-totals.ts';
import { availableActions } from '../domain/order.ts';
import { renderTotals } from '../domain/pricing.ts';
import { quoteRefund } from '../domain/refund-quote.ts';
import { TimelineEvent } from '../entities/order-records.entity.ts';
import { Order as OrderEntity } from '../entities/order.entity.ts';
import { findOrderIds } from './order-search.ts';
import { mayReachOrder } from './access.ts';
import { loadersOf } from './loaders.ts';
import { readRefundRequest } from './order-mutations.ts';
import { customerRef, variantRef } from './references.ts';

export const order: QueryResolvers['order'] = async (_parent, { id, number }, context) => {
  if ((id == null) === (number == null))
    throw codedError('BAD_USER_INPUT', 'Expected exactly one of `id` and `number`.');
  const orderId = id == null ? null : decodeId('Order', id);
  const loaders = loadersOf(context);
  const row = orderId
    ? await loaders.order.load(orderId)
    : number == null
      ? null
      : await loaders.orderByNumber.load(number);
  return row && mayReachOrder(context, row) ? row : null;
};

const sortProperties = {
  PLACED_AT: 'placedAt',
  UPDATED_AT: 'updatedAt',
  NUMBER: 'number',
  TOTAL: 'grandTotalMinor',
} as const;

const range = (given: { readonly gte?: string | null; readonly lt?: string | null }) => ({
  ...(given.gte == null ? {} : { $gte: new Date(given.gte) }),
  ...(given.lt == null ? {} : { $lt: new Date(given.lt) }),
});

function conditionsOf(where: OrderWhereInput): FilterQuery<OrderEntity>[] {
  const conditions: FilterQuery<OrderEntity>[] = [];
  if (where.ids) conditions.push({ id: { $in: decodeIds('Order', where.ids) } });
  if (where.status) conditions.push({ status: { $in: [...where.status] } });
  if (where.paymentStatus) conditions.push({ paymentStatus: { $in: [...where.paymentStatus] } });
  if (where.fulfillmentStatus) conditions.push({ fulfillmentStatus: { $in: [...where.fulfillmentStatus] } });
  if (where.returnStatus) conditions.push({ returnStatus: { $in: [...where.returnStatus] } });
  if (where.placedAt) conditions.push({ placedAt: range(where.placedAt) });
  if (where.updatedAt) conditions.push({ updatedAt: range(where.updatedAt) });
  if (where.customerId != null) conditions.push({ customerId: { $in: decodeIds('Customer', [where.customerId]) } });
  if (where.externalReference != null) conditions.push({ externalReference: where.externalReference });
  return conditions;
}

export const orders: QueryResolvers['orders'] = async (
  _parent,
  { where, search, sortKey, reverse, ...page },
  context,
) => {
  const conditions = conditionsOf(where ?? {});
  const ids = await findOrderIds(context, {
    search: search ?? null,
    sku: where?.sku ?? null,
    sagaStatus: where?.sagaStatus ?? null,
  });
  if (ids) conditions.push({ id: { $in: ids } });
  const sort = { property: sortProperties[sortKey], isDescending: reverse };
  return findPage(context, OrderEntity, { $and: conditions }, page, sort);
};

/** Contributed to the entity that customers own. */
export const Customer: CustomerResolvers = {
  __resolveReference: (reference) => ({ __typename: 'Customer', id: reference.id }),
  orders: (customer, { first, after }, context) => {
    const customerId = decodeId('Customer', customer.id);
    const { actor } = context.viewer;
    const isOwn = actor.type === 'CUSTOMER' && actor.id === customerId;
    if (!customerId || (!isOwn && !isStaffOrApp(context))) return null;
    return findPage(
      context,
      OrderEntity,
      { customerId },
      { first, after: after ?? null },
      { property: 'placedAt', isDescending: true },
    );
  },
};

/** The fields of an order that are not columns. */
export const Order: OrderResolvers = {
  async __resolveReference(reference, context) {
    const loaders = loadersOf(context);
    const id = 'id' in reference && typeof reference.id === 'string' ? decodeId('Order', reference.id) : null;
    const number = 'number' in reference && typeof reference.number === 'string' ? reference.number : null;
    const row = id ? await loaders.order.load(id) : number ? await loaders.orderByNumber.load(number) : null;
    return row && mayReachOrder(context, row) ? row : null;
  },
  id: (row) => encodeId('Order', row.id),
  number: (row) => String(row.number),
  customer: (row) => customerRef(row.customerId),
  placedBy: (row) => actorRef(row.placedBy),
  lines: (row, _args, context) => loadersOf(context).linesOfOrder.load(row.id),
  totals: (row) => renderTotals(totalsOfOrder(row)),
  async holds(row, _args, context) {
    const holds = await loadersOf(context).holdsOfOrder.load(row.id);
    return holds.filter((hold) => !hold.releasedAt);
  },
  async availableActions(row, _args, context) {
    const loaders = loadersOf(context);
    const [lines, sagas, holds, returns, returnWindowDays] = await Promise.all([
      loaders.linesOfOrder.load(row.id),
      loaders.sagasOfOrder.load(row.id),
      loaders.holdsOfOrder.load(row.id),
      loaders.returnsOfOrder.load(row.id),
      loaders.returnWindowDays.load('merchant'),
    ]);
    const facts = factsFrom(row, { lines, sagas, holds, returns, returnWindowDays }, context, new Date());
    return availableActions(facts, isStaffOrApp(context));
  },
  returns: (row, _args, context) => loadersOf(context).returnsOfOrder.load(row.id),
  timeline: (row, { first, after }, context) => {
    const visible = isStaffOrApp(context) ? {} : { isForStaff: false };
    const page = { first, after: after ?? null };
    return findPage(context, TimelineEvent, { orderId: row.id, ...visible }, page, {
      property: 'sequence',
      isDescending: false,
    });
  },
  sagas: (row, _args, context) => loadersOf(context).sagasOfOrder.load(row.id),
  async refundQuote(row, { input }, context) {
    const request = readRefundRequest(input);
    const lines = await loadersOf(context).linesOfOrder.load(row.id);
    const quote = 'code' in request ? request : quoteRefund(refundable(row, lines), request);
    if ('code' in quote) throw codedError('BAD_USER_INPUT', quote.message, { reason: quote.code });
    const points = await quotePoints(context.em, row, lines, quote);
    return {
      hash: hashOfQuote(row.id, quote, points, row.refundedMinor),
      lines: quote.lines.flatMap((quoted) => {
        const orderLine = lines.find((line) => line.id === quoted.orderLineId);
        return orderLine
          ? [
              {
                orderLine,
                quantity: quoted.quantity,
                disposition: quoted.disposition,
                amount: formatMoney(quoted.amount),
                tax: formatMoney(quoted.tax),
              },
            ]
          : [];
      }),
      shipping: formatMoney(quote.shipping),
      tax: formatMoney(quote.tax),
      pointsReversed: points.pointsReversed,
      pointsRestored: points.pointsRestored,
      pointsShortfall: points.pointsShortfall,
      total: formatMoney(quote.total),
      maximumRefundable: formatMoney(quote.maximumRefundable),
    };
  },
  cancelReason: (row) => (row.cancelReason ?? null) as 'OTHER' | null,
  // A saga's failures are codes of the API.
  failure: (row) => (row.failure ? { ...row.failure, code: row.failure.code as 'INVALID' } : null),
};

export const OrderLine: OrderLineResolvers = {
  async __resolveReference(reference, context) {
    const id = decodeId('OrderLine', reference.id);
    const line = id ? await loadersOf(context).orderLine.load(id) : null;
    const row = line ? await loadersOf(context).order.load(line.orderId) : null;
    return row && mayReachOrder(context, row) ? line : null;
  },
  id: (line) => encodeId('OrderLine', line.id),
  variant: (line) => variantRef(line.variantId),
  refundableQuantity: (line) => line.quantity - line.refundedQuantity,
  returnableQuantity: async (line, _args, context) =>
    returnableUnits(context, line, await loadersOf(context).returnsOfOrder.load(line.orderId)),
  unitPrice: (line) => formatMoney(multiplyPrice(line.unitPrice, 1, line.currencyCode)),
  total: (line) => formatMoney(money(line.totalMinor, line.currencyCode)),
  taxLines: (line) =>
    line.taxLines.map(({ title, rate, minor }) => ({
      title,
      rate,
      amount: formatMoney(money(BigInt(minor), line.currencyCode)),
    })),
};
