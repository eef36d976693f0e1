import type { Transaction } from '@ordergraph/events';
import type { Sealed } from '@ordergraph/sealing';
import { query } from '@ordergraph/tenancy';
import { chooseTemplate, type OwnTemplate } from '../domain/built-in-templates.ts';
import { languageChain } from '../domain/languages.ts';
import { pointsValues, type PointsNews } from '../domain/points-values.ts';
import { render } from '../domain/template.ts';
import type { Channel } from '../domain/topics.ts';
import { writeDown } from './write-down.ts';

interface Situation {
  readonly recipient: Sealed | null;
  readonly customerLanguage: string | null;
  readonly isSwitchedOff: boolean;
  readonly isInboxSwitchedOff: boolean;
  readonly merchantName: string;
  readonly merchantLanguage: string | null;
  readonly ownTemplates: readonly OwnTemplate[] | null;
  /** Without its own words the inbox has those of the mail. */
  readonly ownInboxTemplates: readonly OwnTemplate[] | null;
  readonly isToldAlready: boolean;
}

// Two that tell of the same event come one after the other, and the second sees what the first wrote.
const lockCustomer = 'select 1 from "notifications"."customer_copy" where id = $1 for update';

// The address book's entry, or the address of the order that it is about.
const findSituation = `
  select coalesce(c.email, o.email) as recipient, c.language_code as "customerLanguage", m.name as "merchantName",
    m.language_code as "merchantLanguage",
    exists (
      select 1 from "notifications"."preference" p
      where p.tenant_id = $6 and p.customer_id = $1 and p.topic = $2 and p.channel = $3 and not p.is_enabled
    ) as "isSwitchedOff",
    exists (
      select 1 from "notifications"."preference" p
      where p.tenant_id = $6 and p.customer_id = $1 and p.topic = $2 and p.channel = 'IN_APP' and not p.is_enabled
    ) as "isInboxSwitchedOff",
    (
      select jsonb_agg(jsonb_build_object('languageCode', t.language_code, 'subject', t.subject, 'body', t.body))
      from "notifications"."template" t
      where t.tenant_id = $6 and t.topic = $2 and t.channel = $3
    ) as "ownTemplates",
    (
      select jsonb_agg(jsonb_build_object('languageCode', t.language_code, 'subject', t.subject, 'body', t.body))
      from "notifications"."template" t
      where t.tenant_id = $6 and t.topic = $2 and t.channel = 'IN_APP'
    ) as "ownInboxTemplates",
    exists (
      select 1 from "notifications"."notification" n
      where n.tenant_id = $6 and n.caused_by_event_id = $4 and n.topic = $2 and n.channel = $3
    ) as "isToldAlready"
  from "notifications"."merchant_copy" m
  left join "notifications"."customer_copy" c on c.id = $1
  left join "notifications"."order_copy" o on o.id = $5
  where m.tenant_id = $6`;

/** Tells a customer about their points, once per event. */
export async function notifyAboutPoints(
  tx: Transaction,
  news: PointsNews,
  {
    customerId,
    orderId = null,
    causedByEventId,
  }: { customerId: string; orderId?: string | null; causedByEventId: string },
): Promise<void> {
  const channel: Channel = 'EMAIL';
  const { topic } = news;
  const [, [situation]] = await Promise.all([
    query(tx.em, lockCustomer, [customerId]),
    query<Situation>(tx.em, findSituation, [customerId, topic, channel, causedByEventId, orderId, tx.tenantId]),
  ]);
  // Both come from other publishers, so they may be on their way.
  if (!situation) throw new Error('The merchant is not known yet; expected MerchantCreated.');
  const { recipient, merchantName } = situation;
  if (!recipient) throw new Error(`Customer ${customerId} is not known yet; expected CustomerCreated.`);
  if (situation.isToldAlready) return;

  const chain = languageChain([situation.customerLanguage, situation.merchantLanguage]);
  const { template, languageCode } = chooseTemplate(topic, chain, situation.ownTemplates ?? []);
  const numbersLike = chain.find((tag) => tag.startsWith(`${languageCode}-`)) ?? languageCode;
  const values = pointsValues(news, merchantName, numbersLike);
  await writeDown(tx, {
    topic,
    channel,
    customerId,
    orderId,
    causedByEventId,
    words: render(template, values),
    languageCode,
    recipient,
    merchantName,
    isSwitchedOff: situation.isSwitchedOff,
    isInboxSwitchedOff: situation.isInboxSwitchedOff,
    isWantedByStaff: true,
    inbox() {
      const own = situation.ownInboxTemplates ?? situation.ownTemplates ?? [];
      const chosen = chooseTemplate(topic, chain, own);
      return { ...render(chosen.template, values), languageCode: chosen.languageCode };
    },
  });
}
