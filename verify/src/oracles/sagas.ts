import type { Oracle } from '../oracle.ts';

// An order that came to nothing must hold nothing.
const undone = `('FAILED', 'EXPIRED', 'CANCELLED')`;
const standing = `('CONFIRMED', 'ON_HOLD', 'COMPLETED')`;

const ledgerOfOrders = `
  select tenant_id, order_id,
    coalesce(sum(amount_minor) filter (where kind = 'CAPTURE'), 0) as captured,
    coalesce(sum(case kind when 'REFUND' then amount_minor when 'REFUND_REVERSAL' then -amount_minor end), 0) as refunded
  from payments.journal where status = 'SUCCEEDED' and order_id is not null group by 1, 2`;

/** Sagas end, and what they leave behind agrees in all subgraphs. */
export const sagas: readonly Oracle[] = [
  {
    name: 'sagas-keep-their-deadlines',
    invariants: ['I6', 'D8'],
    sentence: 'No unfinished saga is past its deadline.',
    settles: true,
    sql: () => `select tenant_id as tenant, kind || ' saga ' || id as subject, status || ', deadline ' || deadline_at as found
      from orders.saga where finished_at is null and deadline_at < now() - interval '10 seconds'`,
  },
  {
    name: 'sagas-have-a-timer',
    invariants: ['I6', 'D8'],
    sentence: 'An unfinished saga has a deadline, or waits for another that has one.',
    settles: true,
    sql: () => `select p.tenant_id as tenant, p.kind || ' saga ' || p.id as subject, p.status || ' without a deadline' as found
      from orders.saga p where p.finished_at is null and p.deadline_at is null and not exists (
        select from orders.saga c where c.tenant_id = p.tenant_id and c.finished_at is null and c.deadline_at is not null
          and c.state->'facts'->>'parentSagaId' = p.id::text)`,
  },
  {
    name: 'sagas-end-as-they-say',
    invariants: ['I6'],
    sentence: 'A saga is finished exactly when it is COMPLETED or COMPENSATED, in its column as in its state.',
    sql: () => `select tenant_id as tenant, kind || ' saga ' || id as subject,
        status || ' beside ' || (state->>'status') || ', finished ' || coalesce(finished_at::text, 'never') as found
      from orders.saga where status <> state->>'status'
        or (status in ('COMPLETED', 'COMPENSATED')) <> (finished_at is not null)`,
  },
  {
    name: 'orders-agree-with-their-saga',
    invariants: ['I7'],
    sentence: 'An order has one PLACE saga; it stands when that is completed, and failed when that is undone.',
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        o.status || ' with PLACE ' || coalesce(string_agg(s.status, ', '), 'missing') as found
      from orders."order" o
      left join orders.saga s on s.tenant_id = o.tenant_id and s.order_id = o.id and s.kind = 'PLACE'
      group by o.tenant_id, o.id, o.number, o.status
      having count(s.id) <> 1
        or bool_or(s.status = 'COMPLETED' and o.status in ('PENDING', 'FAILED', 'EXPIRED'))
        or bool_or(s.status = 'COMPENSATED' and o.status not in ('FAILED', 'EXPIRED'))
        or bool_or(s.finished_at is null and o.status in ('FAILED', 'EXPIRED'))`,
  },
  {
    name: 'cancelled-orders-were-cancelled',
    invariants: ['I7'],
    sentence: 'An order is CANCELLED exactly when a CANCEL saga of it is completed.',
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        o.status || ' with ' || count(s.id) || ' completed CANCEL sagas' as found
      from orders."order" o
      left join orders.saga s on s.tenant_id = o.tenant_id and s.order_id = o.id and s.kind = 'CANCEL' and s.status = 'COMPLETED'
      group by o.tenant_id, o.id, o.number, o.status having (o.status = 'CANCELLED') <> (count(s.id) > 0)`,
  },
  {
    name: 'standing-orders-have-their-stock',
    invariants: ['I7'],
    sentence: 'A confirmed order has allocated, shipped or given back by refunds exactly what was ordered.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' variant ' || coalesce(l.variant_id, r.variant_id) as subject,
        coalesce(r.units, 0) || ' allocated of ' || coalesce(l.units, 0) as found
      from (select tenant_id, order_id, variant_id, sum(quantity) as units from orders.order_line
        where variant_id is not null group by 1, 2, 3) l
      full join (select tenant_id, order_id, variant_id, sum(quantity) as units from inventory.reservation
        where (status in ('ALLOCATED', 'SHIPPED') or released_quantity > 0) and order_id is not null group by 1, 2, 3) r
        on r.tenant_id = l.tenant_id and r.order_id = l.order_id and r.variant_id = l.variant_id
      join orders."order" o on o.id = coalesce(l.order_id, r.order_id) and o.tenant_id = coalesce(l.tenant_id, r.tenant_id)
      where o.status in ${standing} and r.units is distinct from l.units`,
  },
  {
    name: 'standing-orders-are-paid',
    invariants: ['I7'],
    sentence: 'A confirmed order is captured in full, or under the manual policy authorised in full.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        coalesce(j.captured, 0) || ' captured, ' || coalesce(j.authorized, 0) || ' authorised of ' || o.grand_total_minor as found
      from orders."order" o
      join orders.saga s on s.tenant_id = o.tenant_id and s.order_id = o.id and s.kind = 'PLACE' and s.status = 'COMPLETED'
      left join (select tenant_id, order_id, sum(amount_minor) filter (where kind = 'CAPTURE') as captured,
          sum(amount_minor) filter (where kind = 'AUTHORIZATION') as authorized
        from payments.journal where status = 'SUCCEEDED' group by 1, 2) j on j.tenant_id = o.tenant_id and j.order_id = o.id
      where o.status in ${standing} and o.grand_total_minor <> 0
        and case when (s.state->'facts'->>'isCapturedOnPlacement')::boolean then j.captured else j.authorized end
          is distinct from o.grand_total_minor`,
  },
  {
    name: 'undone-orders-keep-no-money',
    invariants: ['D1', 'I7'],
    sentence: 'A failed, expired or cancelled order has given back whatever was captured.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        o.status || ' with ' || l.captured || ' captured and ' || l.refunded || ' refunded' as found
      from orders."order" o join (${ledgerOfOrders}) l on l.tenant_id = o.tenant_id and l.order_id = o.id
      where o.status in ${undone} and l.captured <> l.refunded`,
  },
  {
    name: 'undone-orders-keep-no-authorisation',
    invariants: ['D1', 'I7'],
    sentence: 'The provider holds no money for a failed, expired or cancelled order.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        o.status || ' with charge ' || c.id || ' ' || c.status || ' open' as found
      from orders."order" o
      join payments.payment p on p.tenant_id = o.tenant_id and p.order_id = o.id
      join payments.sandbox_charge c on c.tenant_id = p.tenant_id and c.key = p.charge_key
      where o.status in ${undone} and c.status = 'AUTHORIZED' and not c.is_closed`,
  },
  {
    name: 'undone-orders-keep-no-stock',
    invariants: ['D1', 'I7'],
    sentence: 'A failed, expired or cancelled order has no stock held, allocated or shipped.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        o.status || ' with reservation ' || r.id || ' ' || r.status as found
      from orders."order" o join inventory.reservation r on r.tenant_id = o.tenant_id and r.order_id = o.id
      where o.status in ${undone} and r.status in ('HELD', 'ALLOCATED', 'SHIPPED')`,
  },
  {
    name: 'refund-sagas-agree-with-payments',
    invariants: ['I7'],
    sentence:
      'A completed REFUND saga sent back exactly its amount, which may be nothing but points, and an undone one nothing.',
    settles: true,
    sql: () => `select s.tenant_id as tenant, 'REFUND saga ' || s.id as subject,
        s.status || ' over ' || (s.state->'facts'->'amount'->>'amount') || ', refund '
          || coalesce(r.status || ' over ' || r.amount_minor, 'missing') as found
      from orders.saga s
      left join payments.refund r on r.tenant_id = s.tenant_id and r.id = (s.state->'facts'->>'refundId')::uuid
      where s.kind = 'REFUND' and (
        s.status = 'COMPLETED' and (r.id is null and (s.state->'facts'->'amount'->>'amount')::numeric <> 0 or not (r.status = 'SUCCEEDED' or r.error_code = 'reversed')
          or r.amount_minor <> replace(s.state->'facts'->'amount'->>'amount', '.', '')::bigint)
        or s.status = 'COMPENSATED' and (r.status = 'SUCCEEDED' or r.status = 'PENDING'))`,
  },
  {
    name: 'refund-sagas-agree-with-stock',
    invariants: ['I7', 'I8'],
    sentence:
      'A completed REFUND saga put back on the shelf exactly the units that it was to restock, and gave the allocation of those that never left back, unless they left meanwhile.',
    settles: true,
    sql: () => `select s.tenant_id as tenant, 'REFUND saga ' || s.id as subject,
        format('%s of %s restocked, %s of %s given back', coalesce(m.units, 0), s.units, coalesce(m.released, 0), s.never_left) as found
      from (select tenant_id, id, order_id, (state->'facts'->>'refundId')::uuid as refund_id, coalesce((
          select sum((line->>'neverLeft')::int) from jsonb_array_elements(state->'facts'->'lines') line), 0) as never_left, coalesce((
          select sum((line->>'quantity')::int - coalesce((line->>'neverLeft')::int, 0)) from jsonb_array_elements(state->'facts'->'lines') line
          where line->>'disposition' = 'RESTOCK' and line->>'variantId' is not null), 0) as units
        from orders.saga where kind = 'REFUND' and status = 'COMPLETED') s
      left join (select tenant_id, refund_id, sum(delta_on_hand) as units, -sum(delta_allocated) as released from inventory.movement
        where kind in ('RESTOCKED', 'ALLOCATION_RELEASED') and refund_id is not null group by 1, 2) m
        on m.tenant_id = s.tenant_id and m.refund_id = s.refund_id
      where s.units <> coalesce(m.units, 0) or coalesce(m.released, 0) > s.never_left
        or (coalesce(m.released, 0) < s.never_left and not exists (
          select from orders.order_line l where l.tenant_id = s.tenant_id and l.order_id = s.order_id and l.shipped_quantity > 0))`,
  },
];
