import { customerOf, decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { CustomerResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { loadersOf } from './loaders.ts';
import { reaches } from './reach.ts';

export const me: QueryResolvers['me'] = (_parent, _args, context) => {
  const customerId = customerOf(context);
  return customerId ? loadersOf(context).customer.load(customerId) : null;
};

export const customer: QueryResolvers['customer'] = (_parent, { id }, context) => {
  const customerId = decodeId('Customer', id);
  return customerId && reaches(context, customerId) ? loadersOf(context).customer.load(customerId) : null;
};

export const Customer: CustomerResolvers = {
  __resolveReference({ id }, context) {
    const customerId = decodeId('Customer', id);
    return customerId && reaches(context, customerId) ? loadersOf(context).customer.load(customerId) : null;
  },
  id: (row) => encodeId('Customer', row.id),
};
