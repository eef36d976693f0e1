import type { TestDatabase } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forTenant, newId, query } from '../src/index.ts';
import { asRole, aShopDatabase, Note, openShop } from './shop-database.ts';

const tenants = Array.from({ length: 50 }, newId);
const notesEach = 4;

let database: TestDatabase;
beforeAll(async () => {
  database = await aShopDatabase();
  await asRole(database, 'superuser', (client) =>
    client.query(
      `insert into tenancy_shop.note (id, tenant_id, text)
       select gen_random_uuid(), tenant, 'note' from unnest($1::uuid[]) tenant, generate_series(1, ${notesEach})`,
      [tenants],
    ),
  );
});
afterAll(() => database.drop());

test('10 000 interleaved queries of 50 tenants over one connection never see a foreign row', async () => {
  await using shop = await openShop(database, 1);
  let foreign = 0;
  let seen = 0;
  let failures = 0;

  const readInside = async (tenantId: string, queries: number, end: 'commit' | 'error' | 'abort'): Promise<void> => {
    await forTenant(shop.em, tenantId).transactional(async (em) => {
      for (let index = 0; index < queries; index += 1) {
        const rows = await query<{ tenant_id: string }>(
          // A PostgreSQL EntityManager hands its own kind to the callback.
          em as typeof shop.em,
          'select tenant_id from tenancy_shop.note',
        );
        seen += rows.length;
        foreign += rows.filter((row) => row.tenant_id !== tenantId).length;
      }
      // The first breaks the transaction inside PostgreSQL, the second leaves it whole and throws.
      if (end === 'error') await query(em as typeof shop.em, 'select 1 / 0');
      if (end === 'abort') throw new Error('changed my mind');
    });
  };
  const ends = ['commit', 'error', 'commit', 'abort', 'commit'] as const;
  await Promise.all(
    Array.from({ length: 500 }, async (_, index) => {
      const tenantId = tenants[index % tenants.length] ?? '';
      await readInside(tenantId, 20, ends[index % ends.length] ?? 'commit').catch(() => void (failures += 1));
    }),
  );

  expect(foreign).toBe(0);
  expect(seen).toBe(10_000 * notesEach);
  expect(failures).toBe(200);
});

test('finds through the ORM what belongs to the tenant and nothing else', async () => {
  await using shop = await openShop(database, 2);

  const counts = await Promise.all(
    tenants.map(async (tenantId) => {
      const notes = await forTenant(shop.em, tenantId).find(Note, {});
      return (
        notes.filter((note) => note.tenantId === tenantId).length -
        notes.filter((note) => note.tenantId !== tenantId).length
      );
    }),
  );

  expect(counts).toEqual(tenants.map(() => notesEach));
});

test('without a tenant there are no rows, also on a connection that had one', async () => {
  await using shop = await openShop(database, 1);
  await forTenant(shop.em, tenants[0] ?? '').find(Note, {});

  expect(await forTenant(shop.em, null).find(Note, {})).toEqual([]);
  expect(await shop.em.fork().find(Note, {})).toEqual([]);
  await asRole(database, 'app', async (client) => {
    expect((await client.query('select * from tenancy_shop.note')).rows).toEqual([]);
    await client.query(`begin; select set_config('app.tenant_id', '${tenants[0]}', true); commit`);
    expect((await client.query('select * from tenancy_shop.note')).rows).toEqual([]);
  });
});

test('a row of another tenant cannot be inserted, moved, changed or deleted', async () => {
  await using shop = await openShop(database, 1);
  const [mine = '', theirs = ''] = tenants;

  const insert = forTenant(shop.em, mine).transactional(async (em) => {
    em.create(Note, { id: newId(), tenantId: theirs, text: 'planted' });
  });
  await expect(insert).rejects.toMatchObject({ code: '42501' });

  await asRole(database, 'app', async (client) => {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [mine]);
    await expect(client.query('update tenancy_shop.note set tenant_id = $1', [theirs])).rejects.toMatchObject({
      code: '42501',
    });
    const changed = await client.query('update tenancy_shop.note set text = $2 where tenant_id = $1', [
      theirs,
      'mine now',
    ]);
    expect(changed.rowCount).toBe(0);
    expect((await client.query('delete from tenancy_shop.note where tenant_id = $1', [theirs])).rowCount).toBe(0);
  });
});

test('the relay role sees all tenants, and only the columns that it was given', async () => {
  await asRole(database, 'relay', async (client) => {
    const { rows } = await client.query('select tenant_id, id from tenancy_shop.note');
    expect(rows).toHaveLength(tenants.length * notesEach);
    await expect(client.query('select text from tenancy_shop.note')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query(`update tenancy_shop.note set text = 'x'`)).rejects.toMatchObject({ code: '42501' });
  });
});

test('a statement outside a transaction is refused, because no tenant would be set', async () => {
  await using shop = await openShop(database, 1);

  await expect(query(forTenant(shop.em, tenants[0] ?? ''), 'select 1')).rejects.toThrow('inside a transaction');
});
