import { findTenancyBreaches, type TestDatabase } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asRole, aShopDatabase } from './shop-database.ts';

const schemas = ['tenancy_shop'];

let database: TestDatabase;
beforeAll(async () => {
  database = await aShopDatabase();
});
afterAll(() => database.drop());

/** What is found after a change, which is then undone. */
async function breachesAfter(change: string, allow: Parameters<typeof findTenancyBreaches>[1]['allow'] = []) {
  return asRole(database, 'superuser', async (client) => {
    await client.query('begin');
    try {
      await client.query(change);
      return await findTenancyBreaches(client, { schemas, allow });
    } finally {
      await client.query('rollback');
    }
  });
}

test('finds nothing in a table that the template made', async () => {
  expect(await breachesAfter('select 1')).toEqual([]);
});

const note = 'tenancy_shop.note';
const bareCast = `(tenant_id = (select current_setting('app.tenant_id', true)::uuid))`;
const own = `(tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif"))`;

test.for([
  ['a nullable tenant', 'tenant-column', note, `alter table ${note} alter tenant_id drop not null`],
  [
    'a tenant of another type',
    'tenant-column',
    'tenancy_shop.plain',
    `create table tenancy_shop.plain (tenant_id text not null)`,
  ],
  [
    'a table without a tenant',
    'tenant-column',
    'tenancy_shop.plain',
    'create table tenancy_shop.plain (id uuid primary key)',
  ],
  ['row security that is off', 'row-security', note, `alter table ${note} disable row level security`],
  [
    'row security that does not bind the owner',
    'row-security',
    note,
    `alter table ${note} no force row level security`,
  ],
  ['a missing policy', 'policies', `${note}.tenant`, `drop policy tenant on ${note}`],
  ['a missing guard', 'policies', `${note}.tenant_guard`, `drop policy tenant_guard on ${note}`],
  [
    'a policy whose cast fails on an empty setting',
    'policies',
    `${note}.tenant`,
    `alter policy tenant on ${note} using (${bareCast})`,
  ],
  ['a policy that lets anything in', 'policies', `${note}.tenant`, `alter policy tenant on ${note} with check (true)`],
  [
    'a guard that is permissive',
    'policies',
    `${note}.tenant_guard`,
    `drop policy tenant_guard on ${note}; create policy tenant_guard on ${note} to app_tenancy_shop using (${own}) with check (${own})`,
  ],
  [
    'a policy without a check of its own',
    'policies',
    `${note}.tenant`,
    `drop policy tenant on ${note}; create policy tenant on ${note} to app_tenancy_shop using (${own})`,
  ],
  [
    'a further policy for an application',
    'policies',
    `${note}.wide`,
    `create policy wide on ${note} to app_tenancy_shop using (true)`,
  ],
  ['a further policy for everybody', 'policies', `${note}.wide`, `create policy wide on ${note} using (true)`],
  [
    'a role that the policies forget',
    'policies',
    `${note}.tenant`,
    `create role app_tenancy_other; grant select on ${note} to app_tenancy_other`,
  ],
  [
    'a unique key over all tenants',
    'keys',
    `${note}.unique_text`,
    `alter table ${note} add constraint unique_text unique (text)`,
  ],
  [
    'a unique index over all tenants',
    'keys',
    `${note}.unique_text`,
    `create unique index unique_text on ${note} (text) where text <> ''`,
  ],
  [
    'a primary key that people choose',
    'keys',
    'tenancy_shop.named.named_pkey',
    'create table tenancy_shop.named (name text primary key)',
  ],
  [
    'a foreign key over all tenants',
    'keys',
    `${note}.points`,
    `alter table ${note} add constraint points foreign key (id) references ${note} (id)`,
  ],
  ['no index by tenant', 'index', note, `drop index tenancy_shop.note_tenant_id_id_index`],
  [
    'a view that reads as its owner',
    'views',
    'tenancy_shop.notes',
    `create view tenancy_shop.notes as select * from ${note}`,
  ],
  [
    'a materialised view',
    'views',
    'tenancy_shop.notes',
    `create materialized view tenancy_shop.notes as select * from ${note}`,
  ],
  ['an application role without limits', 'roles', 'app_tenancy_shop', 'alter role app_tenancy_shop bypassrls'],
  [
    'an application role that owns a table',
    'roles',
    'app_tenancy_shop',
    `alter table ${note} owner to app_tenancy_shop`,
  ],
  ['a relay role that is a superuser', 'roles', 'relay_tenancy_shop', 'alter role relay_tenancy_shop superuser'],
  ['a role that may become another', 'roles', 'app_tenancy_shop', 'grant relay_tenancy_shop to app_tenancy_shop'],
  ['TRUNCATE', 'grants', note, `grant truncate on ${note} to app_tenancy_shop`],
  ['REFERENCES', 'grants', note, `grant references on ${note} to app_tenancy_shop`],
  [
    'a schema that the application may fill',
    'grants',
    'tenancy_shop',
    'grant create on schema tenancy_shop to app_tenancy_shop',
  ],
  [
    'a function that runs as its owner',
    'functions',
    'public.peek',
    `create function public.peek() returns bigint language sql security definer as 'select count(*) from ${note}'`,
  ],
] as const)('finds %s', async ([, rule, object, change]) => {
  expect(await breachesAfter(change)).toContainEqual(expect.objectContaining({ rule, object }));
});

test('a view that reads as its caller, a key that leads with the tenant and an identity are fine', async () => {
  const change = `
    alter table ${note} add constraint unique_text unique (tenant_id, text), add column other uuid unique;
    alter table ${note} drop constraint note_pkey, drop column id, add column id bigserial primary key;
    create view tenancy_shop.notes with (security_invoker = true) as select * from ${note}`;

  const breaches = await breachesAfter(change);

  expect(breaches.filter(({ rule }) => rule === 'views' || rule === 'keys')).toEqual([]);
});

test('an exception needs a reason and a breach', async () => {
  const change = `alter table ${note} add constraint unique_text unique (text)`;
  const exception = { object: `${note}.unique_text`, rule: 'keys' as const };

  expect(await breachesAfter(change, [{ ...exception, reason: 'Texts are public.' }])).toEqual([]);
  expect(await breachesAfter(change, [{ ...exception, rule: 'any', reason: 'Texts are public.' }])).toEqual([]);
  expect(await breachesAfter(change, [{ ...exception, reason: ' ' }])).toEqual([
    { rule: 'allow-list', object: exception.object, problem: 'is allowed without a reason' },
  ]);
  expect(await breachesAfter('select 1', [{ ...exception, reason: 'Texts are public.' }])).toEqual([
    { rule: 'allow-list', object: exception.object, problem: 'is allowed, and not there any more' },
  ]);
});
