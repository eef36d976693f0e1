import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { CustomerCopy } from './entities/customer-copy.entity.ts';
import { InboxCounter } from './entities/inbox-counter.entity.ts';
import { MerchantCopy } from './entities/merchant-copy.entity.ts';
import { Notification } from './entities/notification.entity.ts';
import { OrderCopy } from './entities/order-copy.entity.ts';
import { Preference } from './entities/preference.entity.ts';
import { Template } from './entities/template.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { openMail } from './mail/open-mail.ts';
import { Senders } from './mail/senders.ts';
import { resolvers } from './resolvers/index.ts';
import { deliveries } from './tasks/deliveries.ts';

/** Notifications: what customers are told, once per event, in the merchant's words. */
export const definition = defineSubgraph({
  name: 'notifications',
  entities: [MerchantCopy, CustomerCopy, OrderCopy, Preference, Template, Notification, InboxCounter],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  tasks: [deliveries],
  liveSubjects: {
    NotificationQueued: ({ channel, customerId }) =>
      channel === 'IN_APP' && customerId ? [['inbox', customerId]] : [],
  },
  // The task over all tenants learns which mails are due, and nothing about them.
  grants: [
    'grant select ("tenant_id", "id", "status", "due_at") on "notifications"."notification" to "relay_notifications"',
  ],
  open: async (settings) => new Senders(await openMail(settings)),
  close: (senders) => senders.close(),
});
