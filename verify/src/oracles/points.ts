import type { Oracle } from '../oracle.ts';

const accounts = ['available', 'pending', 'held', 'issued', 'redeemed', 'expired', 'adjusted'] as const;
const sums = accounts
  .map((name) => `coalesce(sum(p.points) filter (where p.account = '${name}'), 0) as ${name}`)
  .join(', ');
const differs = accounts.map((name) => `a.${name} <> coalesce(l.${name}, 0)`).join(' or ');

// What an order's terms give for the money that stays paid: each rule once, or for each full amount of its share, times the
// tier's multiplier, rounded down. All of it in whole minor units.
const earnedBy = (paid: string): string => `case when ${paid} <= 0 then 0 else (
  select coalesce(floor(sum(case when rule->>'perMinor' is null then 1 else
      div(case when (rule->>'goods')::numeric = 0 then ${paid} else div(${paid} * (rule->>'eligible')::numeric, (rule->>'goods')::numeric) end,
        (rule->>'perMinor')::numeric) end * (rule->>'points')::numeric) * (o.terms->>'multiplier')::numeric), 0)
  from jsonb_array_elements(coalesce(o.terms->'rules', '[]'::jsonb)) rule) end`;

/** Points: the ledger balances, balances and lots are its sums, and each order gave what it was to give. */
export const points: readonly Oracle[] = [
  {
    name: 'points-balance',
    invariants: ['I9', 'D3'],
    sentence:
      'The sides of a transaction of points sum to zero, none is without sides, and no side without its transaction.',
    sql: () => `select coalesce(t.tenant_id, p.tenant_id) as tenant, 'transaction ' || coalesce(t.id, p.transaction_id) as subject,
        coalesce(t.kind, 'missing') || ', sides ' || coalesce(p.sides, 0) || ' summing to ' || coalesce(p.points, 0) as found
      from loyalty.transaction t
      full join (select tenant_id, transaction_id, count(*) as sides, sum(points) as points from loyalty.posting group by 1, 2) p
        on p.tenant_id = t.tenant_id and p.transaction_id = t.id
      where t.id is null or p.transaction_id is null or p.sides < 2 or p.points <> 0`,
  },
  {
    name: 'points-are-their-ledger',
    invariants: ['D3'],
    sentence: 'A balance of points is the sum of its ledger, whose transactions are numbered without a gap.',
    sql: () => `select a.tenant_id as tenant, 'account ' || a.id as subject,
        format('available %s, pending %s, held %s, line %s beside %s, %s, %s and %s lines up to %s', a.available, a.pending, a.held, a.sequence,
          coalesce(l.available, 0), coalesce(l.pending, 0), coalesce(l.held, 0), coalesce(l.lines, 0), coalesce(l.last, 0)) as found
      from loyalty.account a
      left join (select t.tenant_id, t.account_id, count(distinct t.id) as lines, count(distinct t.sequence) as numbers,
          max(t.sequence) as last, ${sums}
        from loyalty.transaction t join loyalty.posting p on p.tenant_id = t.tenant_id and p.transaction_id = t.id group by 1, 2) l
        on l.tenant_id = a.tenant_id and l.account_id = a.id
      where ${differs} or a.sequence <> coalesce(l.lines, 0) or a.sequence <> coalesce(l.last, 0) or a.sequence <> coalesce(l.numbers, 0)`,
  },
  {
    name: 'points-lie-in-lots',
    invariants: ['D3'],
    sentence:
      'What is usable and what is pending lies in lots, and what is held is set aside for a checkout or a refund.',
    sql: () => `select a.tenant_id as tenant, 'account ' || a.id as subject,
        format('available %s, pending %s, held %s beside lots of %s and %s and %s set aside', a.available, a.pending, a.held,
          coalesce(l.usable, 0), coalesce(l.pending, 0), coalesce(r.points, 0) + coalesce(v.points, 0)) as found
      from loyalty.account a
      left join (select tenant_id, account_id, sum(remaining) filter (where not is_pending) as usable,
          sum(remaining) filter (where is_pending) as pending from loyalty.lot group by 1, 2) l
        on l.tenant_id = a.tenant_id and l.account_id = a.id
      left join (select tenant_id, account_id, sum(points) as points from loyalty.redemption where status = 'HELD' group by 1, 2) r
        on r.tenant_id = a.tenant_id and r.account_id = a.id
      left join (select tenant_id, account_id, sum(points_reversed) as points from loyalty.reversal where status = 'PREPARED' group by 1, 2) v
        on v.tenant_id = a.tenant_id and v.account_id = a.id
      where greatest(a.available, 0) <> coalesce(l.usable, 0) or a.pending <> coalesce(l.pending, 0)
        or a.held <> coalesce(r.points, 0) + coalesce(v.points, 0)`,
  },
  {
    name: 'a-payment-earns-once',
    invariants: ['I2', 'D6'],
    sentence: 'Each payment earned points once at most, and points are earned by payments that were captured.',
    sql: () => `select t.tenant_id as tenant, 'payment transaction ' || t.payment_transaction_id as subject,
        count(*) || ' times, captured ' || count(j.id) as found
      from loyalty.transaction t
      left join payments.journal j on j.tenant_id = t.tenant_id and j.id = t.payment_transaction_id and j.status = 'SUCCEEDED'
        and j.kind in ('CAPTURE', 'REFUND_REVERSAL')
      where t.kind in ('EARN', 'EARN_PENDING') group by t.tenant_id, t.payment_transaction_id having count(*) <> 1 or count(j.id) <> 1`,
  },
  {
    name: 'orders-earned-what-stays-paid',
    invariants: ['D7'],
    sentence:
      'Points earned, less those taken back and forgiven, are what the order’s terms give for the money that stays paid.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.id as subject,
        format('earned %s, reversed %s, forgiven %s; %s of %s stay paid, which gives %s', o.earned, o.reversed, o.forgiven,
          m.captured - m.refunded, m.captured, case when o.is_over then 0 else ${earnedBy('(m.captured - m.refunded)')} end) as found
      from loyalty.order_points o
      join (select tenant_id, order_id, coalesce(sum(amount_minor) filter (where kind = 'CAPTURE'), 0) as captured,
          coalesce(sum(case kind when 'REFUND' then amount_minor when 'REFUND_REVERSAL' then -amount_minor end), 0) as refunded
        from payments.journal where status = 'SUCCEEDED' group by 1, 2) m on m.tenant_id = o.tenant_id and m.order_id = o.id
      where o.customer_id is not null
        and o.earned - o.reversed - o.forgiven <> case when o.is_over then 0 else ${earnedBy('(m.captured - m.refunded)')} end`,
  },
  {
    name: 'orders-have-their-points-from-the-ledger',
    invariants: ['D3', 'D7'],
    sentence: 'What an order earned, lost, spent and got back are sums of the ledger.',
    sql: () => `select o.tenant_id as tenant, 'order ' || o.id as subject,
        format('earned %s, reversed %s, redeemed %s, restored %s beside %s, %s, %s and %s', o.earned, o.reversed, o.redeemed, o.restored,
          coalesce(t.earned, 0), coalesce(t.reversed, 0), coalesce(t.redeemed, 0), coalesce(t.restored, 0)) as found
      from loyalty.order_points o
      left join (select tenant_id, order_id, sum(points) filter (where kind in ('EARN', 'EARN_PENDING')) as earned,
          -sum(points) filter (where kind = 'REVERSE_EARN') as reversed, -sum(points) filter (where kind = 'REDEEM_CAPTURE') as redeemed,
          sum(points) filter (where kind = 'RESTORE_REDEEMED') as restored from loyalty.transaction group by 1, 2) t
        on t.tenant_id = o.tenant_id and t.order_id = o.id
      where o.earned <> coalesce(t.earned, 0) or o.reversed <> coalesce(t.reversed, 0) or o.redeemed <> coalesce(t.redeemed, 0)
        or o.restored <> coalesce(t.restored, 0)`,
  },
  {
    name: 'orders-that-came-to-nothing-hold-no-points',
    invariants: ['D1'],
    sentence: 'An order that failed or was cancelled holds no points, and those that were spent on it are back.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        o.status || ', redemption ' || r.status || ' of ' || r.points || ', restored ' || r.restored as found
      from orders."order" o join loyalty.redemption r on r.tenant_id = o.tenant_id and r.order_id = o.id
      where o.status in ('FAILED', 'EXPIRED', 'CANCELLED')
        and (r.status = 'HELD' or r.status = 'CAPTURED' and r.restored <> r.points)`,
  },
  {
    name: 'orders-cost-less-by-their-points',
    invariants: ['D3'],
    sentence: 'A standing order is cheaper by exactly what the points spent on it were worth, spread over its lines.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        format('%s off by %s points, lines %s, redemption %s', o.loyalty_minor, o.redeemed_points, coalesce(l.minor, 0),
          coalesce(r.status || ' of ' || r.points || ' worth ' || r.value_minor, 'none')) as found
      from orders."order" o
      left join (select tenant_id, order_id, sum(loyalty_minor) as minor from orders.order_line group by 1, 2) l
        on l.tenant_id = o.tenant_id and l.order_id = o.id
      left join loyalty.redemption r on r.tenant_id = o.tenant_id and r.id = o.redemption_id
      where coalesce(l.minor, 0) <> o.loyalty_minor or (o.loyalty_minor <> 0) <> (o.redemption_id is not null)
        or o.redemption_id is not null and o.status in ('CONFIRMED', 'ON_HOLD', 'COMPLETED')
          and (r.status is distinct from 'CAPTURED' or r.points <> o.redeemed_points or r.value_minor <> o.loyalty_minor)`,
  },
];
