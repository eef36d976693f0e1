import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Sealed } from '@ordergraph/sealing';
import { tenantTable } from '@ordergraph/tenancy';
import type { Channel, Topic } from '../domain/topics.ts';

export type Status = 'QUEUED' | 'SENT' | 'SUPPRESSED' | 'FAILED';

const NotificationSchema = defineEntity({
  name: 'Notification',
  ...tenantTable('notifications', 'notification', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    topic: p.text().$type<Topic>(),
    channel: p.text().$type<Channel>(),
    status: p.text().$type<Status>(),
    subject: p.text(),
    body: p.text(),
    languageCode: p.text(),
    customerId: p.uuid().nullable(),
    orderId: p.uuid().nullable(),
    recipient: p.json<Sealed>(),
    causedByEventId: p.uuid(),
    /** Grows when staff send it once more: each copy is a mail of its own. */
    copy: p.integer(),
    /** Attempts to send this copy. */
    attempts: p.integer(),
    /** While `QUEUED`: when a sender may take it. A sender that took it moves this behind its lease. */
    dueAt: p.datetime(3).nullable(),
    lastError: p.text().nullable(),
    sentAt: p.datetime(3).nullable(),
    /** In an inbox: counts the customer's from 1, without gaps. */
    inboxSequence: p.integer().nullable(),
    readAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'causedByEventId', 'topic', 'channel'] }],
  indexes: [
    { properties: ['tenantId', 'createdAt', 'id'] },
    { properties: ['tenantId', 'customerId', 'createdAt', 'id'] },
    { properties: ['tenantId', 'orderId'] },
    {
      name: 'notification_inbox_index',
      properties: ['tenantId', 'customerId', 'inboxSequence'],
      expression: `create unique index "notification_inbox_index" on "notifications"."notification" ("tenant_id", "customer_id", "inbox_sequence") where "inbox_sequence" is not null`,
    },
    {
      name: 'notification_unread_index',
      properties: ['tenantId', 'customerId', 'inboxSequence'],
      expression: `create index "notification_unread_index" on "notifications"."notification" ("tenant_id", "customer_id", "inbox_sequence") where "inbox_sequence" is not null and "read_at" is null`,
    },
    {
      name: 'notification_due_index',
      properties: ['dueAt'],
      expression: `create index "notification_due_index" on "notifications"."notification" ("due_at") where "status" = 'QUEUED'`,
    },
  ],
});

/** Something a customer is told, once per event, topic and channel. Its words name the order and no person. */
export class Notification extends NotificationSchema.class {}
NotificationSchema.setClass(Notification);
