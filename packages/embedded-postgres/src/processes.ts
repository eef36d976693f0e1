import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process number is given out again; together with the moment its process began it is unique. */
export interface ProcessIdentity {
  pid: number;
  began: string;
}

/** True while the process runs: one that ended and was not waited for yet has its number still, and is dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // process.kill throws nothing else
  }
  // Such a one still takes signals. Orphans stay so until pid 1 waits for them, which in a container is late or never.
  return linuxStat(pid)?.state !== 'Z';
}

export function identityOf(pid: number): ProcessIdentity {
  if (process.platform === 'linux') {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { pid, began: `${boot}:${linuxStat(pid)?.began ?? ''}` };
  }
  return { pid, began: processTable(pid, 'lstart=') };
}

export function isSameProcessAlive(identity: ProcessIdentity): boolean {
  return isAlive(identity.pid) && identityOf(identity.pid).began === identity.began;
}

/** The command line with its arguments; empty where the platform does not tell. */
export function commandLineOf(pid: number): string {
  if (process.platform !== 'linux') return processTable(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** True as soon as the process is gone, false when it is still there after the time. */
export async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await pause(10);
  }
  return true;
}

function linuxStat(pid: number): { state: string; began: string } | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold blanks; state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', began: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function processTable(pid: number, column: string): string {
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
