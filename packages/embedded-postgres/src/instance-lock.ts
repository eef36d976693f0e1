import { closeSync, openSync, readFileSync, rmSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identityOf, isSameProcessAlive } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';

export interface InstanceLock {
  release(): void;
}

const writingTakesAtMostMs = 2000;

/** Claims the directory for this process. Undefined when a living process holds it; a dead one's claim is taken over. */
export async function claimInstance(directory: string): Promise<InstanceLock | { heldBy: number }> {
  const file = join(directory, 'lock');
  for (;;) {
    if (createLock(file)) return { release: () => rmSync(file, { force: true }) };

    const holder = readHolder(file);
    if (holder === 'gone') continue;
    if (holder === 'being written') {
      await pause(20);
      continue;
    }
    if (holder !== 'broken' && isSameProcessAlive(holder)) return { heldBy: holder.pid };
    removeStale(file, holder);
  }
}

function createLock(file: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // openSync throws nothing else
    throw error;
  }
  writeSync(descriptor, JSON.stringify(identityOf(process.pid)));
  closeSync(descriptor);
  return true;
}

function readHolder(file: string): ProcessIdentity | 'gone' | 'being written' | 'broken' {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isIdentity(holder)) return holder;
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone'; // otherwise readFileSync threw it
      throw error;
    }
  }
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return age < writingTakesAtMostMs ? 'being written' : 'broken';
}

/** Two processes may find the same stale claim; the second must not remove the first one's fresh claim. */
function removeStale(file: string, stale: ProcessIdentity | 'broken'): void {
  const now = readHolder(file);
  const isStillTheStaleOne =
    now === stale ||
    (typeof now === 'object' && typeof stale === 'object' && now.pid === stale.pid && now.began === stale.began);
  if (!isStillTheStaleOne) return;
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // unlinkSync throws nothing else
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return typeof value === 'object' && value !== null && 'pid' in value && 'began' in value;
}
