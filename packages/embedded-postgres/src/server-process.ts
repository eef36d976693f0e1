import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { logFileOf, logFlags } from './instance-files.ts';
import type { Placement } from './instance-files.ts';
import { serverStatus, signalServer } from './leftover-server.ts';
import { hasEnded } from './processes.ts';
import { defaultPort, firstFreePort } from './ports.ts';
import { childOptions } from './server-account.ts';
import { serverArguments } from './server-settings.ts';

export interface RunningServer {
  port: number;
  stop(): Promise<void>;
}

interface Launch {
  directory: string;
  placement: Placement;
  binaries: Binaries;
  durable: boolean;
  port: number | undefined;
  onProgress: (message: string) => void;
}

type Outcome = { ready: true; server: RunningServer } | { ready: false; reason: string };

/** A killed server's children notice within moments; until then their shared memory keeps a new one from starting. */
const predecessorLeavesWithinMs = 10_000;
const orderlyStopMs = 60_000;

export async function launchServer(launch: Launch): Promise<RunningServer> {
  const began = performance.now();
  let from = launch.port ?? defaultPort;
  for (;;) {
    const port = launch.port ?? (await firstFreePort(from));
    const outcome = await tryToLaunch(launch, port);
    if (outcome.ready) return outcome.server;

    if (/could not create any TCP\/IP sockets|could not bind/.test(outcome.reason)) {
      if (launch.port !== undefined) {
        throw new Error(
          `Port ${port} on 127.0.0.1 is taken; give the embedded PostgreSQL another one, or none to let it find one.`,
        );
      }
      from = port + 1;
      continue;
    }
    const waitsForPredecessor = /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(
      outcome.reason,
    );
    if (!waitsForPredecessor || performance.now() - began > predecessorLeavesWithinMs) {
      throw new Error(
        `The embedded PostgreSQL did not start; its log ${logFileOf(launch.directory)} ends with:\n${outcome.reason}`,
      );
    }
    await pause(50);
  }
}

async function tryToLaunch(
  { directory, placement, binaries, durable, onProgress }: Launch,
  port: number,
): Promise<Outcome> {
  // A file and not a pipe: the server outlives an owner that is killed, and must not choke on a pipe that nobody reads.
  const log = openSync(logFileOf(directory), logFlags(directory), 0o600);
  const logBegan = fstatSync(log).size;
  const { data, account } = placement;
  // A process group of its own keeps the terminal's Ctrl-C away, so that what uses the database can close in order first.
  const child = spawn(binaries.postgres, serverArguments({ data, port, durable }), {
    ...childOptions(account),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  let spawnError: Error | undefined;
  child.once('error', (error) => (spawnError = error));
  const hasExited = () => spawnError !== undefined || child.exitCode !== null || child.signalCode !== null;
  const endWithOwner = () => {
    if (!hasExited() && child.pid !== undefined) signalServer('fast', child.pid, data, binaries.pgCtl);
  };
  process.once('exit', endWithOwner);

  const began = performance.now();
  let saidWhy = false;
  for (;;) {
    if (hasExited()) {
      process.removeListener('exit', endWithOwner);
      const written = readFileSync(logFileOf(directory)).subarray(logBegan).toString('utf8').trim();
      return {
        ready: false,
        reason: spawnError?.message ?? (written || `exit code ${child.exitCode}, signal ${child.signalCode}`),
      };
    }
    const status = serverStatus(data);
    if (status?.pid === child.pid && status?.isReady) break;
    if (!saidWhy && performance.now() - began > 2_000) {
      saidWhy = true;
      onProgress('The database is recovering from a crash ...');
    }
    await pause(10);
  }

  // Whoever forgets to stop it still ends, and the exit handler takes the server along.
  child.unref();
  const stop = async () => {
    await stopChild(child, data, binaries.pgCtl);
    process.removeListener('exit', endWithOwner);
  };
  return { ready: true, server: { port, stop } };
}

async function stopChild(child: ChildProcess, data: string, pgCtl: string): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  signalServer('fast', child.pid, data, pgCtl);
  const inOrder = await Promise.race([ended.then(() => true), hasEnded(child.pid, orderlyStopMs)]);
  if (!inOrder) signalServer('immediate', child.pid, data, pgCtl);
  await ended;
}
