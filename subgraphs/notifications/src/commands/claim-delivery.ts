import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { query, write } from '@ordergraph/tenancy';
import { leaseUntil, maxAttempts, undeliverableReason } from '../domain/delivery.ts';
import { isMandatory, type Topic } from '../domain/topics.ts';
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
  readonly subject: string;
  readonly body: string;
  readonly languageCode: string;
  readonly recipient: Sealed;
  readonly createdAt: Date | string;
  readonly merchantName: string;
  /** Also when the customer did so between the event and this moment. */
  readonly isSwitchedOff: boolean;
}

const takeDue = `
  select n.copy, n.attempts, n.topic, n.subject, n.body, n.language_code as "languageCode",
    n.recipient, n.created_at as "createdAt",
    coalesce((select m.name from "notifications"."merchant_copy" m where m.tenant_id = n.tenant_id), '') as "merchantName",
    exists (
      select 1 from "notifications"."preference" p
      where p.tenant_id = n.tenant_id and p.customer_id = n.customer_id and p.topic = n.topic
        and p.channel = n.channel and not p.is_enabled
    ) as "isSwitchedOff"
  from "notifications"."notification" n
  where n.id = $1 and n.status = 'QUEUED' and n.due_at <= $2
  for update of n skip locked`;

/**
 * Takes a mail that is due, for one sender. Null when another took it, or when there is nothing to send any more. A
 * sender that dies leaves the mail to whoever comes after the lease.
 */
export async function claimDelivery(tx: Transaction, notificationId: string): Promise<Delivery | null> {
  const [due] = await query<Due>(tx.em, takeDue, [notificationId, tx.now]);
  if (!due) return null;
  if (due.attempts >= maxAttempts) {
    const last = { notificationId, copy: due.copy, attempt: due.attempts };
    await giveUpDelivery(tx, last, 'The last sender never reported back.');
    return null;
  }
  const address = await tx.sealing.unseal<string>(tx.em, tx.tenantId, due.recipient);
  const reasonNotToSend = address === null ? 'The person was erased.' : undeliverableReason(address);
  if (address === null || reasonNotToSend !== null || (due.isSwitchedOff && !isMandatory(due.topic, 'EMAIL'))) {
    suppress(tx, notificationId, reasonNotToSend ?? 'The customer switched this topic off.');
    return null;
  }

  write(tx.em, 'update "notifications"."notification" set attempts = attempts + 1, due_at = $2 where id = $1', [
    notificationId,
    leaseUntil(tx.now),
  ]);
  return {
    notificationId,
    copy: due.copy,
    attempt: due.attempts + 1,
    merchantName: due.merchantName,
    address,
    subject: due.subject,
    body: due.body,
    languageCode: due.languageCode,
    createdAt: new Date(due.createdAt),
  };
}

function suppress(tx: Transaction, notificationId: string, reason: string): void {
  write(
    tx.em,
    `update "notifications"."notification"
     set status = 'SUPPRESSED', due_at = null, last_error = $2 where id = $1`,
    [notificationId, reason],
  );
}
