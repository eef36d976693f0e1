import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { newId, write } from '@ordergraph/tenancy';
import type { Topic } from '../domain/topics.ts';

/** What a signed-in customer finds in the inbox. */
export interface InboxEntry {
  readonly topic: Topic;
  readonly customerId: string;
  readonly orderId: string | null;
  readonly subject: string;
  readonly body: string;
  readonly languageCode: string;
  readonly recipient: Sealed;
  readonly causedByEventId: string;
}

const insertEntry = `
  with next as (
    insert into "notifications"."inbox_counter" as c (tenant_id, customer_id, last_sequence) values ($2, $7, 1)
    on conflict (tenant_id, customer_id) do update set last_sequence = c.last_sequence + 1
    returning last_sequence
  )
  insert into "notifications"."notification" (id, tenant_id, topic, channel, status, subject, body, language_code,
    customer_id, order_id, recipient, caused_by_event_id, copy, attempts, sent_at, created_at, inbox_sequence)
  select $1, $2, $3, 'IN_APP', 'SENT', $4, $5, $6, $7, $8, $9::jsonb, $10, 1, 0, $11, $11, next.last_sequence from next`;

/** Puts a notification into the customer's inbox, where it is delivered with the commit. */
export function putIntoInbox(tx: Transaction, entry: InboxEntry): void {
  const notificationId = newId();
  const { topic, customerId, orderId, causedByEventId } = entry;
  write(tx.em, insertEntry, [
    notificationId,
    tx.tenantId,
    topic,
    entry.subject,
    entry.body,
    entry.languageCode,
    customerId,
    orderId,
    JSON.stringify(entry.recipient),
    causedByEventId,
    tx.now,
  ]);
  tx.publish('NotificationQueued', {
    notificationId,
    topic,
    channel: 'IN_APP',
    customerId,
    orderId,
    causedByEventId,
    isSuppressed: false,
  });
}
