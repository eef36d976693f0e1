import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { query } from '@ordergraph/tenancy';
import { chooseTemplate, type OwnTemplate } from '../domain/built-in-templates.ts';
import { languageChain } from '../domain/languages.ts';
import { orderValues, type OccasionFacts, type OrderFacts } from '../domain/order-values.ts';
import { render } from '../domain/template.ts';
import type { Channel, Topic } from '../domain/topics.ts';
import { writeDown } from './write-down.ts';

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

/** Writes down that the customer is told, in the words of this moment, once per event. */
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
  const { merchantName, ownTemplates, ownInboxTemplates } = situation;
  const values = orderValues(situation, merchantName, numbersLike, occasion);
  await writeDown(tx, {
    ...situation,
    topic,
    channel,
    orderId,
    causedByEventId,
    words: render(template, values),
    languageCode,
    merchantName,
    isWantedByStaff: occasion.isWantedByStaff !== false,
    inbox() {
      const chosen = chooseTemplate(topic, chain, ownInboxTemplates ?? ownTemplates ?? []);
      return { ...render(chosen.template, values), languageCode: chosen.languageCode };
    },
  });
}
