import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { NotificationErrorCode } from '../../generated/graphql.ts';
import { isMandatory, type Channel, type Topic } from '../domain/topics.ts';

/** What the customer wants for one topic and channel. */
export interface Choice {
  readonly topic: Topic;
  readonly channel: Channel;
  readonly isEnabled: boolean;
}

/** Changes what a customer wants to be told; pairs that are not named stay as they are. */
export async function updatePreferences(
  tx: Transaction,
  customerId: string,
  choices: readonly Choice[],
): Promise<Outcome<{ customerId: string }, NotificationErrorCode>> {
  const locked = choices.findIndex(({ topic, channel, isEnabled }) => !isEnabled && isMandatory(topic, channel));
  if (locked >= 0) {
    const message = `${choices[locked]?.topic} is mandatory and cannot be switched off.`;
    return refuse('MANDATORY', message, ['preferences', String(locked), 'isEnabled']);
  }
  const byPair = new Map(choices.map((choice) => [`${choice.topic}:${choice.channel}`, choice]));
  if (byPair.size < choices.length) {
    return refuse('INVALID', 'Name each pair of topic and channel once.', ['preferences']);
  }

  // Without a row a pair is on, so switching that on changes nothing. Sorted, so that two calls lock in one order.
  const changed = await query<{ topic: Topic; channel: Channel; isEnabled: boolean }>(
    tx.em,
    `insert into "notifications"."preference" as p (tenant_id, customer_id, topic, channel, is_enabled)
     select $1, $2, w.topic, w.channel, w."isEnabled"
     from jsonb_to_recordset($3::jsonb) as w(topic text, channel text, "isEnabled" boolean)
     where not w."isEnabled" or exists (
       select 1 from "notifications"."preference" e
       where e.tenant_id = $1 and e.customer_id = $2 and e.topic = w.topic and e.channel = w.channel)
     order by w.topic, w.channel
     on conflict (tenant_id, customer_id, topic, channel) do update set is_enabled = excluded.is_enabled
       where p.is_enabled <> excluded.is_enabled
     returning topic, channel, is_enabled as "isEnabled"`,
    [tx.tenantId, customerId, JSON.stringify([...byPair.values()])],
  );
  if (changed.length > 0) {
    const pairs = (isEnabled: boolean): string[] =>
      changed.filter((pair) => pair.isEnabled === isEnabled).map(({ topic, channel }) => `${topic}:${channel}`);
    tx.publish('NotificationPreferencesChanged', { customerId, enabled: pairs(true), disabled: pairs(false) });
  }
  return done({ customerId });
}
