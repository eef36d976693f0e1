import { codedError, customerOf, decodeId, type RequestContext } from '@ordergraph/subgraph-server';
import { read } from '@ordergraph/tenancy';
import type { MutationResolvers, NotificationUpdateResolvers, SubscriptionResolvers } from '../../generated/graphql.ts';
import { markRead } from '../commands/mark-read.ts';
import { Notification } from '../entities/notification.entity.ts';
import { loadersOf } from './loaders.ts';
import type { NotificationUpdate as NotificationUpdateModel } from './models.ts';

const mostUnread = 50;

const lastEntry = `
  select coalesce(max(inbox_sequence), 0)::int as "version" from "notifications"."notification"
  where tenant_id = $1 and customer_id = $2 and inbox_sequence is not null`;

const countUnread = `
  select count(*)::int as "count" from "notifications"."notification"
  where tenant_id = $1 and customer_id = $2 and inbox_sequence is not null and read_at is null`;

/** Only customers have an inbox. */
function inboxOwner(context: RequestContext, field: string): string {
  const customerId = customerOf(context);
  if (customerId === null) throw codedError('FORBIDDEN', `${field} needs the token of a signed-in customer.`);
  return customerId;
}

export const notificationReceived: SubscriptionResolvers['notificationReceived'] = {
  async subscribe(_parent, { after }, context) {
    const customerId = inboxOwner(context, 'notificationReceived');
    return context.live.everyChange<NotificationUpdateModel['item']>({
      subject: ['inbox', customerId],
      after,
      async snapshot({ em, viewer }) {
        const [last] = await read<{ version: number }>(em, lastEntry, [viewer.tenantId, customerId]);
        const version = last?.version ?? 0;
        // What came since the version was read is told as a change.
        const entries = await em.find(
          Notification,
          { customerId, inboxSequence: { $gt: 0, $lte: version }, readAt: null },
          { orderBy: { inboxSequence: 'desc' }, limit: mostUnread },
        );
        return { version, item: { customerId, entries } };
      },
      async since({ em }, version, limit) {
        const rows = await em.find(
          Notification,
          { customerId, inboxSequence: { $gt: version } },
          { orderBy: { inboxSequence: 'asc' }, limit },
        );
        return rows.map((row) => ({ version: row.inboxSequence ?? version, item: { customerId, entries: [row] } }));
      },
    });
  },
  resolve: (update: NotificationUpdateModel) => update,
};

export const NotificationUpdate: NotificationUpdateResolvers = {
  notifications: ({ item }) => item.entries,
  async unreadCount({ item }, _args, { em, viewer }) {
    const [row] = await read<{ count: number }>(em, countUnread, [viewer.tenantId, item.customerId]);
    return row?.count ?? 0;
  },
};

export const notificationMarkRead: MutationResolvers['notificationMarkRead'] = async (_parent, { input }, context) => {
  const customerId = inboxOwner(context, 'notificationMarkRead');
  const ids = input.ids.map((id) => decodeId('Notification', id));
  const { value, refusals } = await context.transact((tx) => markRead(tx, customerId, ids));
  return {
    notifications: value
      ? (await loadersOf(context).notification.loadMany([...value.notificationIds])).filter(
          (row): row is Notification => row instanceof Notification,
        )
      : null,
    userErrors: [...(refusals ?? [])],
  };
};
