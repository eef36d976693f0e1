import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@ordergraph/embedded-postgres';
import { subgraphNames } from '@ordergraph/schema';
import { migrate } from '@ordergraph/subgraph-server';
import { waitFor } from '@ordergraph/testing';
import { Pool } from 'pg';
import { loadDefinitions } from '../../src/definitions.ts';
import type { Asked } from '../after-sale.ts';

/** The whole house as `npm start` runs it, in a process that can be killed, on a database that survives it. */
export interface KillableHouse extends Asked {
  readonly url: string;
  /** As the superuser, past all policies. */
  sql<Row extends object>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Starts the process, after killing one that still runs; armed, it kills itself where `crashAt` says, `<name>:<hits>`. Resolves when it has started, or is dead. */
  start(crashAt?: string): Promise<void>;
  /** Waits for the process to die by itself; answers the signal. */
  death(timeoutMs: number): Promise<string | null>;
  kill(): Promise<void>;
  /** Kills the database server as a power cut would, and starts it again on what is left. */
  killDatabase(): Promise<void>;
  /** Tokens of the demo users, by kind. */
  token(kind: string): string;
  databaseUrl(): string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..', '..');

interface DemoUser {
  readonly kind: string;
  readonly merchantId: string | null;
  readonly token: string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return address.port;
}

async function prepareDatabase(postgres: EmbeddedPostgres): Promise<void> {
  const server = new Pool({ connectionString: postgres.superuserUrl, max: 1 });
  await server.query(`create role og_owner login createrole nobypassrls password '${postgres.rolePassword}'`);
  await server.query('create database ordergraph owner og_owner');
  await server.end();
  await migrate({
    ownerUrl: postgres.urlFor('og_owner'),
    definitions: await loadDefinitions(subgraphNames),
    passwordOf: () => postgres.rolePassword,
    eraser: 'customers',
  });
}

/** Makes the database and starts the house for the first time, with its demo shops. */
export async function startKillableHouse(): Promise<KillableHouse> {
  const directory = mkdtempSync(join(tmpdir(), 'ordergraph-recovery-'));
  const databasePort = await freePort();
  const openDatabase = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDirectory: join(directory, 'postgres'), durable: true, port: databasePort });
  let postgres = await openDatabase();
  await prepareDatabase(postgres);
  const superuserUrl = new URL(postgres.superuserUrl);
  superuserUrl.pathname = '/ordergraph';
  const pool = new Pool({ connectionString: superuserUrl.href, max: 2 });
  // It loses its connections with the server that is killed.
  pool.on('error', () => undefined);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  let next = load();
  let child: ChildProcess | undefined;
  let users: readonly DemoUser[] = [];

  const isDead = (): boolean => child === undefined || child.exitCode !== null || child.signalCode !== null;

  function load(): ChildProcess {
    const loaded = fork(join(import.meta.dirname, 'house-process.ts'), {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ORDERGRAPH_STATE_DIR: join(directory, 'state'),
        DATABASE_URL: postgres.urlFor('app_orders'),
        DATABASE_ROLE_PASSWORD: postgres.rolePassword,
        DATABASE_POOL_SIZE: '6',
        PORT: String(port),
        // A provider that is asked again soon, so that the wait for a lost answer is short.
        PAYMENT_PROVIDER_TIMEOUT_MS: '1000',
        PAYMENT_SANDBOX_DECISION_MS: '200',
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

  async function start(crashAt = ''): Promise<void> {
    await kill();
    said = '';
    const started = next;
    child = started;
    let isStarted = false;
    started.once('message', () => (isStarted = true));
    started.send(crashAt);
    await waitFor(() => isDead() || isStarted, {
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
  users = (await (await fetch(`${url}/sign-in/tokens.json`)).json()) as DemoUser[];

  return {
    url,
    async sql<Row extends object>(statement: string, parameters: readonly unknown[] = []) {
      return (await pool.query<Row>(statement, [...parameters])).rows;
    },
    start,
    async death(timeoutMs) {
      await waitFor(isDead, { timeoutMs, describe: () => `the house to die. It said: ${said}` });
      return child?.signalCode ?? null;
    },
    kill,
    async killDatabase() {
      const [server] = readFileSync(join(postgres.dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(server), 'SIGKILL');
      await postgres.stop();
      postgres = await openDatabase();
    },
    token(kind) {
      const user = users.find((candidate) => candidate.kind === kind);
      if (!user)
        throw new Error(`There is no demo user ${kind}; there are ${users.map((known) => known.kind).join(', ')}.`);
      return user.token;
    },
    databaseUrl: () => superuserUrl.href,
    async ask<Data>(token: string, query: string, variables: Record<string, unknown> = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(15_000),
      });
      // Tests know what they selected.
      const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
      if (errors || !data) throw new Error(JSON.stringify({ query, variables, errors, said: said.slice(-500) }));
      return data;
    },
    async stop() {
      await kill();
      next.kill('SIGKILL');
      await pool.end();
      await postgres.stop();
      // Started by root, the server keeps its data where its own user can reach them, outside of the directory.
      rmSync(dirname(postgres.dataDirectory), { recursive: true, force: true });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
