import { customerOf, decodeId, encodeId, type RequestContext } from '@ordergraph/subgraph-server';
import type { CustomerResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { loadersOf } from './loaders.ts';
import { reaches } from './reach.ts';

export const me: QueryResolvers['me'] = (_parent, _args, context) => {
  const customerId = customerOf(context);
  return customerId ? loadersOf(context).customer.load(customerId) : null;
};

/** The customer with that opaque id, where there is one whom the caller may name. */
export function loadReachable(context: RequestContext, opaqueId: string) {
  const customerId = decodeId('Customer', opaqueId);
  return customerId && reaches(context, customerId) ? loadersOf(context).customer.load(customerId) : null;
}

export const customer: QueryResolvers['customer'] = (_parent, { id }, context) => loadReachable(context, id);

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }, context) => loadReachable(context, id),
  id: (row) => encodeId('Customer', row.id),
};
