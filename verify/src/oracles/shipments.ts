import type { Oracle } from '../oracle.ts';

/** Parcels: nothing leaves twice, and what left is what stock and orders say. */
export const shipments: readonly Oracle[] = [
  {
    name: 'parcels-hold-what-was-allocated',
    invariants: ['D2', 'D3'],
    sentence:
      'Over all parcels of an order that were not cancelled, no line holds more than was ordered, and no place gives more than was allocated there and not given back, but for what is known to have left all the same.',
    settles: true,
    sql: () => `with packed as (
        select s.tenant_id, s.order_id, s.location_id, l."orderLineId" as line, l."variantId" as variant, l.quantity
        from logistics.shipment s
        cross join lateral jsonb_to_recordset(s.lines) as l("orderLineId" uuid, "variantId" uuid, quantity int)
        where s.status <> 'CANCELLED' and not s.is_return)
      select p.tenant_id as tenant, 'line ' || p.line as subject, sum(p.quantity) || ' packed of ' || o.quantity as found
      from packed p join orders.order_line o on o.tenant_id = p.tenant_id and o.id = p.line
      group by p.tenant_id, p.line, o.quantity having sum(p.quantity) > o.quantity
      union all
      select p.tenant_id, 'order ' || p.order_id, sum(p.quantity) || ' of ' || p.variant || ' packed, ' || coalesce(a.quantity, 0) || ' allocated there'
      from packed p
      left join (select tenant_id, order_id, variant_id, location_id, sum(units) as quantity from (
            select tenant_id, order_id, variant_id, location_id,
              case when status in ('ALLOCATED', 'SHIPPED') then quantity - released_quantity else shipped_quantity end as units
            from inventory.reservation
            union all select tenant_id, order_id, variant_id, location_id, -delta_on_hand from inventory.movement
            where kind = 'ADJUSTED' and order_line_id is not null) u group by 1, 2, 3, 4) a
        on a.tenant_id = p.tenant_id and a.order_id = p.order_id and a.variant_id = p.variant and a.location_id = p.location_id
      group by p.tenant_id, p.order_id, p.variant, p.location_id, a.quantity having sum(p.quantity) > coalesce(a.quantity, 0)`,
  },
  {
    name: 'what-left-is-what-was-shipped',
    invariants: ['I1', 'D3', 'D6'],
    sentence:
      'For each order line, the units in parcels that left, the movements that took them off the shelf, and what the order calls shipped are one number.',
    settles: true,
    sql: () => `with gone as (
        select s.tenant_id, l."orderLineId" as line, sum(l.quantity) as units
        from logistics.shipment s cross join lateral jsonb_to_recordset(s.lines) as l("orderLineId" uuid, quantity int)
        where s.dispatched_at is not null and not s.is_return group by 1, 2),
      moved as (select tenant_id, order_line_id as line, -sum(delta_on_hand) as units from inventory.movement
        where kind = 'SHIPPED' or (kind = 'ADJUSTED' and order_line_id is not null) group by 1, 2)
      select coalesce(g.tenant_id, m.tenant_id, o.tenant_id) as tenant, 'line ' || coalesce(g.line, m.line, o.id) as subject,
        format('%s left, %s moved, %s counted', coalesce(g.units, 0), coalesce(m.units, 0), coalesce(o.shipped_quantity, 0)) as found
      from gone g full join moved m on m.tenant_id = g.tenant_id and m.line = g.line
      full join (select tenant_id, id, shipped_quantity from orders.order_line where shipped_quantity > 0) o
        on o.tenant_id = coalesce(g.tenant_id, m.tenant_id) and o.id = coalesce(g.line, m.line)
      where (coalesce(g.units, 0), coalesce(m.units, 0)) is distinct from (coalesce(o.shipped_quantity, 0)::bigint, coalesce(o.shipped_quantity, 0)::bigint)`,
  },
  {
    name: 'a-parcel-leaves-and-arrives-once',
    invariants: ['I2', 'D6'],
    sentence:
      'A parcel is told to have left once exactly when it left, and to have arrived once exactly when it arrived.',
    sql: () => `select s.tenant_id as tenant, 'parcel ' || s.id as subject,
        format('%s, left told %s times, arrived told %s times', s.status, count(*) filter (where e.type = 'ShipmentDispatched'),
          count(*) filter (where e.type = 'ShipmentDelivered')) as found
      from logistics.shipment s
      left join logistics.outbox e on e.tenant_id = s.tenant_id and e.aggregate_id = s.id
        and e.type in ('ShipmentDispatched', 'ShipmentDelivered')
      group by s.tenant_id, s.id, s.status, s.dispatched_at, s.delivered_at
      having count(*) filter (where e.type = 'ShipmentDispatched') <> (s.dispatched_at is not null)::int
        or count(*) filter (where e.type = 'ShipmentDelivered') <> (s.delivered_at is not null)::int
        or (s.delivered_at is not null and s.dispatched_at is null)`,
  },
  {
    name: 'parcels-stand-where-their-history-ends',
    invariants: ['D3'],
    sentence:
      'The status changes that were told of a parcel are one chain from PENDING to its status, and its events and versions have no gaps.',
    sql: () => `select s.tenant_id as tenant, 'parcel ' || s.id as subject,
        format('%s; told %s', s.status, coalesce(h.told, 'nothing')) as found
      from logistics.shipment s
      left join lateral (
        select string_agg(e.payload ->> 'after', ', ' order by e.sequence) as told,
          (array_agg(e.payload ->> 'after' order by e.sequence desc))[1] as last,
          bool_and(e.payload ->> 'before' = coalesce(e.earlier, 'PENDING')) as is_chain
        from (select sequence, payload, lag(payload ->> 'after') over (order by sequence) as earlier
          from logistics.outbox where tenant_id = s.tenant_id and aggregate_id = s.id and type = 'ShipmentStatusChanged') e) h on true
      where coalesce(h.last, 'PENDING') <> s.status or h.is_chain is false
        or s.event_count <> (select count(*) from logistics.tracking_event t where t.tenant_id = s.tenant_id and t.shipment_id = s.id)
        or s.version <> (select count(*) from logistics.shipment_change c where c.tenant_id = s.tenant_id and c.shipment_id = s.id)`,
  },
  {
    name: 'carriers-are-asked-and-heard-in-time',
    invariants: ['I1'],
    sentence:
      'A wish to a carrier, and a webhook of one, is not left for more than ten minutes after it was due, or given up.',
    settles: true,
    sql: () => `select tenant_id as tenant, 'parcel ' || id as subject, operation || ' due at ' || operation_due_at as found
      from logistics.shipment where operation is not null and operation_due_at < now() - interval '10 minutes'
      union all select tenant_id, 'webhook ' || id, 'due at ' || due_at
      from logistics.carrier_webhook where due_at < now() - interval '10 minutes'
      union all select tenant_id, 'webhook ' || id, 'given up at ' || given_up_at || ': ' || coalesce(problem, '')
      from logistics.carrier_webhook where given_up_at is not null`,
  },
];
