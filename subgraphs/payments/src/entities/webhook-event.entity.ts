import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const WebhookEventSchema = defineEntity({
  name: 'WebhookEvent',
  ...tenantTable('payments', 'webhook_event'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    gateway: p.text(),
    eventId: p.text(),
    type: p.text(),
    key: p.text(),
    receivedAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'gateway', 'eventId'] }],
});

/** A provider's message as it came in. It is a hint where to look, never the truth itself. */
export class WebhookEvent extends WebhookEventSchema.class {}
WebhookEventSchema.setClass(WebhookEvent);
