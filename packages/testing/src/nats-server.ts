import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as openSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

/** A NATS server with JetStream, for one test file. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  /** Whether `kill`, `restart` and `wipe` work: not on a server that was only lent to the tests. */
  readonly isOwn: boolean;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the store as it is. */
  restart(): Promise<void>;
  /** Kills it, and throws its store away. */
  wipe(): Promise<void>;
  stop(): Promise<void>;
}

/** Where a NATS server for tests comes from, or why there is none. */
export type NatsSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'binary'; readonly path: string }
  | { readonly kind: 'none'; readonly reason: string };

const installTimeoutMs = 60_000;
const firstPort = 14_222;
const firstEphemeralPort = 32_768;

/**
 * Finds a NATS server: that of NATS_URL, or a program on this machine, or Debian's package, which root may install
 * unless ORDERGRAPH_NO_INSTALL is set.
 */
export function findNatsServer(): NatsSource {
  const url = process.env['NATS_URL'];
  if (url) return { kind: 'url', url };
  const path = findBinary() ?? (installBinary() ? findBinary() : undefined);
  if (path) return { kind: 'binary', path };
  const reason = 'no NATS server: install nats-server (apt-get install nats-server) or set NATS_URL to run these tests';
  return { kind: 'none', reason };
}

function findBinary(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path));
}

function installBinary(): boolean {
  if (process.env['ORDERGRAPH_NO_INSTALL'] || process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    return false;
  // Several test files may get here at once; apt waits for the other's lock, and then finds the work done.
  const { status } = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60', 'nats-server'],
    { stdio: 'ignore', timeout: installTimeoutMs, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  return status === 0;
}

/** Starts a server with an empty store on a free port, or uses the one that was lent. */
export async function startNatsServer(source: NatsSource): Promise<NatsServer> {
  if (source.kind === 'none') throw new Error(`There is ${source.reason}.`);
  if (source.kind === 'url') return lentServer(source.url);

  const store = mkdtempSync(join(tmpdir(), 'ordergraph-nats-'));
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function start(path: string): Promise<void> {
    const started = spawn(path, ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', store], { stdio: 'ignore' });
    server = started;
    await waitFor(
      () => {
        if (started.exitCode !== null) throw new Error(`nats-server ended with code ${started.exitCode}.`);
        return accepts(port);
      },
      { describe: `nats-server to listen on port ${port}` },
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

  async function stop(): Promise<void> {
    await kill();
    rmSync(store, { recursive: true, force: true });
  }

  await start(source.path);
  return {
    url: `nats://127.0.0.1:${port}`,
    isOwn: true,
    kill,
    restart: () => start(source.path),
    async wipe() {
      await kill();
      rmSync(store, { recursive: true, force: true });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function lentServer(url: string): NatsServer {
  const refuse = async (): Promise<never> => {
    throw new Error('The server of NATS_URL is only lent to the tests: they do not kill it.');
  };
  const leave = async (): Promise<void> => undefined;
  return { url, isOwn: false, kill: refuse, restart: refuse, wipe: refuse, stop: leave, [Symbol.asyncDispose]: leave };
}

async function freePort(): Promise<number> {
  // Test files start side by side: each begins somewhere else, so that they seldom want the same port.
  const start = firstPort + (process.pid % 500) * 20;
  for (let port = start; port < firstEphemeralPort; port += 1) {
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port for nats-server from ${start} to ${firstEphemeralPort - 1}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
