import { join } from 'node:path';
import type { EmbeddedPostgres } from '@ordergraph/embedded-postgres';
import { applicationRole } from '@ordergraph/tenancy';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Environment } from './environment.ts';

/** A prepared or preparable database, and how each role reaches it. */
export interface Database {
  /** Changes with the database: what was done once in one is not done in another. */
  readonly directory: string;
  urlFor(role: string): string;
  /** The owner's; null where this process must not have it. */
  readonly owner: { readonly url: string; passwordOf(role: string): string | null } | null;
  stop(): Promise<void>;
}

const ownerRole = 'og_owner';
const databaseName = 'ordergraph';

/** The database of `DATABASE_URL`: its address only, each role with the password that roles have. */
export function databaseAt(url: URL, environment: Environment): Database {
  return {
    directory: environment.stateDirectory,
    urlFor: (role) => roleUrl(url, role, environment.databaseRolePassword),
    owner: null,
    stop: async () => undefined,
  };
}

/** The URL of a role in the database of another role's URL. */
export function roleUrl(base: URL, role: string, password: string | null): string {
  const url = new URL(base);
  url.username = role;
  url.password = password === null ? '' : encodeURIComponent(password);
  return url.href;
}

/** Starts the embedded PostgreSQL in the state directory, with a database and an owner in it. */
export async function startDatabase(
  environment: Environment,
  onProgress: (message: string) => void,
): Promise<Database> {
  const { startEmbeddedPostgres } = await import('@ordergraph/embedded-postgres');
  const directory = join(environment.stateDirectory, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory, durable: true, onProgress });
  try {
    await createOwnedDatabase(postgres);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return {
    directory,
    urlFor: (role) => postgres.urlFor(role, databaseName),
    owner: { url: postgres.urlFor(ownerRole, databaseName), passwordOf: () => postgres.rolePassword },
    stop: () => postgres.stop(),
  };
}

async function createOwnedDatabase({ superuserUrl, rolePassword }: EmbeddedPostgres): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ has_role: boolean; has_database: boolean }>(
      `select exists (select 1 from pg_roles where rolname = $1) as has_role,
         exists (select 1 from pg_database where datname = $2) as has_database`,
      [ownerRole, databaseName],
    );
    const owner = escapeIdentifier(ownerRole);
    if (!rows[0]?.has_role) {
      await client.query(`create role ${owner} login createrole nobypassrls password ${escapeLiteral(rolePassword)}`);
    }
    if (!rows[0]?.has_database) await client.query(`create database ${databaseName} owner ${owner}`);
  } finally {
    await client.end();
  }
}

/** Refuses, with what to do, to serve from a database that nobody has prepared. */
export async function assertPrepared(database: Database, subgraph: string): Promise<void> {
  const role = applicationRole(subgraph);
  const client = new Client({ connectionString: database.urlFor(role), connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
      `"${subgraph}"."outbox"`,
    ]);
    if (rows[0]?.found) return;
  } catch (error) {
    const reason = error instanceof Error ? error.message || String(error) : String(error);
    throw new Error(
      `${role} cannot work with the database of DATABASE_URL (${reason}). If nobody has prepared it yet, run ` +
        'npm run migrate with the owner’s DATABASE_URL; else check DATABASE_ROLE_PASSWORD.',
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
  throw new Error(
    `The database of DATABASE_URL has no tables for ${subgraph}. Run npm run migrate with the owner’s DATABASE_URL first.`,
  );
}
