import {
  customerOf,
  decodeId,
  encodeId,
  findPage,
  isStaffOrApp,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import type { CustomerResolvers } from '../../generated/graphql.ts';
import { channels, isMandatory, topics } from '../domain/topics.ts';
import { Notification } from '../entities/notification.entity.ts';
import { loadersOf } from './loaders.ts';

/** Staff reach every customer of their merchant, customers themselves, guests nobody. */
const mayRead = (context: RequestContext, customerId: string): boolean =>
  isStaffOrApp(context) || customerOf(context) === customerId;

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }) => {
    const customerId = decodeId('Customer', id);
    return customerId ? { customerId } : null;
  },
  id: ({ customerId }) => encodeId('Customer', customerId),
  notificationPreferences: async ({ customerId }, _arguments, context) => {
    if (!mayRead(context, customerId)) return null;
    const choices = await loadersOf(context).preferencesOfCustomer.load(customerId);
    return topics.flatMap((topic) =>
      channels.map((channel) => {
        const choice = choices.find((row) => row.topic === topic && row.channel === channel);
        return {
          topic,
          channel,
          isMandatory: isMandatory(topic, channel),
          isEnabled: isMandatory(topic, channel) || (choice?.isEnabled ?? true),
        };
      }),
    );
  },
  notifications: ({ customerId }, { first, after, channel, isRead }, context) => {
    if (!mayRead(context, customerId)) return null;
    const where = {
      customerId,
      ...(channel ? { channel } : {}),
      // Only what lies in an inbox can be read there.
      ...(isRead == null ? {} : { inboxSequence: { $ne: null }, readAt: isRead ? { $ne: null } : null }),
    };
    const page = { first, after: after ?? null };
    return findPage(context, Notification, where, page, { property: 'createdAt', isDescending: true });
  },
};
