import type { TestDatabase } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRow, findRows, forTenant, insertRows, newId, query, transact, updateRow, write } from '../src/index.ts';
import { aShopDatabase, Note, openShop, type Shop } from './shop-database.ts';

let database: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  database = await aShopDatabase();
  shop = await openShop(database, 4);
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await database.drop();
});

const texts = async (tenantId: string | null) =>
  (await findRows(forTenant(shop.em, tenantId), Note, {}, { orderBy: { text: 'asc' } })).map(({ text }) => text);

async function noted(tenantId: string, ...words: string[]): Promise<string[]> {
  const ids = words.map(() => newId());
  const em = forTenant(shop.em, tenantId);
  await transact(em, async () => {
    insertRows(
      em,
      Note,
      words.map((text, index) => ({ id: ids[index] ?? '', tenantId, text })),
    );
  });
  return ids;
}

test('rows are found, written and changed for their tenant and for nobody else', async () => {
  const [mine, other] = [newId(), newId()];
  const [first = '', second = ''] = await noted(mine, 'a', 'b');
  const em = forTenant(shop.em, mine);
  await transact(em, async () => {
    const row = await findRow(em, Note, { id: first }, { lock: 'wait' });
    if (row) updateRow(em, Note, row, { text: `it's "c"` });
    expect(row?.text).toBe(`it's "c"`);
  });

  expect(await texts(mine)).toEqual(['b', `it's "c"`]);
  expect(await texts(other)).toEqual([]);
  expect(await texts(null)).toEqual([]);
  expect((await findRows(em, Note, { id: [first, second], text: 'b' })).map(({ id }) => id)).toEqual([second]);
  const stranger = forTenant(shop.em, other);
  await transact(stranger, async () =>
    updateRow(stranger, Note, { id: second, tenantId: mine, text: 'b' } as Note, { text: 'x' }),
  );
  expect(await texts(mine)).toEqual(['b', `it's "c"`]);
});

test('what is written and not awaited is undone with the transaction', async () => {
  const tenantId = newId();
  const em = forTenant(shop.em, tenantId);
  const failed = transact(em, async () => {
    insertRows(em, Note, [{ id: newId(), tenantId, text: 'lost' }]);
    await query(em, 'select 1');
    throw new Error('changed my mind');
  });
  await expect(failed).rejects.toThrow('changed my mind');
  expect(await texts(tenantId)).toEqual([]);
});

test('a statement that nobody awaits and that fails makes the transaction fail', async () => {
  const tenantId = newId();
  const em = forTenant(shop.em, tenantId);
  const foreign = transact(em, async () => {
    insertRows(em, Note, [{ id: newId(), tenantId, text: 'kept?' }]);
    insertRows(em, Note, [{ id: newId(), tenantId: newId(), text: 'of somebody else' }]);
  });
  await expect(foreign).rejects.toMatchObject({ code: '42501' });
  expect(await texts(tenantId)).toEqual([]);
});

test('a failure that was caught does not pass for a commit', async () => {
  const tenantId = newId();
  const em = forTenant(shop.em, tenantId);
  const swallowed = transact(em, async () => {
    insertRows(em, Note, [{ id: newId(), tenantId, text: 'lost' }]);
    await query(em, 'select 1 / 0').catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow();
  expect(await texts(tenantId)).toEqual([]);
});

test('rows that somebody holds are waited for, or left out', async () => {
  const tenantId = newId();
  const [id = ''] = await noted(tenantId, 'held');
  const holder = forTenant(shop.em, tenantId);
  const other = forTenant(shop.em, tenantId);
  await transact(holder, async () => {
    await findRow(holder, Note, { id }, { lock: 'wait' });
    await transact(other, async () => {
      expect(await findRow(other, Note, { id }, { lock: 'skip' })).toBeNull();
      write(other, `set local lock_timeout = '50ms'`);
      await expect(findRow(other, Note, { id }, { lock: 'wait' })).rejects.toMatchObject({ code: '55P03' });
    }).catch(() => undefined);
  });
});

test('the ORM and plain statements share one transaction', async () => {
  const tenantId = newId();
  const em = forTenant(shop.em, tenantId);
  await transact(em, async () => {
    em.create(Note, { id: newId(), tenantId, text: 'by the ORM' });
    insertRows(em, Note, [{ id: newId(), tenantId, text: 'by a row' }]);
    await em.flush();
    expect(await em.count(Note, {})).toBe(2);
    expect(await findRows(em, Note, {})).toHaveLength(2);
  });
  expect(await texts(tenantId)).toEqual(['by a row', 'by the ORM']);
});

test('a statement that comes after the end of its transaction runs nowhere', async () => {
  const tenantId = newId();
  const em = forTenant(shop.em, tenantId);
  const insert = 'insert into tenancy_shop.note (id, tenant_id, text) values ($1, $2, $3)';
  let straggler: Promise<unknown> = Promise.resolve();
  const context = Promise.withResolvers<void>();
  const failed = transact(em, async () => {
    const inside = em.getTransactionContext();
    straggler = context.promise.then(() => {
      em.setTransactionContext(inside as never);
      return query(em, insert, [newId(), tenantId, 'late']);
    });
    straggler.catch(() => undefined);
    await query(em, 'select 1');
    throw new Error('given up');
  });
  await expect(failed).rejects.toThrow('given up');
  context.resolve();
  await expect(straggler).rejects.toThrow('has ended');
  em.resetTransactionContext();
  expect(await texts(tenantId)).toEqual([]);
});

test('what a transaction of one message returns is told only when it is committed', async () => {
  const tenantId = newId();
  const em = forTenant(shop.em, tenantId);
  const told: unknown[] = [];
  const insert = 'insert into tenancy_shop.note (id, tenant_id, text) values ($1, $2, $3) returning text';
  const failed = transact(em, async () => {
    write(em, insert, [newId(), tenantId, 'first'], (rows) => told.push(...rows));
    write(em, insert, [newId(), newId(), 'of somebody else'], (rows) => told.push(...rows));
  });
  await expect(failed).rejects.toMatchObject({ code: '42501' });
  expect(told).toEqual([]);
});
