import type { Client } from 'pg';

const uuidForm = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const opaqueForm = /[A-Za-z0-9_-]{48,}/g;

/** The UUIDs in a text, bare or in opaque ids. */
export function uuidsIn(text: string): string[] {
  const opaque = text.match(opaqueForm) ?? [];
  return [text, ...opaque.map((id) => Buffer.from(id, 'base64url').toString('latin1'))].flatMap(
    (part) => part.match(uuidForm) ?? [],
  );
}

/** The opaque ids in a text, by the type that they name. */
export function opaqueIdsIn(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const id of text.match(opaqueForm) ?? []) {
    const [, type] = /^(\w+):[0-9a-f-]{36}$/.exec(Buffer.from(id, 'base64url').toString('latin1')) ?? [];
    if (type) found.set(type, (found.get(type) ?? new Set()).add(id));
  }
  return found;
}

export interface TenantTable {
  readonly schema: string;
  readonly name: string;
}

/** All tables with rows of tenants, in all schemas. */
export async function tenantTables(superuser: Client): Promise<TenantTable[]> {
  const { rows } = await superuser.query<TenantTable>(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  return rows;
}

/** All rows of a tenant as texts, by table. Read past every policy. */
export async function rowsOf(superuser: Client, tenantId: string): Promise<Map<string, string[]>> {
  const rows = new Map<string, string[]>();
  for (const { schema, name } of await tenantTables(superuser)) {
    const read = await superuser.query<{ row: string }>(
      `select row_to_json(t)::text as row from "${schema}"."${name}" t where tenant_id = $1 order by 1`,
      [tenantId],
    );
    rows.set(
      `${schema}.${name}`,
      read.rows.map(({ row }) => row),
    );
  }
  return rows;
}

/** What must not be seen: the ids of somebody's rows, and a word that all their texts contain. */
export interface Belongings {
  readonly ids: ReadonlySet<string>;
  readonly mark: string;
}

/** What of somebody's belongings an answer shows, besides what the caller passed in. */
export function shownIn(answer: unknown, { ids, mark }: Belongings, ...passed: readonly string[]): string[] {
  const text = passed.reduce((rest, value) => rest.replaceAll(value, ''), JSON.stringify(answer) ?? '');
  const own = new Set(passed.flatMap(uuidsIn));
  const shown = uuidsIn(text).filter((id) => ids.has(id) && !own.has(id));
  return text.toLowerCase().includes(mark) ? [...shown, mark] : shown;
}

/** An answer with what was passed in taken out, so that two answers can be compared that differ in nothing else. */
export function withoutPassed(answer: unknown, ...passed: readonly string[]): string {
  const given = [...passed, ...passed.flatMap(uuidsIn)];
  return given.reduce((rest, value) => rest.replaceAll(value, '<passed>'), JSON.stringify(answer) ?? '');
}
