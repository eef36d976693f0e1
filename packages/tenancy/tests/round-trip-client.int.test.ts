import { createDatabase, type TestDatabase } from '@ordergraph/testing';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { RoundTripClient } from '../src/index.ts';

let database: TestDatabase;
// The same connection, as the ORM sees it and as our own code does.
let client: Client;
let batching: RoundTripClient;
let other: Client;

beforeAll(async () => {
  database = await createDatabase();
  batching = new RoundTripClient({ connectionString: database.superuserUrl });
  client = batching;
  other = new Client({ connectionString: database.superuserUrl });
  await Promise.all([client.connect(), other.connect()]);
  await other.query('create table entry (id int primary key, text text)');
  await other.query('create table child (id int references entry deferrable initially deferred)');
});
afterAll(async () => {
  await Promise.all([client.end(), other.end()]);
  await database.drop();
});
beforeEach(() => other.query('truncate entry cascade'));

const asTenant = (name: string) => `select set_config('app.tenant_id', '${name}', true)`;
const entries = async () =>
  (await other.query<{ id: number }>('select id from entry order by id')).rows.map(({ id }) => id);

test('a transaction that only reads sees its variables and leaves no transaction behind', async () => {
  await client.query('begin', []);
  await client.query(asTenant('a'), []);
  const first = await client.query("select current_setting('app.tenant_id', true) as tenant", []);
  const second = await client.query("select current_setting('app.tenant_id', true) as tenant", []);
  const state = await other.query('select state from pg_stat_activity where pid = $1', [
    Reflect.get(client, 'processID'),
  ]);
  const committed = await client.query('commit', []);

  expect(first.rows).toEqual([{ tenant: 'a' }]);
  expect(second.rows).toEqual([{ tenant: 'a' }]);
  expect(state.rows).toEqual([{ state: 'idle' }]);
  expect(committed.command).toBe('COMMIT');
  const after = await client.query("select current_setting('app.tenant_id', true) as tenant", []);
  expect(after.rows[0]?.tenant).toBeFalsy();
});

test('what is written before a rollback is gone, and the connection goes on', async () => {
  await client.query('begin', []);
  await client.query(asTenant('a'), []);
  await client.query('select 1', []);
  await client.query('insert into entry values ($1, $2)', [1, 'x']);
  await client.query('rollback', []);

  expect(await entries()).toEqual([]);
  expect((await client.query('select 7 as n', [])).rows).toEqual([{ n: 7 }]);
});

test('a first statement that fails is rolled back, and nothing of the next transaction is lost', async () => {
  await client.query('begin', []);
  await expect(client.query('insert into entry values (1, 2, 3)', [])).rejects.toThrow(/more expressions/);
  await client.query('rollback', []);

  await client.query('begin', []);
  await client.query('insert into entry values (2)', []);
  await client.query('commit', []);

  expect(await entries()).toEqual([2]);
});

test('a commit that a deferred constraint refuses fails for the caller and keeps nothing', async () => {
  await client.query('begin', []);
  await client.query('insert into entry values (1)', []);
  await client.query('insert into child values (98)', []);
  await expect(client.query('commit', [])).rejects.toThrow(/foreign key/);

  expect(await entries()).toEqual([]);
  expect((await client.query('select 1 as n', [])).rows).toEqual([{ n: 1 }]);
});

test('a read that locks begins the transaction, so that the lock is held until its end', async () => {
  await other.query('insert into entry values (1)');
  await client.query('begin', []);
  await client.query('select 1 from entry where id = 1 for update', []);
  await other.query("set lock_timeout = '50ms'");
  await expect(other.query('update entry set text = $1 where id = 1', ['x'])).rejects.toThrow(/lock timeout/);
  await client.query('commit', []);
  await other.query('update entry set text = $1 where id = 1', ['x']);
});

test('parameters arrive as they were given, whatever they hold', async () => {
  // PostgreSQL's text has no NUL; everything else goes through.
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed());
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.array(text, { maxLength: 4 }),
      fc.jsonValue(),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      fc.boolean(),
      async (word, list, json, big, flag) => {
        fc.pre(!JSON.stringify(json).includes('\\u0000'));
        const given = [word, list, JSON.stringify(json), big, flag, null, Buffer.from(word)];
        const { rows } = await client.query(
          'select $1::text as word, $2::text[] as list, $3::jsonb as json, $4::bigint as big, $5::boolean as flag, $6::text as nothing, $7::bytea as bytes',
          given,
        );
        const bound = await other.query(
          'select $1::text as word, $2::text[] as list, $3::jsonb as json, $4::bigint as big, $5::boolean as flag, $6::text as nothing, $7::bytea as bytes',
          given,
        );
        expect(rows).toEqual(bound.rows);
      },
    ),
    { numRuns: 300 },
  );
});

test('a batch that fails only when it commits has failed', async () => {
  const endings = await batching.batch([
    { text: 'insert into entry values ($1)', parameters: [1] },
    { text: 'insert into child values ($1)', parameters: [99] },
  ]);
  expect(endings.at(-1)).toMatchObject({ error: { code: '23503' } });
  expect(await entries()).toEqual([]);
});

test('a parameter that cannot be sent is refused before anything is', async () => {
  const endings = await batching.batch([{ text: 'insert into entry values ($1)', parameters: [new Date(NaN)] }]);
  expect(endings).toMatchObject([{ error: { name: 'RangeError' } }]);
  const [next] = await batching.batch([{ text: 'select $1::int as n', parameters: [7] }]);
  expect(next).toMatchObject({ result: { rows: [{ n: 7 }] } });
});

test('statements that fail again and again leave nothing behind on the server', async () => {
  const prepared = async () =>
    (await client.query<{ n: number }>('select count(*)::int as n from pg_prepared_statements')).rows[0]?.n ?? 0;
  const fail = () => batching.batch([{ text: 'insert into entry values ($1), ($1)', parameters: [1] }]);
  await fail();
  const before = await prepared();
  for (let round = 0; round < 20; round += 1) await fail();
  expect(await prepared()).toBeLessThanOrEqual(before + 1);
});
