import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Actor } from '@ordergraph/events';
import { tenantTable } from '@ordergraph/tenancy';
import type { Channel, Topic } from '../domain/topics.ts';

const TemplateSchema = defineEntity({
  name: 'Template',
  ...tenantTable('notifications', 'template'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    topic: p.text().$type<Topic>(),
    channel: p.text().$type<Channel>(),
    languageCode: p.text(),
    subject: p.text(),
    body: p.text(),
    updatedBy: p.json<Actor>(),
    version: p.integer(),
  },
  uniques: [{ properties: ['tenantId', 'topic', 'channel', 'languageCode'] }],
});

/** The merchant's own words for one topic, channel and language. */
export class Template extends TemplateSchema.class {}
TemplateSchema.setClass(Template);
