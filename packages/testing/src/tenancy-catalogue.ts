import type { ClientBase } from 'pg';

/** A breach that is meant, and why. */
export interface AllowedBreach {
  /** As reported: `table`, `table.constraint`, `table.policy`, `view`, `function` or `role`, with its schema where it has one. */
  readonly object: string;
  /** `any` is for tables that belong to no tenant, such as that of a migrator. */
  readonly rule: TenancyRule | 'any';
  readonly reason: string;
}

/** What the catalogue of a database must show; see `findTenancyBreaches`. */
export type TenancyRule =
  | 'tenant-column'
  | 'row-security'
  | 'policies'
  | 'keys'
  | 'index'
  | 'views'
  | 'roles'
  | 'grants'
  | 'functions'
  | 'allow-list';

export interface TenancyBreach {
  readonly rule: TenancyRule;
  readonly object: string;
  readonly problem: string;
}

export interface CatalogueOptions {
  /** The schemas whose tables belong to tenants. */
  readonly schemas: readonly string[];
  /** Every entry needs a reason and must still be needed. */
  readonly allow?: readonly AllowedBreach[];
}

// As PostgreSQL prints the policies of `tenantTable` back.
const ownTenant = `(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))`;

const queries: Readonly<Record<Exclude<TenancyRule, 'allow-list'>, string>> = {
  'tenant-column': `
    select t.name as object, 'has no column tenant_id uuid not null' as problem from tenant_table t
    where not exists (select from pg_attribute a
      where a.attrelid = t.oid and a.attname = 'tenant_id' and a.attnotnull and a.atttypid = 'uuid'::regtype)`,

  'row-security': `
    select name as object, concat_ws(', ',
      case when not relrowsecurity then 'row-level security is not enabled' end,
      case when not relforcerowsecurity then 'row-level security is not forced' end) as problem
    from tenant_table where not (relrowsecurity and relforcerowsecurity)`,

  // For every role that may touch the table and is not its relay: the permissive and the restrictive policy, as the
  // template has them; and no other policy that speaks to an application role, or to everybody.
  policies: `
    select t.name || '.' || w.name as object,
      'lacks the ' || w.kind || ' policy of the template for every application role that may use the table' as problem
    from tenant_table t
    cross join (values ('tenant', true, 'permissive'), ('tenant_guard', false, 'restrictive')) w (name, permissive, kind)
    where exists (
      select from app_role r where (
          has_any_column_privilege(r.oid, t.oid, 'select') or has_any_column_privilege(r.oid, t.oid, 'insert')
          or has_any_column_privilege(r.oid, t.oid, 'update') or has_table_privilege(r.oid, t.oid, 'delete'))
        and not exists (
          select from pg_policy p where p.polrelid = t.oid and p.polname = w.name and p.polpermissive = w.permissive
            and p.polcmd = '*' and r.oid = any (p.polroles)
            and pg_get_expr(p.polqual, p.polrelid) = $2 and pg_get_expr(p.polwithcheck, p.polrelid) = $2))
    union all
    select t.name || '.' || p.polname, 'is a policy beside the template''s two'
    from tenant_table t join pg_policy p on p.polrelid = t.oid
    where p.polname not in ('tenant', 'tenant_guard')
      and exists (select from unnest(p.polroles) r (oid) where r.oid not in (select oid from relay_role))`,

  // A key over one column of random or counted values says nothing about another tenant's rows.
  keys: `
    select t.name || '.' || c.conname as object, case c.contype
        when 'f' then 'is a foreign key that does not lead with tenant_id; its check sees all tenants'
        when 'x' then 'is an exclusion constraint; its check sees all tenants'
        else 'is a unique key that does not lead with tenant_id; a clash tells of another tenant''s row' end as problem
    from tenant_table t join pg_constraint c on c.conrelid = t.oid
    where c.contype in ('p', 'u', 'f', 'x')
      and (select a.attname from pg_attribute a where a.attrelid = t.oid and a.attnum = c.conkey[1]) is distinct from 'tenant_id'
      and not (c.contype in ('p', 'u') and cardinality(c.conkey) = 1 and exists (
        select from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = t.oid and a.attnum = c.conkey[1]
          and (a.atttypid = 'uuid'::regtype or a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%')))
    union all
    select t.name || '.' || x.relname, 'is a unique index that does not lead with tenant_id'
    from tenant_table t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid
    where i.indisunique and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
      and (select a.attname from pg_attribute a where a.attrelid = t.oid and a.attnum = i.indkey[0]) is distinct from 'tenant_id'`,

  index: `
    select t.name as object, 'has no index that leads with tenant_id' as problem from tenant_table t
    where not exists (
      select from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
      where i.indrelid = t.oid and i.indisvalid and i.indpred is null and a.attname = 'tenant_id')`,

  views: `
    select format('%I.%I', n.nspname, c.relname) as object,
      case c.relkind when 'm' then 'is a materialised view, which holds every tenant''s rows'
        else 'is a view without security_invoker, which reads as its owner' end as problem
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any ($1) and (c.relkind = 'm' or c.relkind = 'v' and not exists (
      select from pg_options_to_table(c.reloptions) o
      where o.option_name = 'security_invoker' and o.option_value in ('true', 'on', '1', 'yes')))`,

  roles: `
    select r.rolname::text as object, concat_ws(', ',
      case when r.rolsuper then 'is a superuser' end,
      case when r.rolbypassrls then 'has BYPASSRLS' end,
      case when r.rolcreaterole then 'may create roles' end,
      case when exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relowner = r.oid and n.nspname = any ($1)) then 'owns tables' end,
      case when exists (select from pg_namespace n where n.nspowner = r.oid and n.nspname = any ($1)) then 'owns a schema' end,
      case when exists (select from pg_auth_members m where m.member = r.oid) then 'is a member of another role' end) as problem
    from service_role r
    where r.rolsuper or r.rolbypassrls or r.rolcreaterole
      or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relowner = r.oid and n.nspname = any ($1))
      or exists (select from pg_namespace n where n.nspowner = r.oid and n.nspname = any ($1))
      or exists (select from pg_auth_members m where m.member = r.oid)`,

  grants: `
    select t.name as object, r.rolname || ' may ' || p.privilege || ' it, which row-level security does not see' as problem
    from tenant_table t cross join service_role r
    cross join (values ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p (privilege)
    where has_table_privilege(r.oid, t.oid, p.privilege)
    union all
    select format('%I', n.nspname), r.rolname || ' may create objects in the schema'
    from pg_namespace n cross join service_role r
    where n.nspname = any ($1) and has_schema_privilege(r.oid, n.oid, 'CREATE')`,

  functions: `
    select format('%I.%I', n.nspname, f.proname) as object, 'is SECURITY DEFINER, and runs as its owner' as problem
    from pg_proc f join pg_namespace n on n.oid = f.pronamespace
    where f.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')`,
};

const common = `
  with service_role as (
    select * from pg_roles where rolname ~ '^(app|relay)_'
  ), app_role as (
    select * from pg_roles where rolname ~ '^app_'
  ), relay_role as (
    select * from pg_roles where rolname ~ '^relay_'
  ), tenant_table as (
    select c.*, format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any ($1) and c.relkind in ('r', 'p')
  )`;

/**
 * Compares a migrated database with the rules of tenancy: every table of the schemas belongs to tenants, is guarded by
 * the template's policies, and tells nobody of another tenant's rows. Also finds what the next migration adds.
 */
export async function findTenancyBreaches(client: ClientBase, options: CatalogueOptions): Promise<TenancyBreach[]> {
  const allow = options.allow ?? [];
  const breaches: TenancyBreach[] = [];
  for (const [rule, statement] of Object.entries(queries)) {
    const { rows } = await client.query<{ object: string; problem: string }>(
      // Both parameters are used in each, so that PostgreSQL knows their types.
      `${common} select * from (${statement}) found where $1::text[] is not null and $2::text is not null order by 1, 2`,
      [options.schemas, ownTenant],
    );
    // The keys of an object literal of that type.
    breaches.push(...rows.map((row) => ({ ...row, rule: rule as TenancyRule })));
  }

  const isAllowed = (breach: TenancyBreach, { object, rule }: AllowedBreach): boolean =>
    breach.object === object && (rule === 'any' || breach.rule === rule);
  const unreasonable: TenancyBreach[] = allow.flatMap((entry) => {
    const problem =
      entry.reason.trim() === ''
        ? 'is allowed without a reason'
        : breaches.some((breach) => isAllowed(breach, entry))
          ? null
          : 'is allowed, and not there any more';
    return problem === null ? [] : [{ rule: 'allow-list' as const, object: entry.object, problem }];
  });
  return [...breaches.filter((breach) => !allow.some((entry) => isAllowed(breach, entry))), ...unreasonable];
}
