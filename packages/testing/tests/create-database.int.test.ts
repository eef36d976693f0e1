import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { createDatabase, templateDatabase } from '../src/index.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const databasesLike = (name: string) =>
  query(inject('postgresUrl'), `select datname from pg_database where datname = '${name}'`);

test('gives each caller an empty database of its own', async () => {
  await using one = await createDatabase();
  await using other = await createDatabase();

  await query(one.superuserUrl, 'create table mine (id int)');

  expect(await query(other.superuserUrl, "select to_regclass('mine') as found")).toEqual([{ found: null }]);
});

test('connects as a role that the test made', async () => {
  await using database = await createDatabase();
  await query(database.superuserUrl, `create role app_of_${database.name} login password '${database.rolePassword}'`);

  expect(await query(database.urlFor(`app_of_${database.name}`), 'select current_user::text as role')).toEqual([
    { role: `app_of_${database.name}` },
  ]);
  await query(database.superuserUrl, `drop role app_of_${database.name}`);
});

test('is gone after the test, also with connections left open', async () => {
  const database = await createDatabase();
  const forgotten = new Client({ connectionString: database.superuserUrl });
  forgotten.on('error', () => {});
  await forgotten.connect();

  await database.drop();

  expect(await databasesLike(database.name)).toEqual([]);
});

test('fills a template once, whoever asks, and copies it', async () => {
  let fillings = 0;
  const fill = async ({ superuserUrl }: { superuserUrl: string }) => {
    fillings += 1;
    await query(superuserUrl, 'create table filled as select 42 as answer');
  };

  const [template] = await Promise.all([templateDatabase('once', fill), templateDatabase('once', fill)]);
  await using one = await createDatabase({ template });
  await using other = await createDatabase({ template });

  expect(fillings).toBe(1);
  for (const copy of [one, other])
    expect(await query(copy.superuserUrl, 'select answer from filled')).toEqual([{ answer: 42 }]);
});

test('fills a template anew after a filling that failed', async () => {
  await expect(templateDatabase('retried', () => Promise.reject(new Error('no')))).rejects.toThrow('no');

  await templateDatabase(
    'retried',
    async ({ superuserUrl }) => void (await query(superuserUrl, 'create table filled ()')),
  );
});
