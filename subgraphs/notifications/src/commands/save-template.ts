import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import type { NotificationErrorCode } from '../../generated/graphql.ts';
import { canonicalLanguage } from '../domain/languages.ts';
import { unknownVariables } from '../domain/template.ts';
import { variablesOf, type Channel, type Topic } from '../domain/topics.ts';
import { Template } from '../entities/template.entity.ts';

/** A merchant's words as a command takes them. */
export interface TemplateWords {
  readonly topic: Topic;
  readonly channel: Channel;
  readonly languageCode: string;
  readonly subject: string;
  readonly body: string;
  readonly expectedVersion: number | null;
}

const longestSubject = 200;
const longestBody = 20_000;

/** Sets the merchant's words for one topic, channel and language. The same words again are no new version. */
export async function saveTemplate(
  tx: Transaction,
  words: TemplateWords,
): Promise<Outcome<{ templateId: string }, NotificationErrorCode>> {
  const { topic, channel, subject, body, expectedVersion } = words;
  const languageCode = canonicalLanguage(words.languageCode);
  if (languageCode === null) return refuse('INVALID', `${words.languageCode} is not a language tag.`, ['languageCode']);
  const tooLong = lengthRefusal('subject', subject, longestSubject) ?? lengthRefusal('body', body, longestBody);
  if (tooLong) return tooLong;
  const [unknown] = unknownVariables({ subject, body }, variablesOf(topic));
  if (unknown !== undefined) {
    const message = `${topic} has no variable \`${unknown}\`; it offers ${variablesOf(topic).join(', ')}.`;
    return refuse('TEMPLATE_INVALID', message, [subject.includes(unknown) ? 'subject' : 'body']);
  }

  const key = { topic, channel, languageCode };
  const present = await tx.em.findOne(Template, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (expectedVersion !== null && expectedVersion !== (present?.version ?? 0)) {
    const message = `The template has version ${present?.version ?? 0}, not ${expectedVersion}. Read it again.`;
    return refuse('VERSION_MISMATCH', message, ['expectedVersion']);
  }
  if (present?.subject === subject && present.body === body) return done({ templateId: present.id });
  const [saved] = await query<{ id: string }>(
    tx.em,
    `insert into "notifications"."template" as t
       (id, tenant_id, topic, channel, language_code, subject, body, updated_by, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, 1)
     on conflict (tenant_id, topic, channel, language_code) do update set subject = excluded.subject,
       body = excluded.body, updated_by = excluded.updated_by, version = t.version + 1
       where t.version = $9
     returning id`,
    [
      newId(),
      tx.tenantId,
      topic,
      channel,
      languageCode,
      subject,
      body,
      JSON.stringify(tx.actor),
      present?.version ?? null,
    ],
  );
  // Somebody else wrote the first version between the look and the insert.
  if (!saved) return refuse('VERSION_MISMATCH', 'The template was written by somebody else just now. Read it again.');
  tx.publish('NotificationTemplateChanged', { templateId: saved.id, topic, channel, languageCode });
  return done({ templateId: saved.id });
}

function lengthRefusal(field: 'subject' | 'body', text: string, longest: number) {
  if (text.trim().length > 0 && text.length <= longest) return null;
  return refuse('INVALID', `The ${field} has 1 to ${longest} characters, got ${text.trim() ? text.length : 0}.`, [
    field,
  ]);
}
