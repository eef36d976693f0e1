import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { subgraphNames } from '@ordergraph/schema';
import { migrate } from '@ordergraph/subgraph-server';
import { freePorts, waitFor } from '@ordergraph/testing';
import { loadDefinitions } from '../../src/definitions.ts';
import { newStateDirectory } from '../host-process.ts';
import { openHouseClient } from '../house-client.ts';
import { startOwnDatabase } from '../own-database.ts';
import { isReadyAt } from '../running-parts.ts';
import { armedAt, impatience, type CrashPoint, type KillableHouse } from './killable-house.ts';
import { openSuperuser } from './superuser.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The whole house as `npm start` runs it, in one process. */
export async function startOneProcessHouse(): Promise<KillableHouse> {
  const directory = newStateDirectory();
  const database = await startOwnDatabase(join(directory, 'postgres'));
  await migrate({
    ownerUrl: database.urlFor('og_owner'),
    definitions: await loadDefinitions(subgraphNames),
    passwordOf: () => database.rolePassword,
    eraser: 'customers',
  });
  const superuser = openSuperuser(database.superuserUrl);
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  let next = load();
  let child: ChildProcess | undefined;

  const isDead = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null;

  function load(): ChildProcess {
    const loaded = fork(join(import.meta.dirname, 'house-process.ts'), {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ORDERGRAPH_STATE_DIR: join(directory, 'state'),
        DATABASE_URL: database.urlFor('app_orders'),
        DATABASE_ROLE_PASSWORD: database.rolePassword,
        DATABASE_POOL_SIZE: '6',
        PORT: String(port),
        ...impatience,
        APOLLO_TELEMETRY_DISABLED: 'true',
      },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [loaded.stdout, loaded.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-8_000)));
    }
    return loaded;
  }

  async function start(crashAt?: CrashPoint): Promise<void> {
    await kill();
    said = '';
    const started = next;
    child = started;
    let hasStarted = false;
    started.once('message', () => (hasStarted = true));
    started.send(armedAt(crashAt));
    await waitFor(() => isDead() || hasStarted, {
      timeoutMs: 60_000,
      describe: () => `the house to start. It said: ${said}`,
    });
    if (isDead() && started.signalCode !== 'SIGKILL') throw new Error(`The house ended by itself: ${said}`);
    next = load();
  }

  async function kill(): Promise<void> {
    if (isDead() || !child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  await start();
  const client = await openHouseClient(url);

  return {
    ...client,
    url,
    databaseUrl: database.superuserUrl,
    sql: superuser.sql,
    start,
    isWhole: () => isReadyAt(url),
    async death(timeoutMs) {
      await waitFor(isDead, { timeoutMs, describe: () => `the house to die. It said: ${said}` });
      return child?.signalCode ?? child?.exitCode ?? null;
    },
    kill,
    async killServer(server) {
      if (server !== 'PostgreSQL') throw new Error(`A house in one process does not stand on ${server}.`);
      await database.kill();
    },
    // What was published has arrived.
    taken: async () => 0,
    async stop() {
      await kill();
      next.kill('SIGKILL');
      await superuser.close();
      await database.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
