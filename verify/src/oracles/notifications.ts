import type { Oracle } from '../oracle.ts';

// What is told by its event, once; a refund may come more often than once.
const told = `('OrderConfirmed', 'OrderFailed', 'OrderCancelled', 'OrderRefunded')`;

/** Mails: each names its event, and each event is told once. */
export const notifications: readonly Oracle[] = [
  {
    name: 'an-event-is-told-once',
    invariants: ['I2', 'D6'],
    sentence: 'An event leads to one notification per topic and channel.',
    sql: () => `select tenant_id as tenant, 'event ' || caused_by_event_id as subject, count(*) || ' of ' || topic as found
      from notifications.notification group by tenant_id, caused_by_event_id, topic, channel having count(*) > 1`,
  },
  {
    name: 'an-order-ends-in-one-mail',
    invariants: ['I2'],
    sentence: 'A customer hears once that an order was confirmed, that it failed, that it was cancelled.',
    sql: () => `select tenant_id as tenant, 'order ' || order_id as subject, count(distinct caused_by_event_id) || ' events for ' || topic as found
      from notifications.notification where topic in ('ORDER_CONFIRMED', 'ORDER_FAILED', 'ORDER_CANCELLED')
      group by tenant_id, order_id, topic, channel having count(distinct caused_by_event_id) > 1`,
  },
  {
    name: 'no-event-no-mail',
    invariants: ['I2'],
    sentence: 'A notification names an event that was published to the same tenant.',
    sql: ({
      subgraphs,
    }) => `select n.tenant_id as tenant, 'notification ' || n.id as subject, n.topic || ' of an unknown event' as found
      from notifications.notification n where not exists (
        ${subgraphs.map((name) => `select from "${name}".outbox o where o.event_id = n.caused_by_event_id and o.tenant_id = n.tenant_id`).join(' union all ')})`,
  },
  {
    name: 'no-event-without-its-mail',
    invariants: ['I1'],
    sentence:
      'Every order that was confirmed, failed, cancelled or refunded has its notification, sent or not for a written reason.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'event ' || o.event_id as subject, o.type || ' of ' || o.aggregate_id || ' told nobody' as found
      from orders.outbox o
      left join notifications.notification n on n.tenant_id = o.tenant_id and n.caused_by_event_id = o.event_id
      where o.type in ${told} and n.id is null and not exists (
        select from notifications.parked_event k
        where k.tenant_id = o.tenant_id and k.publisher = 'orders' and k.aggregate_id = o.aggregate_id and k.sequence <= o.sequence)`,
  },
  {
    name: 'a-mail-is-sent-once',
    invariants: ['I2', 'D6'],
    sentence: 'A notification is reported as sent once per copy, and SENT only if it was.',
    sql: () => `select n.tenant_id as tenant, 'notification ' || n.id as subject,
        n.status || ', copy ' || n.copy || ', reported ' || coalesce(e.times, 0) || ' times' as found
      from notifications.notification n
      left join (select tenant_id, aggregate_id, count(*) as times from notifications.outbox
        where type = 'NotificationSent' group by 1, 2) e on e.tenant_id = n.tenant_id and e.aggregate_id = n.id
      where coalesce(e.times, 0) > n.copy or (n.channel = 'EMAIL' and n.status = 'SENT' and coalesce(e.times, 0) = 0)`,
  },
  {
    name: 'mails-leave-in-time',
    invariants: ['I1'],
    sentence: 'A queued mail is taken by a sender within a minute of being due.',
    settles: true,
    sql: () => `select tenant_id as tenant, 'notification ' || id as subject, topic || ' due at ' || due_at as found
      from notifications.notification where status = 'QUEUED' and due_at < now() - interval '1 minute'`,
  },
];
