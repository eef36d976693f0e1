import type { Oracle } from '../oracle.ts';

/** Orders as such: one per key and per cart, with sums that add up. */
export const orders: readonly Oracle[] = [
  {
    name: 'a-key-places-one-order',
    invariants: ['I4', 'D5'],
    sentence: 'Each idempotency key of orderPlace names an order that is there, and no two name the same.',
    sql: () => `select k.tenant_id as tenant, 'key ' || min(k.key) as subject,
        count(*) || ' keys for order ' || (k.outcome->'value'->>'orderId') || case when count(o.id) = 0 then ', which is missing' else '' end as found
      from orders.idempotency_key k
      left join orders."order" o on o.tenant_id = k.tenant_id and o.id = (k.outcome->'value'->>'orderId')::uuid
      where k.operation = 'orderPlace' and k.outcome->'value'->>'orderId' is not null
      group by k.tenant_id, k.outcome->'value'->>'orderId' having count(*) > 1 or count(o.id) = 0`,
  },
  {
    name: 'a-call-is-settled',
    invariants: ['I4'],
    sentence: 'A key that was taken has an outcome: it was taken and settled in one transaction.',
    sql: ({ subgraphs }) =>
      subgraphs
        .map(
          (name) => `select tenant_id as tenant, '${name} ' || operation || ' ' || key as subject, 'no outcome' as found
            from "${name}".idempotency_key where outcome is null`,
        )
        .join(' union all '),
  },
  {
    name: 'a-cart-becomes-one-order',
    invariants: ['D5'],
    sentence: 'At most one order of a cart did not fail.',
    sql: () => `select tenant_id as tenant, 'cart ' || cart_id as subject, count(*) || ' orders: ' || string_agg(number::text, ', ') as found
      from orders."order" where status not in ('FAILED', 'EXPIRED') group by tenant_id, cart_id having count(*) > 1`,
  },
  {
    name: 'totals-add-up',
    invariants: ['D3'],
    sentence: 'An order’s totals are those of its lines and its shipping, to the last minor unit.',
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        'lines ' || coalesce(l.total, 0) || ' + tax ' || coalesce(l.tax, 0) || ', order subtotal ' || o.subtotal_minor
          || ' shipping ' || o.shipping_minor || ' tax ' || o.tax_minor || ' grand total ' || o.grand_total_minor as found
      from orders."order" o
      left join (select tenant_id, order_id, sum(total_minor) as total, sum(tax_minor) as tax, count(distinct currency_code) as currencies,
          min(currency_code) as currency_code from orders.order_line group by 1, 2) l
        on l.tenant_id = o.tenant_id and l.order_id = o.id
      where coalesce(l.total, 0) <> o.subtotal_minor or coalesce(l.tax, 0) + o.shipping_tax_minor <> o.tax_minor
        or o.grand_total_minor <> o.subtotal_minor + o.shipping_minor + case when o.taxes_included then 0 else o.tax_minor end - o.loyalty_minor
        or l.currencies > 1 or l.currency_code <> o.currency_code`,
  },
  {
    name: 'line-taxes-add-up',
    invariants: ['D3'],
    sentence: 'A line’s tax is the sum of its taxes.',
    sql: () => `select l.tenant_id as tenant, 'order line ' || l.id as subject, l.tax_minor || ' beside ' || t.minor as found
      from orders.order_line l
      cross join lateral (select coalesce(sum((tax->>'minor')::bigint), 0) as minor from jsonb_array_elements(l.tax_lines) tax) t
      where t.minor <> l.tax_minor`,
  },
  {
    name: 'refunds-stay-within-the-order',
    invariants: ['D4'],
    sentence: 'No order is refunded beyond what was captured, and no line beyond what was bought.',
    sql: () => `select tenant_id as tenant, 'order ' || number || ' ' || id as subject,
        refunded_minor || ' refunded of ' || captured_minor as found
      from orders."order" where refunded_minor < 0 or refunded_minor > captured_minor
      union all
      select tenant_id, 'order line ' || id, refunded_quantity || ' refunded of ' || quantity
      from orders.order_line where refunded_quantity < 0 or refunded_quantity > quantity`,
  },
  {
    name: 'timelines-have-no-gaps',
    invariants: ['I3'],
    sentence: 'An order’s history is numbered 1 to n and begins when it was placed.',
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        coalesce(count(distinct t.sequence), 0) || ' lines up to ' || coalesce(max(t.sequence), 0) as found
      from orders."order" o left join orders.timeline_event t on t.tenant_id = o.tenant_id and t.order_id = o.id
      group by o.tenant_id, o.number, o.id
      having count(t.id) = 0 or min(t.sequence) <> 1 or max(t.sequence) <> count(*) or max(t.sequence) <> count(distinct t.sequence)`,
  },
  {
    name: 'order-numbers-have-no-gaps',
    invariants: ['I3'],
    sentence: 'A merchant’s order numbers are all there, up to the last one given.',
    sql: () => `select c.tenant_id as tenant, 'order numbers' as subject,
        coalesce(o.orders, 0) || ' orders up to ' || coalesce(o.last, 0) || ', counted to ' || c.last_number as found
      from orders.order_counter c
      left join (select tenant_id, count(distinct number) as orders, min(number::text::bigint) as first, max(number::text::bigint) as last
        from orders."order" group by 1) o on o.tenant_id = c.tenant_id
      where o.last is distinct from c.last_number or o.orders <> o.last - o.first + 1`,
  },
  {
    name: 'an-order-is-told-once',
    invariants: ['I2'],
    sentence:
      'An order’s creation, confirmation, failure and cancellation are each published once, when they happened.',
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        o.status || ' with ' || coalesce(string_agg(e.type || ' x' || e.times, ', '), 'no event') as found
      from orders."order" o
      left join (select tenant_id, aggregate_id, type, count(*) as times from orders.outbox
        where type in ('OrderCreated', 'OrderConfirmed', 'OrderFailed', 'OrderCancelled') group by 1, 2, 3) e
        on e.tenant_id = o.tenant_id and e.aggregate_id = o.id
      group by o.tenant_id, o.number, o.id, o.status
      having bool_or(e.times > 1) or count(*) filter (where e.type = 'OrderCreated') <> 1
        or (count(*) filter (where e.type = 'OrderConfirmed') = 1) <> (o.status in ('CONFIRMED', 'ON_HOLD', 'COMPLETED', 'CANCELLED'))
        or (count(*) filter (where e.type = 'OrderFailed') = 1) <> (o.status in ('FAILED', 'EXPIRED'))
        or (count(*) filter (where e.type = 'OrderCancelled') = 1) <> (o.status = 'CANCELLED')`,
  },
];
