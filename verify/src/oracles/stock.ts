import type { Oracle } from '../oracle.ts';

/** Stock: every number is the sum of its movements, and nothing is promised twice. */
export const stock: readonly Oracle[] = [
  {
    name: 'levels-are-their-movements',
    invariants: ['I8', 'D3'],
    sentence: 'A level’s units on hand, reserved and allocated are the sums of its movements.',
    sql: () => `select l.tenant_id as tenant, 'level ' || l.id as subject,
        format('%s/%s/%s beside movements of %s/%s/%s', l.on_hand, l.reserved, l.allocated,
          coalesce(m.on_hand, 0), coalesce(m.reserved, 0), coalesce(m.allocated, 0)) as found
      from inventory.level l
      left join (select tenant_id, level_id, sum(delta_on_hand) as on_hand, sum(delta_reserved) as reserved,
          sum(delta_allocated) as allocated from inventory.movement group by 1, 2) m
        on m.tenant_id = l.tenant_id and m.level_id = l.id
      where (l.on_hand, l.reserved, l.allocated) is distinct from
        (coalesce(m.on_hand, 0), coalesce(m.reserved, 0), coalesce(m.allocated, 0))`,
  },
  {
    name: 'movements-do-what-they-say',
    invariants: ['I8'],
    sentence:
      'Only receipts, adjustments, returns and shipments change what is on hand; holds and allocations never do.',
    sql: () => `select tenant_id as tenant, 'movement ' || id as subject,
        format('%s of %s/%s/%s', kind, delta_on_hand, delta_reserved, delta_allocated) as found
      from inventory.movement where not case kind
        when 'OPENING' then delta_on_hand >= 0 and delta_reserved = 0 and delta_allocated = 0
        when 'RECEIVED' then delta_on_hand >= 0 and delta_reserved = 0 and delta_allocated = 0
        when 'RESTOCKED' then delta_on_hand >= 0 and delta_reserved = 0 and delta_allocated = 0
        when 'ADJUSTED' then delta_reserved = 0 and delta_allocated = 0
        when 'RESERVED' then delta_on_hand = 0 and delta_reserved > 0 and delta_allocated = 0
        when 'RESERVATION_RELEASED' then delta_on_hand = 0 and delta_reserved < 0 and delta_allocated = 0
        when 'ALLOCATED' then delta_on_hand = 0 and delta_allocated > 0 and delta_reserved = -delta_allocated
        when 'ALLOCATION_RELEASED' then delta_on_hand = 0 and delta_reserved = 0 and delta_allocated < 0
        when 'SHIPPED' then delta_on_hand < 0 and delta_reserved = 0 and delta_allocated = delta_on_hand
        else delta_on_hand = 0 and delta_reserved = 0 and delta_allocated = 0 end`,
  },
  {
    name: 'nothing-is-promised-twice',
    invariants: ['D2'],
    sentence: 'At the moment of each hold and each allocation the units were there, backorders allowed for.',
    sql: () => `select m.tenant_id as tenant, 'movement ' || m.id as subject,
        m.kind || ' left ' || m.available_after || ', backorder limit ' || l.backorder_limit as found
      from inventory.movement m join inventory.level l on l.tenant_id = m.tenant_id and l.id = m.level_id
      where m.kind in ('RESERVED', 'ALLOCATED') and m.available_after < -l.backorder_limit`,
  },
  {
    name: 'levels-cover-their-promises',
    invariants: ['I8', 'D2'],
    sentence:
      'On hand is never below zero, and reserved plus allocated never above it and the backorder limit; where an override was ever set, or units left after they were given back, above that.',
    sql: () => `select l.tenant_id as tenant, 'level ' || l.id as subject,
        format('on hand %s, reserved %s, allocated %s', l.on_hand, l.reserved, l.allocated) as found
      from inventory.level l
      where l.on_hand < 0 or l.reserved < 0 or l.allocated < 0
        or (l.reserved + l.allocated > l.on_hand + l.backorder_limit and not exists (
          select from inventory.movement m where m.tenant_id = l.tenant_id and m.level_id = l.id
            and (m.kind = 'OVERRIDE_SET' or m.kind = 'ADJUSTED' and m.order_line_id is not null)))`,
  },
  {
    name: 'levels-are-their-reservations',
    invariants: ['D3'],
    sentence: 'What a level calls reserved and allocated is what its reservations claim.',
    sql: () => `select l.tenant_id as tenant, 'level ' || l.id as subject,
        format('%s reserved and %s allocated beside claims of %s and %s', l.reserved, l.allocated,
          coalesce(r.held, 0), coalesce(r.allocated, 0)) as found
      from inventory.level l
      left join (select tenant_id, level_id, sum(quantity) filter (where status = 'HELD') as held,
          sum(quantity - shipped_quantity - released_quantity) filter (where status = 'ALLOCATED') as allocated from inventory.reservation group by 1, 2) r
        on r.tenant_id = l.tenant_id and r.level_id = l.id
      where l.reserved <> coalesce(r.held, 0) or l.allocated <> coalesce(r.allocated, 0)`,
  },
  {
    name: 'a-claim-moves-stock-once',
    invariants: ['I2', 'D6'],
    sentence:
      'A reservation was held once, and allocated or released at most once, as its status says; what of it was shipped left once, and what of it was refunded before was given back once for each refund.',
    sql: () => `select r.tenant_id as tenant, 'reservation ' || r.id as subject,
        r.status || ' of ' || r.quantity || ', shipped ' || r.shipped_quantity || ', given back ' || r.released_quantity || ', after ' || coalesce(string_agg(m.kind || ' ' || m.units, ', '), 'no movement') as found
      from inventory.reservation r
      left join (select tenant_id, reservation_id, kind, count(*) as times, count(*) filter (where refund_id is null) as whole,
          sum(greatest(abs(delta_reserved), abs(delta_allocated))) as units
        from inventory.movement where reservation_id is not null group by 1, 2, 3) m
        on m.tenant_id = r.tenant_id and m.reservation_id = r.id
      group by r.tenant_id, r.id, r.status, r.quantity, r.shipped_quantity, r.released_quantity
      having bool_or(m.times > 1 and m.kind not in ('SHIPPED', 'ALLOCATION_RELEASED')) or bool_or(m.whole > 1 and m.kind <> 'SHIPPED')
        or bool_or(m.units <> case m.kind when 'SHIPPED' then r.shipped_quantity
          when 'ALLOCATION_RELEASED' then case r.status when 'RELEASED' then r.quantity - r.shipped_quantity else r.released_quantity end
          else r.quantity end)
        or (r.shipped_quantity > 0) <> (count(*) filter (where m.kind = 'SHIPPED') = 1)
        or (r.status = 'SHIPPED') <> (r.shipped_quantity > 0 and r.shipped_quantity + r.released_quantity = r.quantity)
        or (r.released_quantity > 0 and count(*) filter (where m.kind = 'ALLOCATION_RELEASED') = 0)
        or count(*) filter (where m.kind = 'RESERVED') <> 1
        or (count(*) filter (where m.kind in ('RESERVATION_RELEASED', 'ALLOCATION_RELEASED')) = 1)
          <> (r.status in ('RELEASED', 'EXPIRED') or r.released_quantity > 0)
        or (r.status in ('ALLOCATED', 'SHIPPED') and count(*) filter (where m.kind = 'ALLOCATED') <> 1)
        or (r.status = 'HELD' and count(m.kind) <> 1)`,
  },
];
