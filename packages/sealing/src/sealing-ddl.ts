const ownTenant = `tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")`;

/**
 * The statements that create the key table, its policies and its grants, or bring them up to date. The owner runs them, in
 * one transaction, whenever it migrates; the roles must exist. Every role may read and create its tenant's keys; only the
 * eraser may destroy one, and nobody may bring a destroyed one back.
 */
export function sealingDdl(subgraphRoles: readonly string[], eraserRole: string): string[] {
  const eraser = roleName(eraserRole);
  const roles = [...new Set([...subgraphRoles, eraserRole])].map(roleName).join(', ');
  const table = 'sealing.subject_key';

  return [
    'create schema if not exists sealing',
    `create table if not exists ${table} (
      tenant_id uuid not null,
      subject_id uuid not null,
      key_id uuid not null,
      wrapped_key bytea,
      created_at timestamptz not null default now(),
      destroyed_at timestamptz,
      primary key (tenant_id, subject_id),
      constraint destroyed_without_key check ((wrapped_key is null) = (destroyed_at is not null))
    )`,
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `drop policy if exists tenant on ${table}`,
    `create policy tenant on ${table} to ${roles} using (${ownTenant}) with check (${ownTenant})`,
    `drop policy if exists tenant_guard on ${table}`,
    `create policy tenant_guard on ${table} as restrictive to ${roles} using (${ownTenant}) with check (${ownTenant})`,
    `drop policy if exists destroy_only on ${table}`,
    `create policy destroy_only on ${table} as restrictive for update to ${roles} using (true) with check (destroyed_at is not null)`,
    `grant usage on schema sealing to ${roles}`,
    // created_at is left to its default: the key cache trusts it to tell its own transaction's rows from committed ones.
    `grant select, insert (tenant_id, subject_id, key_id, wrapped_key) on ${table} to ${roles}`,
    `grant insert (destroyed_at), update (wrapped_key, destroyed_at) on ${table} to ${eraser}`,
  ];
}

function roleName(role: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role)) {
    throw new TypeError(
      `Expected a role name of lower-case letters, digits and underscores; got ${JSON.stringify(role)}.`,
    );
  }
  return `"${role}"`;
}
