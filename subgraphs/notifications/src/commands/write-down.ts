import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { newId, write } from '@ordergraph/tenancy';
import { leaseUntil, undeliverableReason } from '../domain/delivery.ts';
import type { Template } from '../domain/template.ts';
import { isMandatory, type Channel, type Topic } from '../domain/topics.ts';
import { Senders } from '../mail/senders.ts';
import type { Delivery } from './claim-delivery.ts';
import { putIntoInbox } from './put-into-inbox.ts';

/** Words for a customer, and where they would go. */
export interface ToldWords {
  readonly topic: Topic;
  readonly channel: Channel;
  readonly customerId: string | null;
  readonly orderId: string | null;
  readonly causedByEventId: string;
  readonly words: Template;
  readonly languageCode: string;
  readonly recipient: Sealed;
  readonly merchantName: string;
  readonly isSwitchedOff: boolean;
  readonly isInboxSwitchedOff: boolean;
  /** The words of the inbox, for those who have one. */
  inbox(): Template & { readonly languageCode: string };
  /** False when staff chose not to tell the customer. */
  readonly isWantedByStaff: boolean;
}

const insertNotification = `
  insert into "notifications"."notification" (id, tenant_id, topic, channel, status, subject, body, language_code,
    customer_id, order_id, recipient, caused_by_event_id, copy, attempts, due_at, last_error, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, 1, $13, $14, $15, $16)`;

/**
 * Writes a notification down. It is sent after the commit, by this process where that has a sender to spare, unless there is
 * a reason not to, which then stands beside it.
 */
export async function writeDown(tx: Transaction, told: ToldWords): Promise<void> {
  const { topic, channel, words, languageCode, orderId, causedByEventId } = told;
  const { address, reasonNotToSend } = await findAddress(tx, told);
  const senders = address === null ? null : Senders.free(tx.em);

  const notificationId = newId();
  write(tx.em, insertNotification, [
    notificationId,
    tx.tenantId,
    topic,
    channel,
    address === null ? 'SUPPRESSED' : 'QUEUED',
    words.subject,
    words.body,
    languageCode,
    told.customerId,
    orderId,
    JSON.stringify(told.recipient),
    causedByEventId,
    // What is handed over is the first attempt already, under a lease as if it had been claimed.
    senders ? 1 : 0,
    address === null ? null : senders ? leaseUntil(tx.now) : tx.now,
    reasonNotToSend,
    tx.now,
  ]);
  tx.publish('NotificationQueued', {
    notificationId,
    topic,
    channel,
    customerId: told.customerId,
    orderId,
    causedByEventId,
    isSuppressed: address === null,
  });
  // Where no mail could ever arrive there is nobody to look into an inbox either.
  const isReachable = address !== null || (told.isSwitchedOff && told.isWantedByStaff);
  const { customerId, recipient } = told;
  if (customerId !== null && isReachable && !told.isInboxSwitchedOff) {
    putIntoInbox(tx, { ...told.inbox(), topic, customerId, orderId, recipient, causedByEventId });
  }
  if (address === null) return;
  if (!senders) return tx.wake('task:deliveries');
  const { merchantName } = told;
  const delivery: Delivery = {
    ...words,
    notificationId,
    copy: 1,
    attempt: 1,
    merchantName,
    address,
    languageCode,
    createdAt: tx.now,
  };
  tx.afterCommit(() => senders.handOver(tx.tenantId, delivery));
}

/** Where the mail goes, or why it goes nowhere. */
type Destination =
  | { readonly address: string; readonly reasonNotToSend: null }
  | { readonly address: null; readonly reasonNotToSend: string };

const nowhere = (reasonNotToSend: string): Destination => ({ address: null, reasonNotToSend });

async function findAddress(
  tx: Transaction,
  { topic, recipient, isSwitchedOff, isWantedByStaff }: ToldWords,
): Promise<Destination> {
  if (!isWantedByStaff) return nowhere('Staff chose not to tell the customer.');
  if (isSwitchedOff && !isMandatory(topic, 'EMAIL')) return nowhere('The customer switched this topic off.');
  const address = await tx.sealing.unseal<string>(tx.em, tx.tenantId, recipient);
  if (address === null) return nowhere('The person was erased.');
  const reason = undeliverableReason(address);
  return reason === null ? { address, reasonNotToSend: null } : nowhere(reason);
}
