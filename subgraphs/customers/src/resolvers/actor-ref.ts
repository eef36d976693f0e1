import type { ActorRefResolvers } from '../../generated/graphql.ts';
import { loadReachable } from './customer.ts';

export const ActorRef: ActorRefResolvers = {
  async __resolveReference({ type, id }, context) {
    const customer = type === 'CUSTOMER' && id ? await loadReachable(context, id) : null;
    return customer && { type, id, customer };
  },
};
