import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/** What the sandbox decides when an event comes due, before it tells of it. */
export type SandboxDecision = 'AUTHORIZE' | 'DECLINE' | 'SETTLE' | 'REVERSE';

const SandboxEventSchema = defineEntity({
  name: 'SandboxEvent',
  ...tenantTable('payments', 'sandbox_event', { relay: 'update' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    // The same for two deliveries of one event.
    eventId: p.uuid(),
    type: p.text(),
    key: p.text(),
    decision: p.text().$type<SandboxDecision>().strictNullable(),
    dueAt: p.datetime(3),
    attempts: p.integer(),
    deliveredAt: p.datetime(3).strictNullable(),
  },
  indexes: [
    {
      name: 'sandbox_event_due_index',
      properties: ['dueAt'],
      expression: `create index "sandbox_event_due_index" on "payments"."sandbox_event" ("due_at") where delivered_at is null`,
    },
  ],
});

/** A webhook that the sandbox has yet to send, or has sent. */
export class SandboxEvent extends SandboxEventSchema.class {}
SandboxEventSchema.setClass(SandboxEvent);
