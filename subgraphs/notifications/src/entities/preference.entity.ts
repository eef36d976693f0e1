import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { Channel, Topic } from '../domain/topics.ts';

const PreferenceSchema = defineEntity({
  name: 'Preference',
  ...tenantTable('notifications', 'preference'),
  properties: {
    tenantId: p.uuid().primary(),
    customerId: p.uuid().primary(),
    topic: p.text().$type<Topic>().primary(),
    channel: p.text().$type<Channel>().primary(),
    isEnabled: p.boolean(),
  },
});

/** A customer's choice for one topic and channel; without a row it is on. */
export class Preference extends PreferenceSchema.class {}
PreferenceSchema.setClass(Preference);
