import { randomUUID } from 'node:crypto';

/** The database role that serves one subgraph's requests and events. Owns nothing and bypasses nothing. */
export const applicationRole = (subgraph: string): string => `app_${subgraph}`;

/**
 * The one role per subgraph that sees rows of more than one tenant: it relays the outbox, retries parked events and
 * looks for passed deadlines. It reads what its policies and column grants name, and never the rest of a row.
 */
export const relayRole = (subgraph: string): string => `relay_${subgraph}`;

/**
 * True for rows of the tenant that the transaction runs for, and for no row when it runs for none. After a
 * transaction-local setting ends, the setting reads `''` on a reused connection, hence `nullif`; the sub-select lets
 * PostgreSQL evaluate it once per statement; its alias is what PostgreSQL stores, so that migrations see no drift.
 */
const ownTenant = (columns: Record<string, string>): string =>
  `${columns['tenantId']} = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")`;

interface Policy {
  name: string;
  type?: 'permissive' | 'restrictive';
  command?: 'select' | 'insert' | 'update' | 'delete' | 'all';
  roles: string[];
  using?: string | ((columns: Record<string, string>) => string);
  check?: string | ((columns: Record<string, string>) => string);
}

/** What a tenant table may be opened for besides its own tenant. */
export interface TenantTableOptions {
  /** The relay role may see every tenant's rows (`select`), or also change them (`update`), within its column grants. */
  relay?: 'select' | 'update';
}

/**
 * Schema, forced row-level security and policies of a table whose rows belong to tenants; spread into `defineEntity`.
 * The restrictive policy repeats the permissive one, so that a policy added later can never widen what the role sees.
 */
export function tenantTable(subgraph: string, tableName: string, options: TenantTableOptions = {}) {
  const app = [applicationRole(subgraph)];
  const relay = [relayRole(subgraph)];
  const policies: Policy[] = [
    { name: 'tenant', roles: app, using: ownTenant, check: ownTenant },
    { name: 'tenant_guard', type: 'restrictive', roles: app, using: ownTenant, check: ownTenant },
  ];
  if (options.relay) policies.push({ name: 'relay_select', command: 'select', roles: relay, using: 'true' });
  if (options.relay === 'update') {
    policies.push({ name: 'relay_update', command: 'update', roles: relay, using: 'true', check: 'true' });
  }
  return { schema: subgraph, tableName, policies, rowLevelSecurity: 'force' as const };
}

/** A time-ordered identifier (UUIDv7, RFC 9562): index pages of recent rows stay together. */
export function newId(): string {
  const random = randomUUID().replaceAll('-', '');
  const time = Date.now().toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(random.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const hex = `${time}7${random.slice(13, 16)}${variant}${random.slice(17)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
