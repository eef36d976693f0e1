/**
 * One violation for each oracle of `npm run verify`, as SQL for a superuser on a shop that sold, refunded and cancelled.
 * Each is made so that nothing but its oracle can see it: where a number is wrong, its sums are put right elsewhere.
 */
export const plantedViolations: Readonly<Record<string, string>> = {
  // Messages
  'facts-are-published': `update orders.outbox set published_at = null, created_at = now() - interval '5 minutes'
    where id = (select min(id) from orders.outbox)`,
  // A message that payments does not handle: no effect is ahead of the mark.
  'facts-arrive': `with last as (
      select m.tenant_id, m.aggregate_id from payments.consumer_mark m
      join orders.outbox o on o.tenant_id = m.tenant_id and o.aggregate_id = m.aggregate_id and o.sequence = m.sequence
      where m.publisher = 'orders' and m.sequence > 1
        and not exists (select from payments.inbox i where i.tenant_id = o.tenant_id and i.event_id = o.event_id) limit 1
    ) update payments.consumer_mark m set sequence = m.sequence - 1 from last l
    where m.tenant_id = l.tenant_id and m.publisher = 'orders' and m.aggregate_id = l.aggregate_id`,
  'parked-messages-are-retried': `insert into orders.parked_event
      (id, tenant_id, publisher, aggregate_id, sequence, type, envelope, state, attempts, next_attempt_at)
    select gen_random_uuid(), tenant_id, publisher, aggregate_id, sequence + 1, 'X', '{}', 'FAILED', 1, now() - interval '1 hour'
    from orders.consumer_mark limit 1`,
  'effects-have-a-fact': `insert into orders.inbox (tenant_id, event_id, publisher)
    select tenant_id, gen_random_uuid(), 'inventory' from orders.consumer_mark limit 1`,
  'effects-happen-once': `alter table orders.inbox drop constraint inbox_pkey;
    insert into orders.inbox select * from orders.inbox limit 1`,
  'a-message-has-its-consequences-once': `with again as (
      insert into inventory.outbox
        (event_id, tenant_id, aggregate_id, sequence, type, version, payload, occurred_at, correlation_id, causation_id, actor_type, classification, published_at)
      select gen_random_uuid(), o.tenant_id, o.aggregate_id, s.sequence + 1, o.type, o.version, o.payload, now(), o.correlation_id,
        o.causation_id, 'SYSTEM', o.classification, now()
      from inventory.outbox o join inventory.outbox_sequence s on s.tenant_id = o.tenant_id and s.aggregate_id = o.aggregate_id
      where o.id = (select max(id) from inventory.outbox where type = 'InventoryUpdated' and causation_id is not null) returning *
    ) update inventory.outbox_sequence s set sequence = a.sequence from again a where s.tenant_id = a.tenant_id and s.aggregate_id = a.aggregate_id`,
  'outboxes-have-no-gaps': `delete from inventory.outbox
    where id = (select min(id) from inventory.outbox where type = 'InventoryUpdated')`,
  'marks-follow-their-publisher': `update orders.consumer_mark set sequence = sequence + 1
    where publisher = 'inventory' and aggregate_id = (select aggregate_id from orders.consumer_mark where publisher = 'inventory' limit 1)`,
  // Parked, so that the message is not lost: only applied before its time.
  'effects-follow-the-mark': `with early as (
      select m.tenant_id, m.publisher, m.aggregate_id, m.sequence from orders.consumer_mark m
      join inventory.outbox o on o.tenant_id = m.tenant_id and o.aggregate_id = m.aggregate_id and o.sequence = m.sequence
      join orders.inbox i on i.tenant_id = o.tenant_id and i.event_id = o.event_id
      where m.publisher = 'inventory' limit 1
    ), parked as (
      insert into orders.parked_event (id, tenant_id, publisher, aggregate_id, sequence, type, envelope, state, attempts, next_attempt_at)
      select gen_random_uuid(), tenant_id, publisher, aggregate_id, sequence, 'X', '{}', 'EARLY', 0, now() + interval '1 hour' from early
    ) update orders.consumer_mark m set sequence = m.sequence - 1 from early e
    where m.tenant_id = e.tenant_id and m.publisher = e.publisher and m.aggregate_id = e.aggregate_id`,

  // Sagas
  'sagas-keep-their-deadlines': `update orders.saga set status = 'RUNNING', state = jsonb_set(state, '{status}', '"RUNNING"'),
      finished_at = null, deadline_at = now() - interval '1 hour'
    where id = (select s.id from orders.saga s join orders."order" o on o.id = s.order_id
      where s.kind = 'PLACE' and o.status = 'CONFIRMED' limit 1)`,
  'sagas-have-a-timer': `update orders.saga set status = 'RUNNING', state = jsonb_set(state, '{status}', '"RUNNING"'),
      finished_at = null, deadline_at = null
    where id = (select s.id from orders.saga s join orders."order" o on o.id = s.order_id
      where s.kind = 'PLACE' and o.status = 'CONFIRMED' limit 1)`,
  'sagas-end-as-they-say': `update orders.saga set status = 'COMPENSATED'
    where id = (select id from orders.saga where kind = 'CHECKOUT' and status = 'COMPLETED' limit 1)`,
  'orders-agree-with-their-saga': `insert into orders.saga
    select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).*
    from orders.saga s join orders."order" o on o.id = s.order_id where s.kind = 'PLACE' and o.status = 'CONFIRMED' limit 1`,
  'cancelled-orders-were-cancelled': `insert into orders.saga
    select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'order_id', o.id))).*
    from orders.saga s join orders."order" o on o.tenant_id = s.tenant_id
    where s.kind = 'CANCEL' and s.status = 'COMPLETED' and o.status = 'CONFIRMED' limit 1`,
  'standing-orders-have-their-stock': `update orders.order_line set quantity = quantity + 1
    where id = (select l.id from orders.order_line l join orders."order" o on o.id = l.order_id where o.status = 'CONFIRMED' limit 1)`,
  'standing-orders-are-paid': `update orders."order" set grand_total_minor = grand_total_minor + 1, shipping_minor = shipping_minor + 1
    where id = (select id from orders."order" where status = 'CONFIRMED' limit 1)`,
  'undone-orders-keep-no-money': `with gone as (select id from orders."order" where status = 'CANCELLED' limit 1),
      moved as (update payments.journal set order_id = null where kind = 'REFUND' and order_id in (select id from gone))
    update orders."order" set refunded_minor = 0 where id in (select id from gone)`,
  'undone-orders-keep-no-authorisation': `update payments.sandbox_charge c set status = 'AUTHORIZED', is_closed = false
    from payments.payment p join orders."order" o on o.id = p.order_id
    where o.status = 'CANCELLED' and c.key = p.charge_key`,
  'undone-orders-keep-no-stock': `with gone as (select * from orders."order" where status = 'FAILED' limit 1),
    level as (select l.* from inventory.level l join gone g on g.tenant_id = l.tenant_id limit 1),
    held as (
      insert into inventory.reservation (id, tenant_id, cart_id, order_id, level_id, variant_id, location_id, quantity, status, expires_at, created_at)
      select gen_random_uuid(), l.tenant_id, g.cart_id, g.id, l.id, l.variant_id, l.location_id, 1, 'HELD', now() + interval '1 hour', now()
      from level l, gone g returning *
    ), moved as (
      insert into inventory.movement (id, tenant_id, level_id, variant_id, location_id, kind, delta_on_hand, delta_reserved, delta_allocated,
        available_after, actor_type, cart_id, reservation_id, occurred_at)
      select gen_random_uuid(), tenant_id, level_id, variant_id, location_id, 'RESERVED', 0, 1, 0, 5, 'SYSTEM', cart_id, id, now() from held
    ) update inventory.level set reserved = reserved + 1 where id in (select level_id from held)`,
  'refund-sagas-agree-with-payments': `update orders.saga set state = jsonb_set(state, '{facts,amount,amount}', '"0.01"')
    where id = (select id from orders.saga where kind = 'REFUND' and status = 'COMPLETED' limit 1)`,
  'refund-sagas-agree-with-stock': `update orders.saga set state = jsonb_set(state, '{facts,lines,0,quantity}', '2')
    where id = (select id from orders.saga where kind = 'REFUND' and state->'facts'->'lines'->0->>'disposition' = 'RESTOCK' limit 1)`,

  // Orders
  'a-key-places-one-order': `insert into orders.idempotency_key
    select (jsonb_populate_record(k, '{"key":"another"}')).* from orders.idempotency_key k where operation = 'orderPlace' limit 1`,
  'a-call-is-settled': `insert into customers.idempotency_key (tenant_id, actor, operation, key, fingerprint)
    select tenant_id, 'a', 'customerCreate', 'k', 'f' from accounts.merchant limit 1`,
  'a-cart-becomes-one-order': `update orders."order" o set cart_id = p.cart_id from orders."order" p
    where o.status = 'CONFIRMED' and p.status = 'CONFIRMED' and o.tenant_id = p.tenant_id and o.id < p.id`,
  'totals-add-up': `update orders."order" set subtotal_minor = subtotal_minor + 1 where id = (select id from orders."order" limit 1)`,
  'line-taxes-add-up': `update orders.order_line set tax_lines = jsonb_set(tax_lines, '{0,minor}', '"1"')
    where id = (select id from orders.order_line limit 1)`,
  'refunds-stay-within-the-order': `update orders.order_line set refunded_quantity = quantity + 1
    where id = (select id from orders.order_line limit 1)`,
  'timelines-have-no-gaps': `update orders.timeline_event set sequence = sequence + 1 where id = (
    select id from orders.timeline_event order by sequence desc limit 1)`,
  'order-numbers-have-no-gaps': `update orders.order_counter set last_number = last_number + 1`,
  // Every consumer takes the second one as well.
  'an-order-is-told-once': `insert into orders.outbox
      (event_id, tenant_id, aggregate_id, sequence, type, version, payload, occurred_at, correlation_id, actor_type, classification, published_at)
    select gen_random_uuid(), o.tenant_id, o.aggregate_id, s.sequence + 1, o.type, o.version, o.payload, now(), o.correlation_id,
      'SYSTEM', o.classification, now()
    from orders.outbox o join orders.outbox_sequence s on s.tenant_id = o.tenant_id and s.aggregate_id = o.aggregate_id
    where o.id = (select min(id) from orders.outbox where type = 'OrderCreated');
    with twice as (select tenant_id, aggregate_id from orders.outbox where type = 'OrderCreated' group by 1, 2 having count(*) > 1),
      a as (update payments.consumer_mark m set sequence = sequence + 1 from twice t where m.publisher = 'orders' and m.aggregate_id = t.aggregate_id),
      b as (update notifications.consumer_mark m set sequence = sequence + 1 from twice t where m.publisher = 'orders' and m.aggregate_id = t.aggregate_id),
      d as (update logistics.consumer_mark m set sequence = sequence + 1 from twice t where m.publisher = 'orders' and m.aggregate_id = t.aggregate_id),
      c as (update inventory.consumer_mark m set sequence = sequence + 1 from twice t where m.publisher = 'orders' and m.aggregate_id = t.aggregate_id)
    update orders.outbox_sequence s set sequence = sequence + 1 from twice t where s.aggregate_id = t.aggregate_id`,

  // Stock
  'levels-are-their-movements': `update inventory.level set on_hand = on_hand + 1 where id = (select id from inventory.level limit 1)`,
  'movements-do-what-they-say': `update inventory.movement set kind = 'OVERRIDE_CLEARED'
    where id = (select id from inventory.movement where kind = 'RECEIVED' or kind = 'OPENING' and delta_on_hand > 0 limit 1)`,
  'nothing-is-promised-twice': `update inventory.movement set available_after = -1
    where id = (select id from inventory.movement where kind = 'RESERVED' limit 1)`,
  'levels-cover-their-promises': `with level as (select * from inventory.level where allocated > 0 limit 1), moved as (
      insert into inventory.movement (id, tenant_id, level_id, variant_id, location_id, kind, delta_on_hand, delta_reserved, delta_allocated,
        available_after, actor_type, occurred_at)
      select gen_random_uuid(), tenant_id, id, variant_id, location_id, 'ADJUSTED', -on_hand, 0, 0, 0, 'SYSTEM', now() from level
    ) update inventory.level set on_hand = 0 where id in (select id from level)`,
  'levels-are-their-reservations': `with level as (select * from inventory.level limit 1), moved as (
      insert into inventory.movement (id, tenant_id, level_id, variant_id, location_id, kind, delta_on_hand, delta_reserved, delta_allocated,
        available_after, actor_type, occurred_at)
      select gen_random_uuid(), tenant_id, id, variant_id, location_id, 'RESERVED', 0, 1, 0, 5, 'SYSTEM', now() from level
    ) update inventory.level set reserved = reserved + 1 where id in (select id from level)`,
  'a-claim-moves-stock-once': `insert into inventory.movement (id, tenant_id, level_id, variant_id, location_id, kind, delta_on_hand,
      delta_reserved, delta_allocated, available_after, actor_type, reservation_id, occurred_at)
    select gen_random_uuid(), r.tenant_id, r.level_id, r.variant_id, r.location_id, k.kind, 0, k.reserved * r.quantity,
      k.allocated * r.quantity, 5, 'SYSTEM', case when k.kind = 'ALLOCATED' then r.id end, now()
    from (select * from inventory.reservation where status = 'ALLOCATED' limit 1) r,
      (values ('RESERVED', 1, 0), ('ALLOCATED', -1, 1), ('ALLOCATION_RELEASED', 0, -1)) k(kind, reserved, allocated)`,

  // Shipments
  'parcels-hold-what-was-allocated': `update logistics.shipment set lines = jsonb_set(lines, '{0,quantity}', '99')
    where id = (select id from logistics.shipment where status = 'PENDING' limit 1)`,
  'what-left-is-what-was-shipped': `update orders.order_line set shipped_quantity = shipped_quantity + 1
    where id = (select id from orders.order_line limit 1)`,
  'a-parcel-leaves-and-arrives-once': `update logistics.shipment set dispatched_at = now(), lines = '[]'
    where id = (select id from logistics.shipment where status = 'PENDING' limit 1)`,
  'parcels-stand-where-their-history-ends': `update logistics.shipment set status = 'LOST'
    where id = (select id from logistics.shipment where status = 'PENDING' limit 1)`,
  'carriers-are-asked-and-heard-in-time': `update logistics.shipment set operation = 'BOOK', operation_due_at = now() - interval '1 hour'
    where id = (select id from logistics.shipment where status = 'PENDING' limit 1)`,

  // Money
  'journals-balance': `update payments.posting set amount_minor = amount_minor - 1
    where id = (select id from payments.posting where amount_minor < 0 limit 1)`,
  'journals-are-posted': `delete from payments.posting where journal_id = (select journal_id from payments.posting limit 1)`,
  'money-moves-once': `update payments.provider_operation set key = key || ':again'
    where id = (select id from payments.provider_operation where kind = 'CAPTURE' limit 1)`,
  'payments-are-their-entries': `update payments.payment set refunded_minor = refunded_minor + 1
    where id = (select id from payments.payment where refunded_minor < captured_minor limit 1)`,
  'refunds-stay-within-captures': `with operation as (
      insert into payments.provider_operation
      select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'payment_id', null, 'refund_id', null,
        'order_id', gen_random_uuid(), 'key', 'unknown', 'command_key', null))).*
      from payments.provider_operation o where kind = 'REFUND' limit 1 returning *
    ), entry as (
      insert into payments.journal (id, tenant_id, kind, status, key, order_id, amount_minor, currency_code, actor, occurred_at)
      select id, tenant_id, 'REFUND', 'SUCCEEDED', key, order_id, amount_minor, currency_code, '{}', now() from operation returning *
    ) insert into payments.posting (id, tenant_id, journal_id, account, currency_code, amount_minor)
    select gen_random_uuid(), tenant_id, id, 'x', currency_code, amount_minor * sign from entry, (values (1), (-1)) s(sign)`,
  'orders-agree-with-the-ledger': `update orders."order" set captured_minor = captured_minor + 1
    where id = (select id from orders."order" where status = 'CONFIRMED' limit 1)`,
  // The provider took more than anybody asked for.
  'the-provider-agrees-with-the-ledger': `with call as (
      update payments.sandbox_call set amount_minor = amount_minor + 1
      where id = (select id from payments.sandbox_call where kind = 'CAPTURE' limit 1) returning charge_id
    ) update payments.sandbox_charge set captured_minor = captured_minor + 1 where id in (select charge_id from call)`,
  'the-provider-agrees-with-its-calls': `update payments.sandbox_call set amount_minor = amount_minor + 1
    where id = (select id from payments.sandbox_call where kind = 'CAPTURE' limit 1)`,
  'unreferenced-refunds-agree': `insert into payments.sandbox_call
    select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'key', 'unknown', 'kind', 'CREDIT', 'charge_id', null))).*
    from payments.sandbox_call c where kind = 'CAPTURE' limit 1`,
  'the-provider-is-asked-until-it-answers': `update payments.provider_operation
    set state = 'UNKNOWN', finished_at = null, leased_until = null, next_attempt_at = now() - interval '1 hour'
    where id = (select id from payments.provider_operation where kind = 'AUTHORIZE' limit 1)`,

  // Notifications
  'an-event-is-told-once': `alter table notifications.notification drop constraint notification_tenant_id_caused_by_event_id_topic_channel_unique;
    insert into notifications.notification
    select (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'status', 'SUPPRESSED'))).*
    from notifications.notification n limit 1`,
  'an-order-ends-in-one-mail': `insert into notifications.notification
    select (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'status', 'SUPPRESSED', 'caused_by_event_id', o.event_id))).*
    from notifications.notification n join orders.outbox o on o.tenant_id = n.tenant_id and o.type = 'OrderCreated'
    where n.topic = 'ORDER_CONFIRMED' limit 1`,
  'no-event-no-mail': `insert into notifications.notification
    select (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'status', 'SUPPRESSED', 'topic', 'PAYMENT_FAILED',
      'caused_by_event_id', gen_random_uuid()))).*
    from notifications.notification n limit 1`,
  'no-event-without-its-mail': `delete from notifications.notification
    where id = (select id from notifications.notification where topic = 'ORDER_CONFIRMED' limit 1)`,
  'a-mail-is-sent-once': `update notifications.notification set copy = 0
    where id = (select id from notifications.notification where status = 'SENT' limit 1)`,
  'mails-leave-in-time': `update notifications.notification set status = 'QUEUED', due_at = now() - interval '1 hour'
    where id = (select id from notifications.notification where status = 'SENT' limit 1)`,

  // Tenancy
  'tables-force-row-security': 'alter table orders.cart no force row level security',
  'policies-narrow-to-the-tenant': 'drop policy tenant_guard on orders.cart',
  'keys-lead-with-the-tenant': 'create unique index on customers.customer (email)',
  'views-see-as-their-reader': 'create view orders.every_cart as select * from orders.cart',
  'roles-own-and-bypass-nothing': 'alter role app_orders bypassrls',
  'parts-belong-to-their-whole': `insert into inventory.movement (id, tenant_id, level_id, variant_id, location_id, kind, delta_on_hand,
      delta_reserved, delta_allocated, available_after, actor_type, occurred_at)
    select gen_random_uuid(), m.tenant_id, l.id, l.variant_id, l.location_id, 'OVERRIDE_SET', 0, 0, 0, 5, 'SYSTEM', now()
    from inventory.level l join accounts.merchant m on m.tenant_id <> l.tenant_id limit 1`,
};
