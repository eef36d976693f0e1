import { MikroORM } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forTenant, RoundTripClient } from '@ordergraph/tenancy';
import { createDatabase, templateDatabase } from '@ordergraph/testing';
import { sealingDdl } from '../src/index.ts';

export type Role = 'sealing_owner' | 'sealing_orders' | 'sealing_customers' | 'sealing_stranger';

const roles: Role[] = ['sealing_owner', 'sealing_orders', 'sealing_customers', 'sealing_stranger'];

/** A database without the schema yet. For `sealing_customers` as the eraser; `sealing_stranger` has no part in it. */
export async function aDatabase() {
  const database = await createDatabase({ template: await templateDatabase('sealing', createRoles) });
  const superuser = await connect(database.superuserUrl);
  await superuser.em.execute('alter database ?? owner to sealing_owner', [database.name]);

  const opened = await Promise.all(roles.map(async (role) => [role, await connect(database.urlFor(role))] as const));
  const orms = new Map(opened);
  const as = (role: Role, tenantId: string | null): SqlEntityManager => {
    const orm = orms.get(role);
    if (!orm) throw new Error(`No connection as ${role}.`);
    return forTenant(orm.em, tenantId);
  };

  return {
    as,
    async migrate() {
      await as('sealing_owner', null).transactional(async (em) => {
        for (const statement of sealingDdl(['sealing_orders'], 'sealing_customers')) await em.execute(statement);
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([superuser, ...orms.values()].map((orm) => orm.close(true)));
      await database.drop();
    },
  };
}

// Roles belong to the server, which may outlive the run.
async function createRoles({
  superuserUrl,
  rolePassword,
}: {
  superuserUrl: string;
  rolePassword: string;
}): Promise<void> {
  const superuser = await connect(superuserUrl);
  const present = await superuser.em.execute<{ rolname: string }[]>('select rolname from pg_roles');
  for (const role of roles.filter((name) => !present.some(({ rolname }) => rolname === name))) {
    await superuser.em.execute('create role ?? login password ?', [role, rolePassword]);
  }
  await superuser.close(true);
}

async function connect(clientUrl: string): Promise<MikroORM> {
  return await MikroORM.init({
    clientUrl,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    pool: { max: 4 },
    driverOptions: { Client: RoundTripClient },
  });
}
