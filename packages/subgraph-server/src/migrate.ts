import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { messagingGrants, messagingTables } from '@ordergraph/events';
import { sealingDdl } from '@ordergraph/sealing';
import { applicationRole, relayRole } from '@ordergraph/tenancy';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { SubgraphDefinition } from './definition.ts';

/** How the database is prepared. */
export interface MigrateOptions {
  /** Connects as the owner: may create roles, and schemas in this database. */
  readonly ownerUrl: string;
  readonly definitions: readonly SubgraphDefinition[];
  /** The password that a role gets; null leaves it to whoever manages roles outside. */
  readonly passwordOf: (role: string) => string | null;
  /** The one subgraph that may destroy a person's key. */
  readonly eraser: string;
  readonly onProgress?: (message: string) => void;
}

/**
 * The ORM of a subgraph as its owner, with a migrator. Also what creates a new migration and finds drift, and only then
 * keeps the snapshot beside the migrations up to date.
 */
export async function connectMigrator(
  definition: SubgraphDefinition,
  ownerUrl: string,
  keepsSnapshot = true,
): Promise<MikroORM> {
  return MikroORM.init({
    driver: PostgreSqlDriver,
    clientUrl: ownerUrl,
    entities: [...definition.entities, ...messagingTables(definition.name)],
    schema: definition.name,
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    schemaGenerator: { ignoreSchema: ['public', 'sealing'] },
    migrations: {
      path: definition.migrations,
      glob: '!(*.d).ts',
      tableName: `${definition.name}.migration`,
      snapshot: keepsSnapshot,
      snapshotName: 'snapshot',
      emit: 'ts',
      transactional: true,
      allOrNothing: true,
      disableForeignKeys: false,
    },
    logger: () => undefined,
    pool: { min: 0, max: 2 },
  });
}

// Limits of the application's roles: a statement that hangs must not hang the caller, a forgotten transaction must not
// hold its locks.
const roleSettings: Readonly<Record<string, string>> = {
  statement_timeout: '5s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
};

async function createRole(client: Client, role: string, password: string | null): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  const name = escapeIdentifier(role);
  if (rowCount === 0) await client.query(`create role ${name} login nosuperuser nocreatedb nocreaterole nobypassrls`);
  if (password !== null) await client.query(`alter role ${name} password ${escapeLiteral(password)}`);
}

/** The statements that open a migrated schema to its two roles: row changes only, never its structure. */
function grantsOf(definition: SubgraphDefinition): string[] {
  const app = escapeIdentifier(applicationRole(definition.name));
  const relay = escapeIdentifier(relayRole(definition.name));
  const schema = escapeIdentifier(definition.name);
  return [
    `revoke all on schema ${schema} from public`,
    `grant usage on schema ${schema} to ${app}, ${relay}`,
    `grant select, insert, update, delete on all tables in schema ${schema} to ${app}`,
    `revoke all on ${schema}."migration" from ${app}`,
    `grant usage on all sequences in schema ${schema} to ${app}`,
    ...messagingGrants(definition.name, relayRole(definition.name)),
    ...(definition.grants ?? []),
  ];
}

/** What the prepared database depends on, so that a start with nothing to do costs three statements. */
function fingerprintOf(options: MigrateOptions): string {
  const parts = options.definitions.map((definition) => [
    definition.name,
    readdirSync(definition.migrations)
      .filter((file) => file.endsWith('.ts'))
      .sort(),
    grantsOf(definition),
    [applicationRole(definition.name), relayRole(definition.name)].map(options.passwordOf),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([parts, sealingStatements(options), roleSettings]))
    .digest('hex');
}

const sealingStatements = (options: MigrateOptions): string[] =>
  sealingDdl(
    options.definitions.map((definition) => applicationRole(definition.name)),
    applicationRole(options.eraser),
  );

/** Creates roles, schemas, tables, policies and grants; does nothing where all of that stands already. */
export async function migrate(options: MigrateOptions): Promise<void> {
  const client = new Client({ connectionString: options.ownerUrl });
  await client.connect();
  try {
    await client.query('create table if not exists public.ordergraph_database (fingerprint text not null)');
    // One process prepares the database at a time; the others find it prepared.
    await client.query("select pg_advisory_lock(hashtextextended('ordergraph:migrate', 0))");
    const fingerprint = fingerprintOf(options);
    const { rows } = await client.query<{ fingerprint: string }>('select fingerprint from public.ordergraph_database');
    if (rows[0]?.fingerprint === fingerprint) return;

    for (const name of new Set([...options.definitions.map((definition) => definition.name), options.eraser])) {
      for (const role of [applicationRole(name), relayRole(name)]) {
        await createRole(client, role, options.passwordOf(role));
        for (const [setting, value] of Object.entries(roleSettings)) {
          await client.query(`alter role ${escapeIdentifier(role)} set ${setting} = ${escapeLiteral(value)}`);
        }
      }
    }
    for (const statement of sealingStatements(options)) await client.query(statement);
    for (const definition of options.definitions) {
      options.onProgress?.(`Preparing the tables of ${definition.name}`);
      await client.query(`create schema if not exists ${escapeIdentifier(definition.name)}`);
      // Preparing a database changes the database, and not the folder that the program runs from.
      const orm = await connectMigrator(definition, options.ownerUrl, false);
      try {
        await orm.migrator.up();
      } finally {
        await orm.close(true);
      }
      for (const statement of grantsOf(definition)) await client.query(statement);
    }
    await client.query('delete from public.ordergraph_database');
    await client.query('insert into public.ordergraph_database (fingerprint) values ($1)', [fingerprint]);
  } finally {
    await client.end();
  }
}
