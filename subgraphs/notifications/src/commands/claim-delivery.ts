import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { query } from '@ordergraph/tenancy';
import { leaseUntil, maxAttempts, undeliverableReason } from '../domain/delivery.ts';
import { isMandatory, type Channel, type Topic } from '../domain/topics.ts';
import { giveUpDelivery } from './settle-delivery.ts';

/** A mail that belongs to one sender until its lease ends. The only place where the address is readable. */
export interface Delivery {
  readonly notificationId: string;
  readonly copy: number;
  readonly attempt: number;
  readonly merchantName: string;
  readonly address: string;
  readonly subject: string;
  readonly body: string;
  readonly languageCode: string;
  readonly createdAt: Date;
}

interface Due {
  readonly copy: number;
  readonly attempts: number;
  readonly topic: Topic;
  readonly channel: Channel;
  readonly subject: string;
  readonly body: string;
  readonly languageCode: string;
  readonly customerId: string | null;
  readonly recipient: Sealed;
  readonly createdAt: Date | string;
}

/**
 * Takes a mail that is due, for one sender. Null when another took it, or when there is nothing to send any more. A
 * sender that dies leaves the mail to whoever comes after the lease.
 */
export async function claimDelivery(tx: Transaction, notificationId: string): Promise<Delivery | null> {
  const [due] = await query<Due>(
    tx.em,
    `select copy, attempts, topic, channel, subject, body, language_code as "languageCode",
       customer_id as "customerId", recipient, created_at as "createdAt"
     from "notifications"."notification" where id = $1 and status = 'QUEUED' and due_at <= $2
     for update skip locked`,
    [notificationId, tx.now],
  );
  if (!due) return null;
  if (due.attempts >= maxAttempts) {
    const last = { notificationId, copy: due.copy, attempt: due.attempts };
    await giveUpDelivery(tx, last, 'The last sender never reported back.');
    return null;
  }
  const address = await tx.sealing.unseal<string>(tx.em, tx.tenantId, due.recipient);
  const reasonNotToSend = address === null ? 'The person was erased.' : undeliverableReason(address);
  if (address === null || reasonNotToSend !== null || (await findIsSwitchedOff(tx, due))) {
    await suppress(tx, notificationId, reasonNotToSend ?? 'The customer switched this topic off.');
    return null;
  }

  await query(tx.em, 'update "notifications"."notification" set attempts = attempts + 1, due_at = $2 where id = $1', [
    notificationId,
    leaseUntil(tx.now),
  ]);
  const [merchant] = await query<{ name: string }>(
    tx.em,
    'select name from "notifications"."merchant_copy" where tenant_id = $1',
    [tx.tenantId],
  );
  return {
    notificationId,
    copy: due.copy,
    attempt: due.attempts + 1,
    merchantName: merchant?.name ?? '',
    address,
    subject: due.subject,
    body: due.body,
    languageCode: due.languageCode,
    createdAt: new Date(due.createdAt),
  };
}

/** Whether the customer switched the topic off, also between the event and this moment. */
async function findIsSwitchedOff(tx: Transaction, { customerId, topic, channel }: Due): Promise<boolean> {
  if (customerId === null || isMandatory(topic)) return false;
  const rows = await query(
    tx.em,
    `select 1 from "notifications"."preference"
     where tenant_id = $1 and customer_id = $2 and topic = $3 and channel = $4 and not is_enabled`,
    [tx.tenantId, customerId, topic, channel],
  );
  return rows.length > 0;
}

async function suppress(tx: Transaction, notificationId: string, reason: string): Promise<void> {
  await query(
    tx.em,
    `update "notifications"."notification"
     set status = 'SUPPRESSED', due_at = null, last_error = $2 where id = $1`,
    [notificationId, reason],
  );
}
