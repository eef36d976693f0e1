import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { Customer } from './customer.ts';
import { notificationMarkRead, notificationReceived, NotificationUpdate } from './inbox.ts';
import { notificationPreferencesUpdate } from './notification-preferences-update.ts';
import { notificationResend } from './notification-resend.ts';
import { notificationTemplateUpsert } from './notification-template-upsert.ts';
import {
  NotificationTemplate,
  notificationTemplate,
  notificationTemplatePreview,
  notificationTemplates,
} from './notification-template.ts';
import { Notification, notification, notifications } from './notification.ts';
import { Order } from './order.ts';

const deadLetters = deadLetterResolvers('notifications', 'notification');

/** The resolver map of notifications. */
export const resolvers = {
  Query: {
    notification,
    notifications,
    notificationTemplate,
    notificationTemplates,
    notificationTemplatePreview,
    ...deadLetters.queries,
  },
  Mutation: {
    notificationMarkRead,
    notificationPreferencesUpdate,
    notificationResend,
    notificationTemplateUpsert,
    ...deadLetters.mutations,
  },
  Subscription: { notificationReceived },
  Customer,
  Notification,
  NotificationUpdate,
  NotificationTemplate,
  Order,
};
