import { spawn, type ChildProcess } from 'node:child_process';
import { accepts, findProgram, freePort } from './system-server.ts';
import { waitFor } from './wait-for.ts';

/** A Redis server, for one test file. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Whether `kill` and `restart` work: not on a server that was only lent to the tests. */
  readonly isOwn: boolean;
  /** Ends the server at once, as a crash would; what it kept is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Where a Redis server for tests comes from, or why there is none. */
export type RedisSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'binary'; readonly path: string }
  | { readonly kind: 'none'; readonly reason: string };

const firstPort = 12_222;

/**
 * Finds a Redis server: that of REDIS_URL, or a program on this machine, or Debian's package, which root may install
 * unless ORDERGRAPH_NO_INSTALL is set.
 */
export function findRedisServer(): RedisSource {
  const url = process.env['REDIS_URL'];
  if (url) return { kind: 'url', url };
  const path = findProgram('redis-server', 'redis-server');
  if (path) return { kind: 'binary', path };
  const reason =
    'no Redis server: install redis-server (apt-get install redis-server) or set REDIS_URL to run these tests';
  return { kind: 'none', reason };
}

/** Starts an empty server that keeps nothing on a free port, or uses the one that was lent. */
export async function startRedisServer(source: RedisSource): Promise<RedisServer> {
  if (source.kind === 'none') throw new Error(`There is ${source.reason}.`);
  if (source.kind === 'url') return lentServer(source.url);

  const { path } = source;
  const port = await freePort(firstPort);
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const started = spawn(path, options, { stdio: 'ignore' });
    server = started;
    await waitFor(
      () => {
        if (started.exitCode !== null) throw new Error(`redis-server ended with code ${started.exitCode}.`);
        return accepts(port);
      },
      { describe: `redis-server to listen on port ${port}` },
    );
  }

  async function kill(): Promise<void> {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    isOwn: true,
    kill,
    restart: start,
    stop: kill,
    [Symbol.asyncDispose]: kill,
  };
}

function lentServer(url: string): RedisServer {
  const refuse = async (): Promise<never> => {
    throw new Error('The server of REDIS_URL is only lent to the tests: they do not kill it.');
  };
  const leave = async (): Promise<void> => undefined;
  return { url, isOwn: false, kill: refuse, restart: refuse, stop: leave, [Symbol.asyncDispose]: leave };
}
