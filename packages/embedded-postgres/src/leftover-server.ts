import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf, hasEnded, isAlive } from './processes.ts';

/** What a running server says about itself in its data directory. */
export interface ServerStatus {
  pid: number;
  isReady: boolean;
}

type Urgency = 'fast' | 'immediate';
const signalOf = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

export function serverStatus(data: string): ServerStatus | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : undefined;
}

/** Ends a server that a crashed owner left running on these data, and what its file says when nothing runs any more. */
export async function stopLeftoverServer(
  data: string,
  pgCtl: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const status = serverStatus(data);
  if (status === undefined) return;
  if (!isServerOf(data, status.pid)) {
    disownStalePidFile(data);
    return;
  }
  onProgress(`Stopping the database server that an earlier run left behind (process ${status.pid}) ...`);
  if (!(await stopServer(status.pid, data, pgCtl))) {
    throw new Error(
      `The database server of an earlier run (process ${status.pid}) does not stop; end it and start again.`,
    );
  }
}

/** Asks in order, then firmly: an immediate end costs the next start a recovery, but no data. False when it stays. */
export async function stopServer(pid: number, data: string, pgCtl: string): Promise<boolean> {
  signalServer('fast', pid, data, pgCtl);
  if (await hasEnded(pid, 3_000)) return true;
  signalServer('immediate', pid, data, pgCtl);
  return hasEnded(pid, 10_000);
}

export function signalServer(urgency: Urgency, pid: number, data: string, pgCtl: string): void {
  try {
    // Windows knows no signals: process.kill would end the server without asking it.
    if (process.platform === 'win32')
      execFileSync(pgCtl, ['stop', '-D', data, '-m', urgency, '-W'], { stdio: 'ignore' });
    else process.kill(pid, signalOf[urgency]);
  } catch (error) {
    if (isAlive(pid)) throw error;
  }
}

/** The number in the file may belong to any other program by now. */
function isServerOf(data: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  return commandLineOf(pid).includes(`-D ${data} `);
}

/**
 * PostgreSQL takes the file for a living server's when any process of its account has the number. Removing the file would
 * also remove its second guard, which finds surviving children by their shared memory. It knows its parent's number as no server's, so that is written in.
 */
function disownStalePidFile(data: string): void {
  const file = join(data, 'postmaster.pid');
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
}
