import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { newId, query, write } from '@ordergraph/tenancy';
import { chooseTemplate, type OwnTemplate } from '../domain/built-in-templates.ts';
import { leaseUntil, undeliverableReason } from '../domain/delivery.ts';
import { languageChain } from '../domain/languages.ts';
import { orderValues, type OccasionFacts, type OrderFacts } from '../domain/order-values.ts';
import { render } from '../domain/template.ts';
import { isMandatory, type Channel, type Topic } from '../domain/topics.ts';
import { Senders } from '../mail/senders.ts';
import type { Delivery } from './claim-delivery.ts';
import { putIntoInbox } from './put-into-inbox.ts';

/** An event that a customer is told about. */
export interface Occasion extends OccasionFacts {
  readonly topic: Topic;
  readonly orderId: string;
  readonly causedByEventId: string;
  /** False when staff chose not to tell the customer. */
  readonly isWantedByStaff?: boolean;
}

interface Situation extends OrderFacts {
  readonly customerId: string | null;
  /** The order's address, or the customer's own when it was changed after the order. */
  readonly recipient: Sealed;
  readonly customerLanguage: string | null;
  readonly isSwitchedOff: boolean;
  readonly isInboxSwitchedOff: boolean;
  readonly merchantName: string | null;
  readonly merchantLanguage: string | null;
  readonly ownTemplates: readonly OwnTemplate[] | null;
  /** Without its own words the inbox has those of the mail. */
  readonly ownInboxTemplates: readonly OwnTemplate[] | null;
  readonly isToldAlready: boolean;
}

// Two that tell of the same event come one after the other, and the second sees what the first wrote.
const lockOrder = 'select 1 from "notifications"."order_copy" where id = $1 for update';

// All that the words depend on in one statement: an import sends tens of thousands of orders through here.
const findSituation = `
  select o.number, o.lines, o.totals, o.customer_id as "customerId",
    case when c.email_changed_at > o.created_at then c.email else o.email end as "recipient",
    c.language_code as "customerLanguage", m.name as "merchantName", m.language_code as "merchantLanguage",
    exists (
      select 1 from "notifications"."preference" p
      where p.tenant_id = o.tenant_id and p.customer_id = o.customer_id and p.topic = $2 and p.channel = $3
        and not p.is_enabled
    ) as "isSwitchedOff",
    exists (
      select 1 from "notifications"."preference" p
      where p.tenant_id = o.tenant_id and p.customer_id = o.customer_id and p.topic = $2 and p.channel = 'IN_APP'
        and not p.is_enabled
    ) as "isInboxSwitchedOff",
    (
      select jsonb_agg(jsonb_build_object('languageCode', t.language_code, 'subject', t.subject, 'body', t.body))
      from "notifications"."template" t
      where t.tenant_id = o.tenant_id and t.topic = $2 and t.channel = $3
    ) as "ownTemplates",
    (
      select jsonb_agg(jsonb_build_object('languageCode', t.language_code, 'subject', t.subject, 'body', t.body))
      from "notifications"."template" t
      where t.tenant_id = o.tenant_id and t.topic = $2 and t.channel = 'IN_APP'
    ) as "ownInboxTemplates",
    exists (
      select 1 from "notifications"."notification" n
      where n.tenant_id = o.tenant_id and n.caused_by_event_id = $4 and n.topic = $2 and n.channel = $3
    ) as "isToldAlready"
  from "notifications"."order_copy" o
  left join "notifications"."merchant_copy" m on m.tenant_id = o.tenant_id
  left join "notifications"."customer_copy" c on c.id = o.customer_id
  where o.id = $1`;

const insertNotification = `
  insert into "notifications"."notification" (id, tenant_id, topic, channel, status, subject, body, language_code,
    customer_id, order_id, recipient, caused_by_event_id, copy, attempts, due_at, last_error, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, 1, $13, $14, $15, $16)`;

/**
 * Writes down that the customer is told, in the words of this moment, once per event. It is sent after the commit,
 * by this process where that has a sender to spare, unless there is a reason not to, which then stands beside it.
 */
export async function notifyAboutOrder(tx: Transaction, occasion: Occasion): Promise<void> {
  const channel: Channel = 'EMAIL';
  const { topic, orderId, causedByEventId } = occasion;
  const [, [situation]] = await Promise.all([
    query(tx.em, lockOrder, [orderId]),
    query<Situation>(tx.em, findSituation, [orderId, topic, channel, causedByEventId]),
  ]);
  // Both come from other publishers than some of the events here, so they may be on their way.
  if (!situation) throw new Error(`Order ${orderId} is not known yet; expected OrderCreated before ${topic}.`);
  if (situation.merchantName === null) throw new Error('The merchant is not known yet; expected MerchantCreated.');
  if (situation.isToldAlready) return;

  const chain = languageChain([situation.customerLanguage, situation.merchantLanguage]);
  const { template, languageCode } = chooseTemplate(topic, chain, situation.ownTemplates ?? []);
  // `de-AT` customers read the German words with Austrian numbers.
  const numbersLike = chain.find((tag) => tag.startsWith(`${languageCode}-`)) ?? languageCode;
  const words = render(template, orderValues(situation, situation.merchantName, numbersLike, occasion));
  const { address, reasonNotToSend } = await findAddress(tx, situation, occasion);
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
    situation.customerId,
    orderId,
    JSON.stringify(situation.recipient),
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
    customerId: situation.customerId,
    orderId,
    causedByEventId,
    isSuppressed: address === null,
  });
  // Where no mail could ever arrive there is nobody to look into an inbox either.
  const isReachable = address !== null || (situation.isSwitchedOff && occasion.isWantedByStaff !== false);
  if (situation.customerId !== null && isReachable && !situation.isInboxSwitchedOff) {
    const { ownTemplates, ownInboxTemplates } = situation;
    const chosen = chooseTemplate(topic, chain, ownInboxTemplates ?? ownTemplates ?? []);
    const values = orderValues(situation, situation.merchantName, numbersLike, occasion);
    putIntoInbox(tx, {
      ...render(chosen.template, values),
      topic,
      customerId: situation.customerId,
      orderId,
      languageCode: chosen.languageCode,
      recipient: situation.recipient,
      causedByEventId,
    });
  }
  if (address === null) return;
  if (!senders) return tx.wake('task:deliveries');
  const { merchantName } = situation;
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
  { recipient, isSwitchedOff }: Situation,
  { topic, isWantedByStaff = true }: Occasion,
): Promise<Destination> {
  if (!isWantedByStaff) return nowhere('Staff chose not to tell the customer.');
  if (isSwitchedOff && !isMandatory(topic, 'EMAIL')) return nowhere('The customer switched this topic off.');
  const address = await tx.sealing.unseal<string>(tx.em, tx.tenantId, recipient);
  if (address === null) return nowhere('The person was erased.');
  const reason = undeliverableReason(address);
  return reason === null ? { address, reasonNotToSend: null } : nowhere(reason);
}
