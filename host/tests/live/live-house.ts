import { rmSync } from 'node:fs';
import { freePort, newStateDirectory } from '../host-process.ts';
import { openHouseClient, type HouseClient } from '../house-client.ts';
import { prepareInstallation } from '../installation.ts';
import { runParts, type PartVariables } from '../running-parts.ts';

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

/** Everything in one process, as `npm start` runs it. */
export async function startEmbeddedHouse(variables: Readonly<Record<string, string>> = {}): Promise<LiveHouse> {
  const directory = newStateDirectory();
  const port = await freePort();
  return openHouse({
    url: `http://127.0.0.1:${port}`,
    stateDirectory: directory,
    parts: new Map([['house', { PORT: String(port), ORDERGRAPH_STATE_DIR: directory, ...variables }]]),
    restartRedis: async () => undefined,
    close: async () => rmSync(directory, { recursive: true, force: true }),
  });
}

/** Gateway and each subgraph as processes of their own, over NATS, Redis and one PostgreSQL. */
export async function startDistributedHouse(variables: Readonly<Record<string, string>> = {}): Promise<LiveHouse> {
  const { url, parts, redis, stateDirectory, close } = await prepareInstallation(variables);
  return openHouse({
    url,
    stateDirectory,
    parts,
    async restartRedis() {
      await redis.kill();
      await redis.restart();
    },
    close,
  });
}

async function openHouse(options: {
  url: string;
  stateDirectory: string;
  parts: ReadonlyMap<string, PartVariables>;
  restartRedis(): Promise<void>;
  close(): Promise<void>;
}): Promise<LiveHouse> {
  const { url, stateDirectory, parts, restartRedis, close } = options;
  const running = runParts(parts);

  async function stop(): Promise<void> {
    await running.stop();
    await close();
  }

  let client: HouseClient;
  try {
    for (const name of parts.keys()) running.start(name);
    await running.areReady();
    client = await openHouseClient(url);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...client,
    url,
    stateDirectory,
    parts: [...parts.keys()],
    async restart(part) {
      await running.kill(part);
      running.start(part);
      await running.areReady();
    },
    restartRedis,
    output: running.output,
    [Symbol.asyncDispose]: stop,
  };
}
