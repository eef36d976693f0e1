import {
  decodeId,
  decodeIds,
  encodeId,
  findPage,
  isStaffOrApp,
  once,
  refuseWhileRunning,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import type { FilterQuery } from '@mikro-orm/core';
import type {
  MutationResolvers,
  OrderUserError,
  QueryResolvers,
  ReturnLineResolvers,
  ReturnResolvers,
} from '../../generated/graphql.ts';
import { receiveReturn, requestReturn, reviewReturn } from '../commands/returns.ts';
import { Return as ReturnEntity } from '../entities/return.entity.ts';
import { mayReachOrder, repeatable } from './access.ts';
import { loadersOf } from './loaders.ts';
import { refundRef } from './references.ts';

async function reachable(context: RequestContext, row: ReturnEntity | null): Promise<ReturnEntity | null> {
  if (!row || isStaffOrApp(context)) return row;
  const order = await loadersOf(context).order.load(row.orderId);
  return order && mayReachOrder(context, order) ? row : null;
}

// `return` is a reserved word; the resolver map gives the field its name.
export const returnQuery: QueryResolvers['return'] = async (_parent, { id }, context) => {
  const returnId = decodeId('Return', id);
  return reachable(context, returnId ? await loadersOf(context).return.load(returnId) : null);
};

export const returns: QueryResolvers['returns'] = (_parent, { where, ...page }, context) => {
  const conditions: FilterQuery<ReturnEntity>[] = [];
  if (where?.ids) conditions.push({ id: { $in: decodeIds('Return', where.ids) } });
  if (where?.status) conditions.push({ status: { $in: [...where.status] } });
  if (where?.orderId != null) conditions.push({ orderId: { $in: decodeIds('Order', [where.orderId]) } });
  return findPage(context, ReturnEntity, { $and: conditions }, page, { property: 'requestedAt', isDescending: true });
};

export const Return: ReturnResolvers = {
  async __resolveReference(reference, context) {
    const id = 'id' in reference && typeof reference.id === 'string' ? decodeId('Return', reference.id) : null;
    return reachable(context, id ? await loadersOf(context).return.load(id) : null);
  },
  id: (row) => encodeId('Return', row.id),
  async order(row, _args, context) {
    const order = await loadersOf(context).order.load(row.orderId);
    if (!order) throw new Error('A return outlived its order.');
    return order;
  },
  refund: (row) => refundRef(row.refundId),
};

export const ReturnLine: ReturnLineResolvers = {
  id: (line) => encodeId('ReturnLine', line.id),
  async orderLine(line, _args, context) {
    const orderLine = await loadersOf(context).orderLine.load(line.orderLineId);
    if (!orderLine) throw new Error('A return names a line that its order does not have.');
    return orderLine;
  },
};

interface Answer {
  readonly value?: { returnId: string } | undefined;
  readonly refusals?: readonly OrderUserError[] | undefined;
}

async function answer(context: RequestContext, { value, refusals }: Answer) {
  if (!value) return { return: null, userErrors: [...(refusals ?? [])] };
  return { return: await loadersOf(context).return.clear(value.returnId).load(value.returnId), userErrors: [] };
}

const missing = (field: string, what: string): Answer => ({
  refusals: [{ code: 'NOT_FOUND', message: `There is no such ${what}.`, field: [field] }],
});

const nil = '00000000-0000-0000-0000-000000000000';

export const returnRequest: MutationResolvers['returnRequest'] = async (_parent, { input }, context) => {
  const orderId = decodeId('Order', input.orderId);
  if (!orderId) return answer(context, missing('orderId', 'order'));
  const lines = input.lines.map((line) => ({
    ...line,
    // An id of another type names no line of the order, which the command then says.
    orderLineId: decodeId('OrderLine', line.orderLineId) ?? nil,
    note: line.note ?? null,
  }));
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'returnRequest', input), () =>
        requestReturn(tx, { orderId, lines, mayReach: (order) => mayReachOrder(context, order) }),
      ),
    ),
  );
  return answer(context, outcome);
};

export const returnReview: MutationResolvers['returnReview'] = async (_parent, { input }, context) => {
  const returnId = decodeId('Return', input.returnId);
  if (!returnId) return answer(context, missing('returnId', 'return'));
  const { approve, note = null, expectedVersion = null } = input;
  return answer(
    context,
    await context.transact((tx) => reviewReturn(tx, { returnId, approve, note, expectedVersion })),
  );
};

export const returnReceive: MutationResolvers['returnReceive'] = async (_parent, { input }, context) => {
  const returnId = decodeId('Return', input.returnId);
  if (!returnId) return answer(context, missing('returnId', 'return'));
  const lines = input.lines.map((line) => ({
    returnLineId: decodeId('ReturnLine', line.returnLineId) ?? nil,
    quantity: line.quantity,
    disposition: line.disposition,
    locationId: line.locationId == null ? null : decodeId('Location', line.locationId),
  }));
  if (input.lines.some((line, index) => line.locationId != null && lines[index]?.locationId === null)) {
    return answer(context, missing('lines', 'location'));
  }
  const { refund, expectedVersion = null } = input;
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'returnReceive', input), () =>
        receiveReturn(tx, { returnId, lines, refund, expectedVersion }),
      ),
    ),
  );
  return answer(context, outcome);
};
