import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@ordergraph/embedded-postgres';
import { subgraphNames } from '@ordergraph/schema';
import { findServers, startNatsServer, startRedisServer, waitFor } from '@ordergraph/testing';
import { Pool } from 'pg';
import { freePort, newStateDirectory, startHost, type HostProcess } from '../host-process.ts';

/** A whole installation in processes of its own, reached as its clients reach it. */
export interface LiveHouse extends AsyncDisposable {
  /** Of the gateway, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Where all parts keep their state, mails among it. */
  readonly stateDirectory: string;
  /** The names of the processes that can be killed. */
  readonly parts: readonly string[];
  token(kind: string): string;
  ask<Data>(token: string, query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Kills a part as a crash would, and starts it again; resolves when the gateway is ready. */
  restart(part: string): Promise<void>;
  /** Kills Redis and starts it again, empty. Nothing where there is none. */
  restartRedis(): Promise<void>;
  /** What all parts have written, for the message of a failure. */
  output(): string;
}

interface DemoUser {
  readonly kind: string;
  readonly token: string;
}

/** Everything in one process, as `npm start` runs it. */
export async function startEmbeddedHouse(variables: Readonly<Record<string, string>> = {}): Promise<LiveHouse> {
  const directory = newStateDirectory();
  const port = await freePort();
  return openHouse({
    port,
    stateDirectory: directory,
    parts: new Map([['house', { PORT: String(port), ORDERGRAPH_STATE_DIR: directory, ...variables }]]),
    restartRedis: async () => undefined,
    close: async () => rmSync(directory, { recursive: true, force: true }),
  });
}

/** Gateway and each subgraph as processes of their own, over NATS, Redis and one PostgreSQL. */
export async function startDistributedHouse(variables: Readonly<Record<string, string>> = {}): Promise<LiveHouse> {
  const { nats: natsSource, redis: redisSource } = findServers();
  const directory = newStateDirectory();
  const [postgres, nats, redis] = await Promise.all([
    startEmbeddedPostgres({ dataDirectory: join(directory, 'postgres'), durable: false }),
    startNatsServer(natsSource),
    startRedisServer(redisSource),
  ]);
  async function close(): Promise<void> {
    await Promise.all([postgres.stop(), nats.stop(), redis.stop()]);
    rmSync(directory, { recursive: true, force: true });
  }
  const server = new Pool({ connectionString: postgres.superuserUrl, max: 1 });
  await server.query(`create role og_owner login createrole nobypassrls password '${postgres.rolePassword}'`);
  await server.query('create database ordergraph owner og_owner');
  await server.end();
  const gatewayPort = await freePort();
  const shared = {
    ORDERGRAPH_STATE_DIR: join(directory, 'state'),
    PUBLIC_URL: `http://localhost:${gatewayPort}`,
    DATABASE_ROLE_PASSWORD: postgres.rolePassword,
    DATABASE_POOL_SIZE: '4',
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    ...variables,
  };
  const owner = { ...shared, DATABASE_URL: postgres.urlFor('og_owner').replace(/\/[^/]*$/, '/ordergraph') };
  const migrated = startHost(owner, ['--demo'], 'migrate.ts');
  const code = await migrated.ended();
  if (code !== 0) {
    await close();
    throw new Error(`Migrating ended with ${code}: ${migrated.output()}`);
  }

  const ports = new Map<string, number>();
  for (const name of [...subgraphNames, 'carrier']) ports.set(name, await freePort());
  const parts = new Map<string, Record<string, string>>();
  for (const name of subgraphNames) {
    const carrier: Record<string, string> =
      name === 'logistics' ? { CARRIER_URL: `http://127.0.0.1:${ports.get('carrier')}` } : {};
    parts.set(name, { ...owner, ...carrier, PART: name, PORT: String(ports.get(name)), HOST: '127.0.0.1' });
  }
  parts.set('carrier', {
    ...shared,
    PART: 'carrier',
    PORT: String(ports.get('carrier')),
    HOST: '127.0.0.1',
    CARRIER_WEBHOOK_URL: `http://127.0.0.1:${ports.get('logistics')}/carriers/simulator/webhook`,
  });
  const urls = subgraphNames.map((name) => [
    `SUBGRAPH_URL_${name.toUpperCase()}`,
    `http://127.0.0.1:${ports.get(name)}/graphql`,
  ]);
  const { DATABASE_URL: _database, ...withoutDatabase } = owner;
  parts.set('gateway', {
    ...withoutDatabase,
    ...Object.fromEntries(urls),
    PART: 'gateway',
    PORT: String(gatewayPort),
  });
  return openHouse({
    port: gatewayPort,
    stateDirectory: shared.ORDERGRAPH_STATE_DIR,
    parts,
    async restartRedis() {
      await redis.kill();
      await redis.restart();
    },
    close,
  });
}

async function openHouse(options: {
  port: number;
  stateDirectory: string;
  parts: ReadonlyMap<string, Readonly<Record<string, string>>>;
  restartRedis(): Promise<void>;
  close(): Promise<void>;
}): Promise<LiveHouse> {
  const { port, stateDirectory, parts, restartRedis, close } = options;
  const url = `http://127.0.0.1:${port}`;
  const running = new Map<string, HostProcess>();
  const output = (): string => [...running].map(([name, part]) => `${name}: ${part.output().slice(-2_000)}`).join('\n');

  function start(name: string): void {
    running.set(name, startHost(parts.get(name) ?? {}));
  }

  async function isReady(): Promise<void> {
    await waitFor(
      () =>
        fetch(`${url}/readyz`).then(
          (answer) => answer.ok,
          () => false,
        ),
      {
        timeoutMs: 90_000,
        describe: () => `the gateway to be ready. ${output()}`,
      },
    );
  }

  /** A gateway is ready without its subgraphs; their own answer says when they are. */
  async function arePartsReady(): Promise<void> {
    await Promise.all(
      [...parts.values()].map(({ PORT }) =>
        waitFor(
          () =>
            fetch(`http://127.0.0.1:${PORT}/readyz`).then(
              (answer) => answer.ok,
              () => false,
            ),
          {
            timeoutMs: 90_000,
            describe: () => `every part to be ready. ${output()}`,
          },
        ),
      ),
    );
  }

  async function stop(): Promise<void> {
    for (const part of running.values()) part.signal('SIGTERM');
    const slow = setTimeout(() => {
      for (const part of running.values()) part.signal('SIGKILL');
    }, 20_000);
    await Promise.all([...running.values()].map((part) => part.ended()));
    clearTimeout(slow);
    await close();
  }

  let users: DemoUser[];
  try {
    for (const name of parts.keys()) start(name);
    await isReady();
    await arePartsReady();
    // It lists the demo users that its page shows.
    users = (await (await fetch(`${url}/sign-in/tokens.json`)).json()) as DemoUser[];
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url,
    stateDirectory,
    parts: [...parts.keys()],
    token(kind) {
      const user = users.find((candidate) => candidate.kind === kind);
      if (!user)
        throw new Error(`There is no demo user ${kind}; there are ${users.map((one) => one.kind).join(', ')}.`);
      return user.token;
    },
    async ask<Data>(token: string, query: string, variables: Record<string, unknown> = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(15_000),
      });
      // Tests know what they selected.
      const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
      if (errors || !data) throw new Error(JSON.stringify({ query, variables, errors }));
      return data;
    },
    async restart(part) {
      const old = running.get(part);
      old?.signal('SIGKILL');
      await old?.ended();
      start(part);
      await isReady();
      await arePartsReady();
    },
    restartRedis,
    output,
    [Symbol.asyncDispose]: stop,
  };
}
