import type { Installation, Oracle } from '../oracle.ts';

const listOf = ({ subgraphs }: Installation): string => subgraphs.map((name) => `'${name}'`).join(', ');

// Tables without a tenant: the one in which each schema notes its migrations.
const exempt = `('migration')`;

// A merchant's handle is in addresses that name no merchant yet, so it is unique over all of them.
const keysOverAllTenants = `('merchant_handle_unique')`;

const tables = (installation: Installation): string => `
  select c.oid, n.nspname as schema, c.relname as name, c.relrowsecurity, c.relforcerowsecurity,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull) as has_tenant
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in (${listOf(installation)}) and c.relkind in ('r', 'p') and c.relname not in ${exempt}`;

const pairs: readonly (readonly [child: string, column: string, parent: string])[] = [
  ['orders.order_line', 'order_id', 'orders."order"'],
  ['orders.timeline_event', 'order_id', 'orders."order"'],
  ['orders.saga', 'order_id', 'orders."order"'],
  ['inventory.movement', 'level_id', 'inventory.level'],
  ['inventory.reservation', 'level_id', 'inventory.level'],
  ['payments.posting', 'journal_id', 'payments.journal'],
  ['payments.journal', 'payment_id', 'payments.payment'],
  ['payments.refund', 'payment_id', 'payments.payment'],
];

/** Tenancy, as the catalogue has it; and no row that belongs to another tenant than what it is a part of. */
export const tenancy: readonly Oracle[] = [
  {
    name: 'tables-force-row-security',
    invariants: ['T3'],
    sentence: 'Every table has a tenant, with row-level security enabled and forced.',
    sql: (installation) => `select null::uuid as tenant, schema || '.' || name as subject,
        format('tenant %s, enabled %s, forced %s', has_tenant, relrowsecurity, relforcerowsecurity) as found
      from (${tables(installation)}) t where not (has_tenant and relrowsecurity and relforcerowsecurity)`,
  },
  {
    name: 'policies-narrow-to-the-tenant',
    invariants: ['T3'],
    sentence:
      'On every table the application’s role is held to its tenant, for reading and for writing, by a policy that none can widen.',
    sql: (installation) => `select null::uuid as tenant, t.schema || '.' || t.name as subject,
        coalesce(string_agg(p.polname, ', '), 'no policy') as found
      from (${tables(installation)}) t
      left join pg_policy p on p.polrelid = t.oid and p.polcmd = '*' and to_regrole('app_' || t.schema) = any(p.polroles)
        and pg_get_expr(p.polqual, t.oid) ~ '^\\(tenant_id = \\( SELECT .*current_setting\\(''app.tenant_id''::text, true\\), ''''::text\\)'
        and pg_get_expr(p.polwithcheck, t.oid) = pg_get_expr(p.polqual, t.oid)
      group by t.schema, t.name
      having count(*) filter (where p.polpermissive) <> 1 or count(*) filter (where not p.polpermissive) < 1`,
  },
  {
    name: 'keys-lead-with-the-tenant',
    invariants: ['T3'],
    sentence:
      'A unique key leads with the tenant, unless it is one generated id; there are no foreign keys across rows.',
    sql: (
      installation,
    ) => `select null::uuid as tenant, i.indexrelid::regclass::text as subject, 'leads with ' || a.attname as found
      from (${tables(installation)}) t
      join pg_index i on i.indrelid = t.oid and i.indisunique
      join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
      where a.attname <> 'tenant_id' and not (i.indnkeyatts = 1 and a.atttypid in ('uuid'::regtype, 'bigint'::regtype))
        and (select relname from pg_class where oid = i.indexrelid) not in ${keysOverAllTenants}
      union all
      select null, k.conrelid::regclass || ' ' || k.conname, pg_get_constraintdef(k.oid)
      from pg_constraint k join (${tables(installation)}) t on t.oid = k.conrelid
      where k.contype = 'f' and (select attname from pg_attribute where attrelid = k.conrelid and attnum = k.conkey[1]) <> 'tenant_id'`,
  },
  {
    name: 'views-see-as-their-reader',
    invariants: ['T3'],
    sentence: 'Views run with the rights of whoever reads them, and nothing is materialised over tenants.',
    sql: (installation) => `select null::uuid as tenant, n.nspname || '.' || c.relname as subject,
        case c.relkind when 'm' then 'materialised' else 'not security_invoker' end as found
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in (${listOf(installation)}) and (c.relkind = 'm'
        or c.relkind = 'v' and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false))`,
  },
  {
    name: 'roles-own-and-bypass-nothing',
    invariants: ['T4'],
    sentence: 'The roles that serve requests and relay messages own nothing, bypass nothing and may truncate nothing.',
    sql: (installation) => `select null::uuid as tenant, 'role ' || r.rolname as subject,
        format('superuser %s, bypasses %s, creates roles %s, owns %s, truncates %s', r.rolsuper, r.rolbypassrls, r.rolcreaterole,
          (select count(*) from pg_class c where c.relowner = r.oid), count(t.oid)) as found
      from unnest(array[${listOf(installation)}]) s(name)
      join pg_roles r on r.rolname in ('app_' || s.name, 'relay_' || s.name)
      left join (${tables(installation)}) t on has_table_privilege(r.oid, t.oid, 'TRUNCATE')
      group by r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole
      having r.rolsuper or r.rolbypassrls or r.rolcreaterole or count(t.oid) > 0
        or exists (select from pg_class c where c.relowner = r.oid)`,
  },
  {
    name: 'parts-belong-to-their-whole',
    invariants: ['T1'],
    sentence: 'A line belongs to the same merchant as its order, a posting as its entry, a movement as its level.',
    sql: () =>
      pairs
        .map(
          ([child, column, parent]) => `select c.tenant_id as tenant, '${child} ' || c.id as subject,
            'part of one of ' || coalesce(p.tenant_id::text, 'nobody') as found
          from ${child} c left join ${parent} p on p.id = c.${column}
          where c.${column} is not null and p.tenant_id is distinct from c.tenant_id`,
        )
        .join(' union all '),
  },
];
