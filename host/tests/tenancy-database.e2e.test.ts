import { subgraphNames } from '@ordergraph/schema';
import { applicationRole, newId, relayRole } from '@ordergraph/tenancy';
import { findTenancyBreaches, type CatalogueOptions } from '@ordergraph/testing';
import { Client, DatabaseError, type QueryResult } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf, tenantTables, type TenantTable } from './tenancy/belongings.ts';
import { startTrial, type Trial } from './tenancy/trial.ts';

let trial: Trial;
let tables: TenantTable[];

beforeAll(async () => {
  trial = await startTrial();
  tables = await tenantTables(trial.superuser);
});
afterAll(() => trial.stop());

const subgraphs = [...subgraphNames];
const nameOf = ({ schema, name }: TenantTable): string => `"${schema}"."${name}"`;

/** Connects as a role, as a service does that knows the password. */
async function as<Result>(role: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: trial.shop.house.database.urlFor(role) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

interface Attempt {
  /** How many rows it reached; null when it was refused. */
  readonly rows: number | null;
  readonly code: string | null;
}

/** Tries a statement for a tenant, or for none, and takes it back. */
async function attempt(client: Client, tenantId: string | null, sql: string, values: unknown[] = []): Promise<Attempt> {
  await client.query(tenantId === null ? 'begin' : `begin; select set_config('app.tenant_id', '${tenantId}', true)`);
  try {
    const result: QueryResult = await client.query(sql, values);
    return { rows: result.rowCount ?? 0, code: null };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { rows: null, code: error.code ?? '' };
  } finally {
    await client.query('rollback');
  }
}

/** A row of A as JSON, changed so that nothing but the tenant stands in the way of inserting it. */
async function likeRowOf(table: TenantTable, tenantId: string): Promise<string | null> {
  const { rows } = await trial.superuser.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) as row from ${nameOf(table)} t where tenant_id = $1 limit 1`,
    [tenantId],
  );
  const row = rows[0]?.row;
  if (!row) return null;
  for (const key of ['id', 'event_id', 'aggregate_id']) if (typeof row[key] === 'string') row[key] = newId();
  return JSON.stringify(row);
}

const refused = '42501';
// COPY FROM does not go with row-level security.
const notWithRowSecurity = '0A000';
const isNothing = ({ rows, code }: Attempt): boolean => rows === 0 || code === refused;

test.for(subgraphs)('app_%s reads and changes nothing without a tenant, and nothing of A as B', async (subgraph) => {
  const before = await rowsOf(trial.superuser, trial.a.id);
  const breaches: string[] = [];
  await as(applicationRole(subgraph), async (client) => {
    for (const table of tables) {
      const name = nameOf(table);
      const check = (what: string, tried: Attempt, isGood = isNothing(tried)): void => {
        if (!isGood) breaches.push(`${name}: ${what}: ${JSON.stringify(tried)}`);
      };
      const ofA = `where tenant_id = '${trial.a.id}'`;
      if (table.schema !== subgraph && table.schema !== 'sealing') {
        for (const sql of [
          `select from ${name}`,
          `delete from ${name}`,
          `update ${name} set tenant_id = tenant_id`,
          `copy ${name} to stdout`,
        ]) {
          const tried = await attempt(client, trial.a.id, sql);
          check(sql, tried, tried.code === refused);
        }
        continue;
      }
      const row = await likeRowOf(table, trial.a.id);
      for (const [who, tenantId] of [
        ['nobody', null],
        ['an empty tenant', ''],
        ['B', trial.b.id],
      ] as const) {
        check(`${who} reads A`, await attempt(client, tenantId, `select * from ${name} ${ofA}`));
        check(`${who} deletes A`, await attempt(client, tenantId, `delete from ${name} ${ofA}`));
        check(`${who} updates A`, await attempt(client, tenantId, `update ${name} set tenant_id = tenant_id ${ofA}`));
        check(`${who} copies A out`, await attempt(client, tenantId, `copy (select * from ${name} ${ofA}) to stdout`));
        check(`${who} locks A`, await attempt(client, tenantId, `select from ${name} ${ofA} for update`));
        if (row === null) continue;
        const insert = `insert into ${name} overriding system value select * from jsonb_populate_record(null::${name}, $1::jsonb)`;
        const tried = await attempt(client, tenantId, insert, [row]);
        check(`${who} inserts for A`, tried, tried.code === refused);
      }
      check('nobody reads', await attempt(client, null, `select * from ${name}`));
      check('nobody copies', await attempt(client, null, `copy ${name} to stdout`));
      const own = await attempt(client, trial.b.id, `select * from ${name} where tenant_id = '${trial.b.id}'`);
      const all = await attempt(client, trial.b.id, `select * from ${name}`);
      check('B reads more than its own', all, all.rows === own.rows);
      if (table.name === 'outbox') check('B does not read its own', own, (own.rows ?? 0) > 0);
      check(
        'B gives its rows to A',
        await attempt(client, trial.b.id, `update ${name} set tenant_id = '${trial.a.id}'`),
      );
      for (const sql of [
        `truncate ${name}`,
        `create table "${table.schema}".planted (t uuid references ${name})`,
        `copy ${name} from '/dev/null'`,
        `copy ${name} to '/tmp/planted'`,
        `copy ${name} to program 'cat'`,
        `alter table ${name} disable row level security`,
        `drop policy tenant_guard on ${name}`,
        `alter table ${name} owner to "${applicationRole(subgraph)}"`,
      ]) {
        const tried = await attempt(client, trial.b.id, sql);
        check(sql, tried, tried.code === refused || tried.code === notWithRowSecurity);
      }
    }
    for (const role of [
      'postgres',
      'og_owner',
      ...subgraphs.map(relayRole),
      ...subgraphs.filter((name) => name !== subgraph).map(applicationRole),
    ]) {
      const tried = await attempt(client, null, `set role "${role}"`);
      const isUnknown = tried.code === '22023';
      if (tried.code !== refused && !isUnknown) breaches.push(`becomes ${role}: ${JSON.stringify(tried)}`);
    }
    await client.query('set row_security = off');
    const read = await attempt(client, trial.b.id, `select from "${subgraph}"."outbox"`);
    if (read.code !== refused) breaches.push(`without row security: ${JSON.stringify(read)}`);
  });
  expect(breaches).toEqual([]);
  expect(await rowsOf(trial.superuser, trial.a.id)).toEqual(before);
});

// What is read over all tenants besides messages, for the timer or the list that needs it, and what is changed. A new
// entry here opens rows of all merchants to one more statement: sign it only with a reason.
const overAllTenants: Readonly<Record<string, string>> = {
  // Platform operators list merchants; an API key says by its prefix whose it is.
  'accounts.merchant select':
    'capture_policy checkout_hold_seconds country_code created_at currency_codes default_currency_code handle id language_code name return_window_days status tax_rates taxes_included time_zone version',
  'accounts.api_key select': 'id is_active prefix tenant_id',
  'inventory.level select': 'id override_expires_at tenant_id',
  'inventory.reservation select': 'cart_id expires_at status tenant_id',
  // What time does to points: which accounts, never whose or how much.
  'loyalty.account select': 'id tenant_id tier_valid_until',
  'loyalty.lot select': 'account_id activates_at expires_at is_pending remaining tenant_id warnings',
  'loyalty.redemption select': 'account_id expires_at status tenant_id',
  // When carriers are asked, parcels leave, positions grow stale or thin, and webhooks are worked through.
  'logistics.shipment select': 'dispatch_due_at id operation operation_due_at tenant_id',
  'logistics.position select': 'heard_at is_stale shipment_id tenant_id thin_due_at',
  'logistics.carrier_webhook select': 'due_at given_up_at id received_at tenant_id',
  'notifications.notification select': 'due_at id status tenant_id',
  'orders.saga select': 'deadline_at id tenant_id',
  'payments.payment select': 'expires_at id status tenant_id',
  // What a call to the provider says is read as it is claimed, whoever's it is.
  'payments.provider_operation select':
    'amount_minor attempts cause charge_key charge_reference currency_code id is_final key kind lease_epoch leased_until method_token next_attempt_at payment_id refund_id return_url state tenant_id',
  'payments.provider_operation update': 'attempts lease_epoch leased_until',
  'payments.sandbox_event select': 'attempts decision delivered_at due_at event_id id key tenant_id type',
  'payments.sandbox_event update': 'attempts due_at',
};

test('relay roles read messages and the columns of their timers, and change little more than the mark of what is delivered', async () => {
  const { rows } = await trial.superuser.query<{ role: string; privilege: string; columns: string }>(
    `select r.rolname as role, format('%s.%s %s', n.nspname, c.relname, p.privilege) as privilege,
       case when bool_and(p.on_table) then '*' else string_agg(a.attname, ' ' order by a.attname) end as columns
     from pg_roles r cross join pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     cross join lateral (
       select privilege, has_table_privilege(r.oid, c.oid, privilege) as on_table, has_column_privilege(r.oid, c.oid, a.attname, privilege) as on_column
       from unnest(array['select', 'insert', 'update', 'references']) privilege
       union all select privilege, has_table_privilege(r.oid, c.oid, privilege), false from unnest(array['delete', 'truncate', 'trigger']) privilege
     ) p
     where r.rolname ~ '^relay_' and c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
       and (p.on_table or p.on_column)
     group by r.rolname, n.nspname, c.relname, p.privilege`,
  );
  const found = Object.fromEntries(rows.map(({ privilege, columns }) => [privilege, columns]));
  const ofMessages = subgraphs.map((name): Record<string, string> => ({
    [`${name}.outbox select`]: '*',
    [`${name}.outbox update`]: 'published_at',
    [`${name}.parked_event select`]: '*',
  }));

  expect(found).toEqual(Object.assign({ ...overAllTenants }, ...ofMessages));
  expect(rows.filter(({ role, privilege }) => !privilege.startsWith(`${role.replace('relay_', '')}.`))).toEqual([]);
});

test('a relay role that asks for a whole row of a table with a timer is refused', async () => {
  for (const [schema, table] of [
    ['orders', 'saga'],
    ['inventory', 'reservation'],
    ['payments', 'payment'],
    ['accounts', 'api_key'],
    ['logistics', 'shipment'],
    ['logistics', 'position'],
  ] as const) {
    await as(relayRole(schema), async (client) => {
      for (const sql of [
        `select * from "${schema}"."${table}"`,
        `delete from "${schema}"."${table}"`,
        `update "${schema}"."${table}" set tenant_id = tenant_id`,
      ]) {
        expect([sql, await attempt(client, null, sql)]).toEqual([sql, { rows: null, code: refused }]);
      }
      // A tenant's rows are for the application's role, whatever tenant the relay names.
      expect(await attempt(client, trial.a.id, `select * from "${schema}"."idempotency_key"`)).toEqual({
        rows: null,
        code: refused,
      });
    });
  }
});

const byIdOnly = 'A copy of somebody else’s row, which is read by its id and nothing else.';
const options: CatalogueOptions = {
  schemas: [...subgraphNames, 'sealing'],
  allow: [
    ...subgraphNames.map((name) => ({
      object: `${name}.migration`,
      rule: 'any' as const,
      reason: 'The migrator’s own; no application role may touch it.',
    })),
    {
      object: 'accounts.merchant.merchant_handle_unique',
      rule: 'keys',
      reason: 'A handle is part of public URLs; only platform operators are told that one is taken.',
    },
    {
      object: 'sealing.subject_key.destroy_only',
      rule: 'policies',
      reason: 'Restrictive: it narrows updates to the destruction of a key.',
    },
    { object: 'logistics.order_copy', rule: 'index', reason: byIdOnly },
    { object: 'notifications.customer_copy', rule: 'index', reason: byIdOnly },
    { object: 'notifications.order_copy', rule: 'index', reason: byIdOnly },
    { object: 'payments.checkout_cart', rule: 'index', reason: byIdOnly },
    { object: 'payments.order_copy', rule: 'index', reason: byIdOnly },
    {
      object: 'payments.sandbox_event',
      rule: 'index',
      reason: 'The sandbox provider’s; read by when it is due, over all tenants.',
    },
  ],
};

test('the catalogue of the whole database keeps the rules of tenancy', async () => {
  expect(await findTenancyBreaches(trial.superuser, options)).toEqual([]);
});

/** What the catalogue says with a defect in it; the defect is taken back. */
async function breachesWith(...statements: readonly string[]): Promise<string[]> {
  const { superuser } = trial;
  await superuser.query('begin');
  try {
    for (const statement of statements) await superuser.query(statement);
    return (await findTenancyBreaches(superuser, options)).map(({ rule, object }) => `${rule} ${object}`);
  } finally {
    await superuser.query('rollback');
  }
}

test('the catalogue test sees a new table without a policy, and each guard that is taken away', async () => {
  const planted = 'create table "orders"."planted" (id uuid primary key, tenant_id uuid not null)';
  const granted = 'grant select on "orders"."planted" to "app_orders"';

  expect(await breachesWith(planted)).toEqual(
    expect.arrayContaining(['row-security orders.planted', 'index orders.planted']),
  );
  expect(await breachesWith(planted, granted)).toEqual(
    expect.arrayContaining(['policies orders.planted.tenant', 'policies orders.planted.tenant_guard']),
  );
  expect(await breachesWith('create table "orders"."planted" (id uuid primary key)')).toContain(
    'tenant-column orders.planted',
  );
  expect(await breachesWith('alter table "orders"."cart" no force row level security')).toEqual([
    'row-security orders.cart',
  ]);
  expect(await breachesWith('alter table "orders"."cart" disable row level security')).toEqual([
    'row-security orders.cart',
  ]);
  expect(await breachesWith('drop policy "tenant_guard" on "orders"."cart"')).toEqual([
    'policies orders.cart.tenant_guard',
  ]);
  expect(await breachesWith('create policy "wide" on "orders"."cart" to "app_orders" using (true)')).toEqual([
    'policies orders.cart.wide',
  ]);
  expect(await breachesWith('alter role "app_orders" bypassrls')).toEqual(['roles app_orders']);
  expect(await breachesWith('grant truncate on "orders"."cart" to "app_orders"')).toEqual(['grants orders.cart']);
  expect(await breachesWith('create view "orders"."all_carts" as select * from "orders"."cart"')).toEqual([
    'views orders.all_carts',
  ]);
});
