import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { discardEmbeddedPostgres, startEmbeddedPostgres } from '../src/index.ts';
import { isAlive } from '../src/processes.ts';
import { anOwner, query, scratchFolder, serverPid } from './fixtures.ts';

const durable = true;

test('keeps what is committed over a stop and a start', async () => {
  await using folder = scratchFolder();
  const dataDirectory = join(folder.path, '.ordergraph', 'postgres');
  const first = await startEmbeddedPostgres({ dataDirectory, durable });
  await query(first.superuserUrl, 'create table kept as select 42 as answer');
  const pid = serverPid(first.dataDirectory);
  await first.stop();
  expect(isAlive(pid)).toBe(false);

  const second = await startEmbeddedPostgres({ dataDirectory, durable });

  expect(await query(second.superuserUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect(second.superuserUrl).toBe(first.superuserUrl);
  await second.stop();
});

test('runs a kept database durably, quietly, on the loopback address and behind passwords', async () => {
  await using folder = scratchFolder();
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder.path, durable });

  const settings = await query(
    postgres.superuserUrl,
    `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums',
       'password_encryption', 'listen_addresses', 'unix_socket_directories', 'max_connections', 'jit') order by name`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    jit: 'off',
    listen_addresses: '127.0.0.1',
    max_connections: '200',
    password_encryption: 'scram-sha-256',
    synchronous_commit: 'on',
    unix_socket_directories: '',
  });
  expect(statSync(join(folder.path, 'secrets.json')).mode & 0o777).toBe(0o600);
  await query(postgres.superuserUrl, `create role app_orders login password '${postgres.rolePassword}'`);
  expect(await query(postgres.urlFor('app_orders', 'postgres'), 'select current_user::text as role')).toEqual([
    { role: 'app_orders' },
  ]);
  await expect(query(`postgres://og_super:wrong@127.0.0.1:${postgres.port}/postgres`, 'select 1')).rejects.toThrow(
    'password authentication failed',
  );
  await postgres.stop();
});

test('recovers what was acknowledged before the server was killed', async () => {
  await using folder = scratchFolder();
  const crashed = await startEmbeddedPostgres({ dataDirectory: folder.path, durable });
  await query(crashed.superuserUrl, 'create table kept (answer int)');
  await query(crashed.superuserUrl, 'insert into kept values (42)');
  process.kill(serverPid(crashed.dataDirectory), 'SIGKILL');
  await crashed.stop();

  const recovered = await startEmbeddedPostgres({ dataDirectory: folder.path, durable });

  expect(await query(recovered.superuserUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await recovered.stop();
});

test('takes over within five seconds from an owner that was killed, with work still running in the server', async () => {
  await using folder = scratchFolder();
  const owner = await anOwner(folder.path);
  await query(owner.says.superuserUrl, 'create table kept as select 42 as answer');
  const working = query(owner.says.superuserUrl, 'select pg_sleep(600)').catch((error: unknown) => error);
  await expect
    .poll(() => query(owner.says.superuserUrl, "select 1 from pg_stat_activity where wait_event = 'PgSleep'"))
    .toHaveLength(1);
  await owner.kill();
  const orphan = serverPid(owner.says.data);
  expect(isAlive(orphan)).toBe(true);

  const began = performance.now();
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder.path, durable });

  expect(performance.now() - began).toBeLessThan(5_000);
  expect(isAlive(orphan)).toBe(false);
  expect(String(await working)).toMatch(/terminat|connection/i);
  expect(await query(postgres.superuserUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await postgres.stop();
});

test('refuses a second start in the same directory with a sentence, and leaves the first one unharmed', async () => {
  await using folder = scratchFolder();
  await using owner = await anOwner(folder.path);

  await expect(startEmbeddedPostgres({ dataDirectory: folder.path, durable })).rejects.toThrow(
    `The database in ${folder.path} is already in use by process ${owner.process.pid}. Stop that one first`,
  );

  expect(await query(owner.says.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await owner.kill();
  await (await startEmbeddedPostgres({ dataDirectory: folder.path, durable })).stop();
});

test('takes the next port when the first is taken, and refuses when it was asked for that one', async () => {
  await using folder = scratchFolder();
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.once('error', () => resolve(15432)); // somebody else has it: as good
    taken.listen(15432, '127.0.0.1', () => resolve(15432));
  });

  const postgres = await startEmbeddedPostgres({ dataDirectory: join(folder.path, 'a'), durable: false });
  expect(postgres.port).toBeGreaterThan(port);
  expect(postgres.port).toBeLessThan(32768);
  await postgres.stop();
  await expect(startEmbeddedPostgres({ dataDirectory: join(folder.path, 'b'), durable: false, port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken`,
  );
  taken.close();
});

test('starts although the process number of a crashed server belongs to another program now', async () => {
  await using folder = scratchFolder();
  const crashed = await startEmbeddedPostgres({ dataDirectory: folder.path, durable });
  const pidFile = join(crashed.dataDirectory, 'postmaster.pid');
  process.kill(serverPid(crashed.dataDirectory), 'SIGKILL');
  await crashed.stop();
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  writeFileSync(pidFile, [process.ppid, ...lines.slice(1)].join('\n'));

  const postgres = await startEmbeddedPostgres({ dataDirectory: folder.path, durable });

  expect(isAlive(process.ppid)).toBe(true);
  await postgres.stop();
});

test('ends the server when its owner leaves without stopping it', async () => {
  await using folder = scratchFolder();
  const owner = await anOwner(folder.path, { ending: 'leave' });
  await owner.ended;

  await expect.poll(() => existsSync(join(owner.says.data, 'postmaster.pid')), { timeout: 10_000 }).toBe(false);
  expect(existsSync(join(folder.path, 'lock'))).toBe(false);
});

test.skipIf(process.platform !== 'linux')('keeps the terminal’s interrupt away from the server', async () => {
  await using folder = scratchFolder();
  await using owner = await anOwner(folder.path);
  // Fields after the program's name in brackets: state, parent, group.
  const groupOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
  const server = serverPid(owner.says.data);

  expect(groupOf(server)).toBe(String(server));
});

test('removes a throw-away database when it stops', async () => {
  await using folder = scratchFolder();
  const dataDirectory = join(folder.path, 'throw-away');
  const postgres = await startEmbeddedPostgres({ dataDirectory, durable: false });
  expect(await discardEmbeddedPostgres(dataDirectory)).toBe(false);

  await postgres.stop();

  expect(existsSync(dataDirectory)).toBe(false);
});

test('removes a throw-away database whose owner was killed', async () => {
  await using folder = scratchFolder();
  const dataDirectory = join(folder.path, 'throw-away');
  const owner = await anOwner(dataDirectory, { durable: false });
  await owner.kill();
  const orphan = serverPid(owner.says.data);

  expect(await discardEmbeddedPostgres(dataDirectory)).toBe(true);

  expect(isAlive(orphan)).toBe(false);
  expect(existsSync(dataDirectory)).toBe(false);
});

test('never throws away a database that is kept', async () => {
  await using folder = scratchFolder();
  await (await startEmbeddedPostgres({ dataDirectory: folder.path, durable })).stop();

  await expect(startEmbeddedPostgres({ dataDirectory: folder.path, durable: false })).rejects.toThrow(
    'holds a kept database',
  );
  expect(await discardEmbeddedPostgres(folder.path)).toBe(false);
  expect(existsSync(join(folder.path, 'data', 'PG_VERSION'))).toBe(true);
});

test('says which release made the data when it is another one', async () => {
  await using folder = scratchFolder();
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder.path, durable });
  await postgres.stop();
  writeFileSync(join(postgres.dataDirectory, 'PG_VERSION'), '15\n');

  await expect(startEmbeddedPostgres({ dataDirectory: folder.path, durable })).rejects.toThrow(
    'was made by PostgreSQL 15',
  );
});
