import { decodeId, encodeId, once, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { DataRequestResolvers, MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { createDataRequest } from '../commands/create-data-request.ts';
import { DataRequest as DataRequestEntity } from '../entities/data-request.entity.ts';
import { loadersOf } from './loaders.ts';
import { reaches } from './reach.ts';

const maxListed = 250;

export const dataRequests: QueryResolvers['dataRequests'] = (_parent, { status }, context) =>
  context.em.find(
    DataRequestEntity,
    { status: status ?? { $in: ['RECEIVED', 'IN_PROGRESS'] } },
    { orderBy: [{ dueAt: 'asc' }, { id: 'asc' }], limit: maxListed },
  );

export const dataRequestCreate: MutationResolvers['dataRequestCreate'] = async (_parent, { input }, context) => {
  const customerId = decodeId('Customer', input.customerId);
  if (!customerId || !reaches(context, customerId)) {
    const message = 'There is no customer with this id.';
    return { dataRequest: null, userErrors: [{ code: 'NOT_FOUND', message, field: ['customerId'] }] };
  }
  const { idempotencyKey, ...fields } = input;
  const { actor } = context.viewer;
  const call = {
    operation: 'dataRequestCreate',
    key: idempotencyKey,
    input: fields,
    actor: `${actor.type}:${actor.id}`,
  };
  const request = { customerId, kind: fields.kind, reason: fields.reason ?? null };
  const { value, refusals } = await refuseWhileRunning(() =>
    context.transact((tx) => once(tx, 'customers', call, () => createDataRequest(tx, request))),
  );
  if (!value) return { dataRequest: null, userErrors: refusals };
  return { dataRequest: await loadersOf(context).dataRequest.load(value.dataRequestId), userErrors: [] };
};

export const DataRequest: DataRequestResolvers = {
  async __resolveReference({ id }, context) {
    const dataRequestId = decodeId('DataRequest', id);
    const request = dataRequestId ? await loadersOf(context).dataRequest.load(dataRequestId) : null;
    return request && reaches(context, request.customerId) ? request : null;
  },
  id: (row) => encodeId('DataRequest', row.id),
  async customer(row, _args, context) {
    const found = await loadersOf(context).customer.load(row.customerId);
    if (!found) throw new Error(`Request ${row.id} is about a customer who is not there.`);
    return found;
  },
};
