import { defineEntity, MikroORM, p, type SqlEntityManager } from '@mikro-orm/postgresql';
import { createDatabase, templateDatabase, type TestDatabase } from '@ordergraph/testing';
import { Client } from 'pg';
import { applicationRole, relayRole, RoundTripClient, tenantTable } from '../src/index.ts';

const NoteSchema = defineEntity({
  name: 'Note',
  ...tenantTable('tenancy_shop', 'note', { relay: 'select' }),
  properties: { id: p.uuid().primary(), tenantId: p.uuid(), text: p.text() },
  indexes: [{ properties: ['tenantId', 'id'] }],
});

/** A row of some tenant. */
export class Note extends NoteSchema.class {}
NoteSchema.setClass(Note);

const app = applicationRole('tenancy_shop');
const relay = relayRole('tenancy_shop');

/** A database with one tenant table, made by the template. */
export async function aShopDatabase(): Promise<TestDatabase> {
  return createDatabase({ template: await templateDatabase('tenancy_shop', fill) });
}

async function fill(database: TestDatabase): Promise<void> {
  const owner = new Client({ connectionString: database.superuserUrl });
  await owner.connect();
  for (const role of [app, relay]) {
    const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await owner.query(`create role ${role} login nobypassrls password '${database.rolePassword}'`);
  }
  const orm = await connect(database.superuserUrl);
  await owner.query(await orm.schema.getCreateSchemaSQL());
  await orm.close(true);
  await owner.query(`
    grant usage on schema tenancy_shop to ${app}, ${relay};
    grant select, insert, update, delete on tenancy_shop.note to ${app};
    grant select (tenant_id, id) on tenancy_shop.note to ${relay}`);
  await owner.end();
}

async function connect(clientUrl: string, poolSize = 2): Promise<MikroORM> {
  return MikroORM.init({
    driverOptions: { Client: RoundTripClient },
    clientUrl,
    entities: [Note],
    schema: 'tenancy_shop',
    allowGlobalContext: false,
    pool: { min: 0, max: poolSize },
    logger: () => undefined,
  });
}

export interface Shop extends AsyncDisposable {
  readonly em: SqlEntityManager;
}

/** The shop's own connections, of which there are few. */
export async function openShop(database: TestDatabase, poolSize: number): Promise<Shop> {
  const orm = await connect(database.urlFor(app), poolSize);
  return { em: orm.em, [Symbol.asyncDispose]: () => orm.close(true) };
}

/** Runs statements as a role, without the ORM. */
export async function asRole<Result>(
  database: TestDatabase,
  role: 'app' | 'relay' | 'superuser',
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const url = { app: database.urlFor(app), relay: database.urlFor(relay), superuser: database.superuserUrl }[role];
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
