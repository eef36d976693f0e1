import { query } from '@ordergraph/tenancy';
import { aViewer, expectData, startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anItem, create, shelf, writer, type Created } from './shelf.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [shelf] });
});
afterAll(() => house.stop());

async function endConnections(roleLike: string): Promise<number> {
  const client = new Client({ connectionString: house.database.superuserUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `select pid, pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename like $1`,
    [roleLike],
  );
  // A signal takes a moment to arrive.
  const pids = rows.map(({ pid }) => pid);
  await waitFor(async () => {
    const left = await client.query('select 1 from pg_stat_activity where pid = any($1)', [pids]);
    return left.rowCount === 0;
  });
  await client.end();
  return pids.length;
}

// The pool of a test house.
const poolSize = 8;

test('as many transactions as the pool has connections may die, and the pool still serves', async () => {
  const tenantId = aViewer().tenantId ?? '';
  for (let round = 0; round < 2; round += 1) {
    const opened = Array.from({ length: poolSize }, () => Promise.withResolvers<void>());
    const ended = Promise.withResolvers<void>();
    const dying = opened.map(({ resolve }) =>
      house.command('catalog', tenantId, async (tx) => {
        // A plain read would not open a transaction yet.
        await query(tx.em, 'select pg_advisory_xact_lock_shared(1)');
        resolve();
        await ended.promise;
        await query(tx.em, 'select 1');
      }),
    );
    const outcomes = Promise.allSettled(dying);
    await Promise.all(opened.map(({ promise }) => promise));

    expect(await endConnections('app_catalog')).toBe(poolSize);
    ended.resolve();

    expect((await outcomes).map(({ status }) => status)).toEqual(dying.map(() => 'rejected'));
  }

  const answers = await Promise.all(
    Array.from({ length: 2 * poolSize }, () =>
      house.command('catalog', tenantId, (tx) => query(tx.em, 'select 1 as one')),
    ),
  );
  expect(answers).toEqual(answers.map(() => [{ one: 1 }]));
});

test('a subgraph whose database connections all end answers and publishes again by itself', async () => {
  const viewer = aViewer(writer);
  await endConnections('%\\_catalog');

  const made = await waitFor(async () => {
    const result = await house.execute('catalog', viewer, create, anItem());
    return expectData<Created>(result).productCreate.product;
  });

  expect(made).toMatchObject({ handle: 'mug' });
  await house.quiet();
});
