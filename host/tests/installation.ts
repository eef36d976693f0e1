import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { subgraphNames } from '@ordergraph/schema';
import {
  findServers,
  freePorts,
  startNatsServer,
  startRedisServer,
  type NatsServer,
  type RedisServer,
} from '@ordergraph/testing';
import { newStateDirectory, startHost } from './host-process.ts';
import { startOwnDatabase, type OwnDatabase } from './own-database.ts';
import type { PartVariables } from './running-parts.ts';

/** What the parts of an installation stand on, and what each has to be told. None of them runs yet. */
export interface Installation {
  /** The variables of each part: the nine subgraphs, the carrier and the gateway. */
  readonly parts: ReadonlyMap<string, PartVariables>;
  /** Of the gateway, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** What the parts keep: keys, mails, bookings. */
  readonly stateDirectory: string;
  readonly database: OwnDatabase;
  readonly nats: NatsServer;
  readonly redis: RedisServer;
  /** Stops the servers, and removes all that they kept. */
  close(): Promise<void>;
}

/**
 * Starts PostgreSQL, NATS and Redis and prepares the database, with the demo shops in it. `variables` are given to
 * every part.
 */
export async function prepareInstallation(variables: PartVariables = {}): Promise<Installation> {
  const sources = findServers();
  const directory = newStateDirectory();
  const [database, nats, redis] = await Promise.all([
    startOwnDatabase(join(directory, 'postgres')),
    startNatsServer(sources.nats),
    startRedisServer(sources.redis),
  ]);
  const stateDirectory = join(directory, 'state');
  async function close(): Promise<void> {
    await Promise.all([database.stop(), nats.stop(), redis.stop()]);
    rmSync(directory, { recursive: true, force: true });
  }
  const names = [...subgraphNames, 'carrier', 'gateway'];
  const ports = await freePorts(names.length);
  const urls = new Map(names.map((name, index) => [name, `http://127.0.0.1:${ports[index]}`]));
  const url = urls.get('gateway') ?? '';
  const shared = {
    ORDERGRAPH_STATE_DIR: stateDirectory,
    PUBLIC_URL: url.replace('127.0.0.1', 'localhost'),
    DATABASE_ROLE_PASSWORD: database.rolePassword,
    DATABASE_POOL_SIZE: '4',
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    ...variables,
  };
  const ofDatabase = { ...shared, DATABASE_URL: database.urlFor('og_owner') };
  const migrated = startHost(ofDatabase, ['--demo'], 'migrate.ts');
  const code = await migrated.ended();
  if (code !== 0) {
    await close();
    throw new Error(`Migrating ended with ${code}: ${migrated.output()}`);
  }

  const addressOf = (name: string): PartVariables => ({ PART: name, PORT: new URL(urls.get(name) ?? '').port });
  const parts = new Map<string, PartVariables>();
  for (const name of subgraphNames) {
    const carrier: PartVariables = name === 'logistics' ? { CARRIER_URL: urls.get('carrier') ?? '' } : {};
    parts.set(name, { ...ofDatabase, ...carrier, ...addressOf(name), HOST: '127.0.0.1' });
  }
  parts.set('carrier', {
    ...shared,
    ...addressOf('carrier'),
    HOST: '127.0.0.1',
    CARRIER_WEBHOOK_URL: `${urls.get('logistics')}/carriers/simulator/webhook`,
  });
  const subgraphUrls = subgraphNames.map((name) => [`SUBGRAPH_URL_${name.toUpperCase()}`, `${urls.get(name)}/graphql`]);
  parts.set('gateway', { ...shared, ...Object.fromEntries(subgraphUrls), ...addressOf('gateway') });
  return { parts, url, stateDirectory, database, nats, redis, close };
}
