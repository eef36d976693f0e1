import { defineEntity, MikroORM, p, type SqlEntityManager } from '@mikro-orm/postgresql';
import { applicationRole, relayRole, tenantTable, RoundTripClient } from '@ordergraph/tenancy';
import { createDatabase, templateDatabase, type TestDatabase } from '@ordergraph/testing';
import { Client } from 'pg';
import { messagingGrants, messagingTables } from '../src/index.ts';

export type Party = 'catalog' | 'orders' | 'inventory';

const parties: readonly Party[] = ['catalog', 'orders', 'inventory'];

/** What a handler does, in the order in which it was done. */
const effectTable = (subgraph: string) =>
  defineEntity({
    name: 'Effect',
    ...tenantTable(subgraph, 'effect'),
    properties: {
      position: p.bigint('string').primary().autoincrement(),
      tenantId: p.uuid(),
      eventId: p.uuid(),
      aggregateId: p.uuid(),
      sequence: p.integer(),
    },
  });

/** A database with the messaging tables of three subgraphs, and in each a table of effects. */
export async function aMessagingDatabase(): Promise<TestDatabase> {
  return createDatabase({ template: await templateDatabase('messaging', fill) });
}

async function fill(database: TestDatabase): Promise<void> {
  const owner = new Client({ connectionString: database.superuserUrl });
  await owner.connect();
  for (const party of parties) {
    const [app, relay] = [applicationRole(party), relayRole(party)];
    for (const role of [app, relay]) await createRole(owner, role, database.rolePassword);
    const orm = await connect(party, database.superuserUrl);
    await owner.query(await orm.schema.getCreateSchemaSQL());
    await orm.close(true);
    const statements = [
      `grant usage on schema ${party} to ${app}, ${relay}`,
      `grant select, insert, update, delete on all tables in schema ${party} to ${app}`,
      `grant usage on all sequences in schema ${party} to ${app}`,
      ...messagingGrants(party, relay),
    ];
    for (const statement of statements) await owner.query(statement);
  }
  await owner.end();
}

/** Roles belong to the server, which other test files share. */
async function createRole(owner: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await owner.query(`create role ${role} login nobypassrls password '${password}'`);
}

/** The ORM of one party. */
export async function connect(party: Party, clientUrl: string, poolSize = 12): Promise<MikroORM> {
  return MikroORM.init({
    driverOptions: { Client: RoundTripClient },
    clientUrl,
    entities: [...messagingTables(party), effectTable(party)],
    schema: party,
    allowGlobalContext: false,
    pool: { min: 0, max: poolSize },
    // Broken connections are part of these tests.
    logger: () => undefined,
  });
}

export const managerOf = (orm: MikroORM): SqlEntityManager => orm.em;

/** Asks as the superuser, whom no policy binds. */
export async function ask<Row>(database: TestDatabase, statement: string, parameters: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: database.superuserUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query(statement, parameters);
    // The caller names the row's shape beside its statement.
    return rows as Row[];
  } finally {
    await client.end();
  }
}

/** Ends the connections of a role, as a restart of the server or a killed process would. */
export async function terminateConnections(database: TestDatabase, roleLike: string): Promise<number> {
  const rows = await ask(
    database,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename like $1 and pid <> pg_backend_pid()`,
    [roleLike],
  );
  return rows.length;
}
