import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';

/** Whom the server runs as; without ids it is the caller. */
export interface ServerAccount {
  uid?: number;
  gid?: number;
}

/** `nobody` everywhere, and needs no user to be created. */
const unprivileged = 65534;

/** PostgreSQL refuses to run as root. Existing data keep the owner they have, so that root may start what a person made. */
export function serverAccount(existingData?: string): ServerAccount {
  if (process.getuid?.() !== 0) return {};
  const owner = existingData === undefined ? undefined : statSync(existingData, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return { uid: unprivileged, gid: unprivileged };
}

/**
 * Options for a child of that account. The environment is not handed on: PGDATA, PGPORT and the like would change what
 * the programs do. The root folder is the only working directory that any account can be in.
 */
export function childOptions(account: ServerAccount): ServerAccount & { cwd: string; env: NodeJS.ProcessEnv } {
  return { ...account, cwd: parse(process.execPath).root, env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' } };
}

/** Whether the account gets through all folders on the way into this one. Asked as that account: modes alone do not tell. */
export function canAccess(account: ServerAccount, folder: string): boolean {
  if (account.uid === undefined) return true;
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...childOptions(account), stdio: 'ignore' }).status === 0
  );
}

export function giveTo(account: ServerAccount, path: string): void {
  if (account.uid !== undefined && account.gid !== undefined) chownSync(path, account.uid, account.gid);
}

/** Like `chmod -R a+rX`: a strict umask at installation time leaves files that only their owner reads. */
export function openToEverybody(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = statSync(path);
    chmodSync(path, entry.isDirectory() || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}
