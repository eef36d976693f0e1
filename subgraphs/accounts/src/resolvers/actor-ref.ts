import { isStaffOrApp } from '@ordergraph/subgraph-server';
import type { ActorRefResolvers } from '../../generated/graphql.ts';
import { loadApiKey } from './api-key.ts';
import { loadStaffMember } from './staff-member.ts';

export const ActorRef: ActorRefResolvers = {
  // A shopper reads who placed or changed an order, and must not learn from it who works for the merchant.
  async __resolveReference({ type, id }, context) {
    if (!id || !isStaffOrApp(context)) return null;
    const named =
      type === 'STAFF' ? await loadStaffMember(context, id) : type === 'APP' ? await loadApiKey(context, id) : null;
    return named && { type, id, displayName: named.name };
  },
};
