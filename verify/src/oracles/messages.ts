import { forEach, type Oracle } from '../oracle.ts';

/** What is published arrives, once and in order. */
export const messages: readonly Oracle[] = [
  {
    name: 'facts-are-published',
    invariants: ['I1'],
    sentence: 'Every committed message leaves its outbox within a minute.',
    settles: true,
    sql: ({ subgraphs }) =>
      forEach(
        subgraphs,
        (
          name,
        ) => `select tenant_id as tenant, '${name}.outbox ' || id as subject, type || ' since ' || created_at as found
          from "${name}".outbox where published_at is null and created_at < now() - interval '1 minute'`,
      ),
  },
  {
    // A consumer keeps no marks of kinds of aggregates that none of its handlers is about. Which ones those are shows in
    // the messages that aggregates begin with: where any has a mark, all of that kind must.
    name: 'facts-arrive',
    invariants: ['I1'],
    sentence: 'Every consumer has passed every message of the aggregates that concern it, or keeps it parked.',
    settles: true,
    sql: ({ subscriptions }) =>
      subscriptions.length === 0
        ? null
        : subscriptions
            .map(
              ({ consumer, publisher }) => `
        select s.tenant_id as tenant, '${consumer} from ${publisher} ' || s.aggregate_id as subject,
          f.type || ', at ' || coalesce(m.sequence, 0) || ' of ' || s.sequence as found
        from "${publisher}".outbox_sequence s
        join "${publisher}".outbox f on f.tenant_id = s.tenant_id and f.aggregate_id = s.aggregate_id and f.sequence = 1
        left join "${consumer}".consumer_mark m
          on m.tenant_id = s.tenant_id and m.publisher = '${publisher}' and m.aggregate_id = s.aggregate_id
        where coalesce(m.sequence, 0) < s.sequence and f.type in (
          select o.type from "${publisher}".outbox o
          join "${consumer}".consumer_mark k on k.tenant_id = o.tenant_id and k.publisher = '${publisher}' and k.aggregate_id = o.aggregate_id
          where o.sequence = 1)
        and not exists (
          select from "${consumer}".parked_event k
          where k.tenant_id = s.tenant_id and k.publisher = '${publisher}' and k.aggregate_id = s.aggregate_id)`,
            )
            .join(' union all '),
  },
  {
    name: 'parked-messages-are-retried',
    invariants: ['I1'],
    sentence: 'A parked message is tried again when it is due.',
    settles: true,
    sql: ({ subgraphs }) =>
      forEach(
        subgraphs,
        (name) => `select tenant_id as tenant, '${name}.parked_event ' || id as subject, state || ' ' || type as found
          from "${name}".parked_event where state in ('EARLY', 'FAILED') and next_attempt_at < now() - interval '1 minute'`,
      ),
  },
  {
    name: 'effects-have-a-fact',
    invariants: ['I2', 'D6'],
    sentence: 'Whatever a consumer applied was published, to the same tenant.',
    sql: ({ subscriptions }) =>
      subscriptions.length === 0
        ? null
        : subscriptions
            .map(
              ({ consumer, publisher }) => `
        select i.tenant_id as tenant, '${consumer}.inbox ' || i.event_id as subject, 'not in the outbox of ${publisher}' as found
        from "${consumer}".inbox i
        left join "${publisher}".outbox o on o.event_id = i.event_id and o.tenant_id = i.tenant_id
        where i.publisher = '${publisher}' and o.id is null`,
            )
            .join(' union all '),
  },
  {
    name: 'effects-happen-once',
    invariants: ['I2', 'D6'],
    sentence: 'A consumer notes each message once.',
    sql: ({ subgraphs }) =>
      forEach(
        subgraphs,
        (name) => `select tenant_id as tenant, '${name}.inbox ' || event_id as subject, count(*) || ' rows' as found
          from "${name}".inbox group by tenant_id, event_id having count(*) > 1`,
      ),
  },
  {
    name: 'a-message-has-its-consequences-once',
    invariants: ['I2', 'D6'],
    sentence: 'Whatever a message led to was published once.',
    sql: ({ subgraphs }) =>
      forEach(
        subgraphs,
        (name) => `select tenant_id as tenant, '${name} after ' || causation_id as subject,
            count(*) || ' times ' || type || ' of ' || aggregate_id as found
          from "${name}".outbox where causation_id is not null
          group by tenant_id, causation_id, type, aggregate_id, md5(payload::text) having count(*) > 1`,
      ),
  },
  {
    name: 'outboxes-have-no-gaps',
    invariants: ['I3'],
    sentence: 'The messages of an aggregate are numbered 1 to n.',
    sql: ({ subgraphs }) =>
      forEach(
        subgraphs,
        (name) => `select coalesce(o.tenant_id, s.tenant_id) as tenant,
            '${name} aggregate ' || coalesce(o.aggregate_id, s.aggregate_id) as subject,
            coalesce(o.rows, 0) || ' rows from ' || coalesce(o.first, 0) || ' to ' || coalesce(o.last, 0)
              || ', counted to ' || coalesce(s.sequence, 0) as found
          from (select tenant_id, aggregate_id, count(distinct sequence) as rows, min(sequence) as first, max(sequence) as last
            from "${name}".outbox group by 1, 2) o
          full join "${name}".outbox_sequence s on s.tenant_id = o.tenant_id and s.aggregate_id = o.aggregate_id
          where o.rows is distinct from o.last or o.first <> 1 or o.last is distinct from s.sequence`,
      ),
  },
  {
    name: 'marks-follow-their-publisher',
    invariants: ['I3'],
    sentence: 'No consumer is ahead of its publisher.',
    sql: ({ subscriptions }) =>
      subscriptions.length === 0
        ? null
        : subscriptions
            .map(
              ({ consumer, publisher }) => `
        select m.tenant_id as tenant, '${consumer} from ${publisher} ' || m.aggregate_id as subject,
          'at ' || m.sequence || ' of ' || coalesce(s.sequence, 0) as found
        from "${consumer}".consumer_mark m
        left join "${publisher}".outbox_sequence s on s.tenant_id = m.tenant_id and s.aggregate_id = m.aggregate_id
        where m.publisher = '${publisher}' and m.sequence > coalesce(s.sequence, 0)`,
            )
            .join(' union all '),
  },
  {
    name: 'effects-follow-the-mark',
    invariants: ['I3'],
    sentence: 'No consumer applied a message before its predecessors.',
    sql: ({ subscriptions }) =>
      subscriptions.length === 0
        ? null
        : subscriptions
            .map(
              ({ consumer, publisher }) => `
        select i.tenant_id as tenant, '${consumer}.inbox ' || i.event_id as subject,
          'number ' || o.sequence || ' with the mark at ' || coalesce(m.sequence, 0) as found
        from "${consumer}".inbox i
        join "${publisher}".outbox o on o.event_id = i.event_id and o.tenant_id = i.tenant_id
        left join "${consumer}".consumer_mark m
          on m.tenant_id = i.tenant_id and m.publisher = '${publisher}' and m.aggregate_id = o.aggregate_id
        where i.publisher = '${publisher}' and o.sequence > coalesce(m.sequence, 0)`,
            )
            .join(' union all '),
  },
];
