import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const CarrierWebhookSchema = defineEntity({
  name: 'CarrierWebhook',
  ...tenantTable('logistics', 'carrier_webhook', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    carrierCode: p.text(),
    webhookId: p.text(),
    // As it came; null once it was worked through, since it is full of positions.
    body: p.text().nullable(),
    receivedAt: p.datetime(3),
    attempts: p.integer(),
    // When it is worked through (again); null when there is nothing left to do.
    dueAt: p.datetime(3).nullable(),
    // When it was given up: it is kept with its body until a person sees to it.
    givenUpAt: p.datetime(3).nullable(),
    problem: p.text().nullable(),
  },
  uniques: [{ properties: ['tenantId', 'carrierCode', 'webhookId'] }],
  indexes: [
    {
      name: 'carrier_webhook_done_index',
      properties: ['receivedAt'],
      expression:
        'create index "carrier_webhook_done_index" on "logistics"."carrier_webhook" ("received_at") where "due_at" is null and "given_up_at" is null',
    },
    {
      name: 'carrier_webhook_tenant_done_index',
      properties: ['tenantId', 'receivedAt'],
      expression:
        'create index "carrier_webhook_tenant_done_index" on "logistics"."carrier_webhook" ("tenant_id", "received_at") where "due_at" is null and "given_up_at" is null',
    },
    {
      name: 'carrier_webhook_due_index',
      properties: ['dueAt', 'id'],
      expression:
        'create index "carrier_webhook_due_index" on "logistics"."carrier_webhook" ("due_at", "id") where "due_at" is not null',
    },
  ],
});

/** What a carrier sent. Its id is remembered for a day, so that sending it again has no effect: signatures hold five minutes. */
export class CarrierWebhook extends CarrierWebhookSchema.class {}
CarrierWebhookSchema.setClass(CarrierWebhook);
