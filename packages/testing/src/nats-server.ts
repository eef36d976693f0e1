import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts, findProgram, freePort } from './system-server.ts';
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

const firstPort = 14_222;

/**
 * Finds a NATS server: that of NATS_URL, or a program on this machine, or Debian's package, which root may install
 * unless ORDERGRAPH_NO_INSTALL is set.
 */
export function findNatsServer(): NatsSource {
  const url = process.env['NATS_URL'];
  if (url) return { kind: 'url', url };
  const path = findProgram('nats-server', 'nats-server');
  if (path) return { kind: 'binary', path };
  const reason = 'no NATS server: install nats-server (apt-get install nats-server) or set NATS_URL to run these tests';
  return { kind: 'none', reason };
}

/** Starts a server with an empty store on a free port, or uses the one that was lent. */
export async function startNatsServer(source: NatsSource): Promise<NatsServer> {
  if (source.kind === 'none') throw new Error(`There is ${source.reason}.`);
  if (source.kind === 'url') return lentServer(source.url);

  const store = mkdtempSync(join(tmpdir(), 'ordergraph-nats-'));
  const port = await freePort(firstPort);
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
