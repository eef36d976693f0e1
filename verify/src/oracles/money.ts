import type { Oracle } from '../oracle.ts';

const signed = `case kind when 'REFUND' then amount_minor when 'REFUND_REVERSAL' then -amount_minor end`;

/** Money: the ledger balances, and orders, ledger and provider tell the same. */
export const money: readonly Oracle[] = [
  {
    name: 'journals-balance',
    invariants: ['I9'],
    sentence: 'The postings of an entry sum to zero in each currency.',
    sql: () => `select tenant_id as tenant, 'journal ' || journal_id as subject, sum(amount_minor) || ' ' || currency_code as found
      from payments.posting group by tenant_id, journal_id, currency_code having sum(amount_minor) <> 0`,
  },
  {
    name: 'journals-are-posted',
    invariants: ['I9', 'D3'],
    sentence:
      'An entry that moved money has postings over its amount, any other none, and no posting is without its entry.',
    sql: () => `select coalesce(j.tenant_id, p.tenant_id) as tenant, 'journal ' || coalesce(j.id, p.journal_id) as subject,
        coalesce(j.kind || ' ' || j.status || ' over ' || j.amount_minor, 'missing') || ', posted ' || coalesce(p.debit, 0) as found
      from payments.journal j
      full join (select tenant_id, journal_id, min(currency_code) as currency_code, count(distinct currency_code) as currencies,
          sum(greatest(amount_minor, 0)) as debit from payments.posting group by 1, 2) p
        on p.tenant_id = j.tenant_id and p.journal_id = j.id
      where j.id is null or p.currencies > 1 or p.currency_code <> j.currency_code
        or coalesce(p.debit, 0) <> case
          when j.status = 'SUCCEEDED' and j.kind in ('CAPTURE', 'REFUND', 'REFUND_REVERSAL', 'UNREFERENCED_REFUND') then j.amount_minor
          else 0 end`,
  },
  {
    name: 'money-moves-once',
    invariants: ['I2', 'I9'],
    sentence: 'What the provider was asked to take or give back and did is in the ledger once, and nothing else is.',
    sql: () => `select coalesce(o.tenant_id, j.tenant_id) as tenant, 'key ' || coalesce(o.key, j.key) as subject,
        coalesce(o.kind || ' ' || o.state || ' over ' || o.amount_minor, 'no operation') || ', '
          || coalesce(j.entries || ' entries over ' || j.amount, 'no entry') as found
      from (select tenant_id, key, kind, state, amount_minor from payments.provider_operation
        where kind in ('CAPTURE', 'REFUND', 'CREDIT') and state = 'SUCCEEDED') o
      full join (select tenant_id, key, count(*) as entries, sum(amount_minor) as amount from payments.journal
        where kind in ('CAPTURE', 'REFUND', 'UNREFERENCED_REFUND') and status = 'SUCCEEDED' group by 1, 2) j
        on j.tenant_id = o.tenant_id and j.key = o.key
      where o.key is null or j.key is null or j.entries <> 1 or j.amount <> o.amount_minor`,
  },
  {
    name: 'payments-are-their-entries',
    invariants: ['D3'],
    sentence: 'A payment’s captured and refunded amounts are the sums of its entries.',
    sql: () => `select p.tenant_id as tenant, 'payment ' || p.id as subject,
        format('captured %s and refunded %s beside %s and %s', p.captured_minor, p.refunded_minor,
          coalesce(j.captured, 0), coalesce(j.refunded, 0)) as found
      from payments.payment p
      left join (select tenant_id, payment_id, sum(amount_minor) filter (where kind = 'CAPTURE') as captured, sum(${signed}) as refunded
        from payments.journal where status = 'SUCCEEDED' group by 1, 2) j on j.tenant_id = p.tenant_id and j.payment_id = p.id
      where p.captured_minor <> coalesce(j.captured, 0) or p.refunded_minor <> coalesce(j.refunded, 0)`,
  },
  {
    name: 'refunds-stay-within-captures',
    invariants: ['D4', 'I9'],
    sentence: 'By the ledger, no payment and no order gave back more than was captured.',
    sql: () => `select tenant_id as tenant, 'payment ' || payment_id as subject, refunded || ' refunded of ' || captured as found
      from (select tenant_id, payment_id, coalesce(sum(amount_minor) filter (where kind = 'CAPTURE'), 0) as captured,
          coalesce(sum(${signed}), 0) as refunded
        from payments.journal where status = 'SUCCEEDED' and payment_id is not null group by 1, 2) p where refunded > captured
      union all
      select tenant_id, 'order ' || order_id, refunded || ' refunded of ' || captured
      from (select tenant_id, order_id, coalesce(sum(amount_minor) filter (where kind = 'CAPTURE'), 0) as captured,
          coalesce(sum(${signed}), 0) as refunded
        from payments.journal where status = 'SUCCEEDED' and order_id is not null group by 1, 2) o where refunded > captured`,
  },
  {
    name: 'orders-agree-with-the-ledger',
    invariants: ['I9', 'D3'],
    sentence: 'What an order calls captured and refunded is what the ledger says, refunds under way counted.',
    settles: true,
    sql: () => `select o.tenant_id as tenant, 'order ' || o.number || ' ' || o.id as subject,
        format('captured %s and refunded %s beside %s and %s', o.captured_minor, o.refunded_minor,
          coalesce(l.captured, 0), coalesce(l.refunded, 0) + coalesce(r.pending, 0)) as found
      from orders."order" o
      left join (select tenant_id, order_id, sum(amount_minor) filter (where kind = 'CAPTURE') as captured, sum(${signed}) as refunded
        from payments.journal where status = 'SUCCEEDED' group by 1, 2) l on l.tenant_id = o.tenant_id and l.order_id = o.id
      left join (select tenant_id, order_id, sum(amount_minor) as pending from payments.refund
        where status = 'PENDING' group by 1, 2) r on r.tenant_id = o.tenant_id and r.order_id = o.id
      where case
        when o.status in ('FAILED', 'EXPIRED') then o.captured_minor <> 0 or o.refunded_minor <> 0
        when o.status = 'CANCELLED' then o.captured_minor - o.refunded_minor
          <> coalesce(l.captured, 0) - coalesce(l.refunded, 0) - coalesce(r.pending, 0)
        else o.captured_minor <> coalesce(l.captured, 0) or o.refunded_minor <> coalesce(l.refunded, 0) + coalesce(r.pending, 0) end`,
  },
  {
    name: 'the-provider-agrees-with-the-ledger',
    invariants: ['I9'],
    sentence: 'Each charge in the provider’s own books has a payment, captured and refunded as the ledger says.',
    settles: true,
    sql: () => `select coalesce(p.tenant_id, c.tenant_id) as tenant,
        case when p.id is null then 'charge ' || c.id else 'payment ' || p.id end as subject,
        format('ledger %s and %s, provider %s and %s', coalesce(j.captured, 0), coalesce(j.refunded, 0),
          coalesce(c.captured_minor, 0), coalesce(c.refunded_minor, 0)) as found
      from payments.payment p
      full join payments.sandbox_charge c on c.tenant_id = p.tenant_id and c.key = p.charge_key
      left join (select tenant_id, payment_id, sum(amount_minor) filter (where kind = 'CAPTURE') as captured, sum(${signed}) as refunded
        from payments.journal where status = 'SUCCEEDED' group by 1, 2) j on j.tenant_id = p.tenant_id and j.payment_id = p.id
      where p.id is null or coalesce(j.captured, 0) <> coalesce(c.captured_minor, 0)
        or coalesce(j.refunded, 0) <> coalesce(c.refunded_minor, 0)`,
  },
  {
    name: 'the-provider-agrees-with-its-calls',
    invariants: ['I9'],
    sentence: 'The provider’s charges are the sums of the calls that it heard, each of them once.',
    sql: () => `select c.tenant_id as tenant, 'charge ' || c.id as subject,
        format('captured %s and refunded %s beside calls of %s and %s', c.captured_minor, c.refunded_minor,
          coalesce(k.captured, 0), coalesce(k.refunded, 0)) as found
      from payments.sandbox_charge c
      left join (select tenant_id, charge_id, sum(amount_minor) filter (where kind = 'CAPTURE') as captured,
          sum(amount_minor) filter (where kind = 'REFUND' and not is_reversed) as refunded
        from payments.sandbox_call where state = 'SUCCEEDED' group by 1, 2) k on k.tenant_id = c.tenant_id and k.charge_id = c.id
      where c.captured_minor <> coalesce(k.captured, 0) or c.refunded_minor <> coalesce(k.refunded, 0)`,
  },
  {
    name: 'unreferenced-refunds-agree',
    invariants: ['I9'],
    sentence: 'Money that the provider sent without a charge is booked as such, to the last minor unit.',
    settles: true,
    sql: () => `select coalesce(c.tenant_id, j.tenant_id) as tenant, 'key ' || coalesce(c.key, j.key) as subject,
        'provider ' || coalesce(c.amount_minor, 0) || ', ledger ' || coalesce(j.amount_minor, 0) as found
      from (select * from payments.sandbox_call where kind = 'CREDIT' and state = 'SUCCEEDED') c
      full join (select * from payments.journal where kind = 'UNREFERENCED_REFUND' and status = 'SUCCEEDED') j
        on j.tenant_id = c.tenant_id and j.key = c.key
      where c.amount_minor is distinct from j.amount_minor or c.currency_code is distinct from j.currency_code`,
  },
  {
    name: 'the-provider-is-asked-until-it-answers',
    invariants: ['I6'],
    sentence: 'What the provider was to do is tried when it is due, until the outcome is known.',
    settles: true,
    sql: () => `select tenant_id as tenant, kind || ' operation ' || id as subject, state || ' due at ' || next_attempt_at as found
      from payments.provider_operation where finished_at is null
        and greatest(next_attempt_at, coalesce(leased_until, next_attempt_at)) < now() - interval '1 minute'`,
  },
];
