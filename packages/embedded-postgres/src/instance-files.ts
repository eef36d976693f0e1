import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { canAccess, serverAccount } from './server-account.ts';
import type { ServerAccount } from './server-account.ts';

/** What lies beside the data in the directory that was asked for; only the caller reads it. */
export interface InstanceSecrets {
  durable: boolean;
  superuserPassword: string;
  rolePassword: string;
}

/** Where the data lie, or will; the account that owns them. */
export interface Placement {
  data: string;
  account: ServerAccount;
  exists: boolean;
}

export const logFileOf = (directory: string): string => join(directory, 'server.log');
const secretsFileOf = (directory: string): string => join(directory, 'secrets.json');
const noteFileOf = (directory: string): string => join(directory, 'data-location');

/** Makes the directory when it is missing, and answers with its real path: the one under which the server knows its data. */
export function openDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    // The server's account passes through it to its data; the files beside the data are closed one by one.
    if (process.getuid?.() === 0) chmodSync(directory, 0o711);
    return realpathSync(directory);
  } catch (error) {
    throw new Error(
      `The database's directory ${directory} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

export function readSecrets(directory: string): InstanceSecrets | undefined {
  const file = secretsFileOf(directory);
  if (!existsSync(file)) return undefined;
  // Written by secretsFor only, and readable by its owner alone.
  return JSON.parse(readFileSync(file, 'utf8')) as InstanceSecrets;
}

/** The passwords of this directory, generated the first time. */
export function secretsFor(directory: string, durable: boolean, dataExist: boolean): InstanceSecrets {
  const known = readSecrets(directory);
  if (known !== undefined && known.durable !== durable) {
    throw new Error(
      `The directory ${directory} holds a ${known.durable ? 'kept' : 'throw-away'} database; a ${durable ? 'kept' : 'throw-away'} one needs a directory of its own.`,
    );
  }
  if (known !== undefined) return known;
  if (dataExist) {
    throw new Error(
      `The passwords of the database in ${directory} are gone: put back ${secretsFileOf(directory)}, or remove the directory to begin anew.`,
    );
  }

  const secrets = { durable, superuserPassword: newPassword(), rolePassword: newPassword() };
  const fresh = `${secretsFileOf(directory)}.new`;
  writeFileSync(fresh, JSON.stringify(secrets), { mode: 0o600 });
  renameSync(fresh, secretsFileOf(directory));
  return secrets;
}

/** Decides where the data lie. A place once taken is kept: it is noted in the directory when it is elsewhere. */
export function placeData(directory: string, durable: boolean): Placement {
  const beside = join(directory, 'data');
  const noted = notedPlace(directory);
  if (noted !== undefined && existsSync(dirname(noted)))
    return { data: noted, account: serverAccount(noted), exists: existsSync(noted) };
  if (noted !== undefined && durable && readSecrets(directory) !== undefined) {
    throw new Error(
      `The database of ${directory} is gone: it lay in ${noted}. Remove ${directory} to begin with an empty database.`,
    );
  }

  const account = serverAccount(beside);
  if (canAccess(account, directory)) return { data: beside, account, exists: existsSync(beside) };
  if (existsSync(beside)) {
    throw new Error(
      `User ${account.uid}, who owns the database in ${beside}, cannot reach it: open the folders above it (chmod o+x) or start as that user.`,
    );
  }
  const elsewhere = join(newStateFolder(durable), 'data');
  writeFileSync(noteFileOf(directory), `${elsewhere}\n`);
  return { data: elsewhere, account, exists: false };
}

/** Removes everything of an instance, also what lies elsewhere. Nothing of it may be running. */
export function removeInstance(directory: string): void {
  const noted = notedPlace(directory);
  if (noted !== undefined) rmSync(dirname(noted), { recursive: true, force: true });
  // Another run that looks for abandoned instances may be at the same work.
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

function notedPlace(directory: string): string | undefined {
  const note = noteFileOf(directory);
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
}

/** Appends, but does not grow for ever. */
export function logFlags(directory: string): 'a' | 'w' {
  const size = statSync(logFileOf(directory), { throwIfNoEntry: false })?.size ?? 0;
  return size > 5_000_000 ? 'w' : 'a';
}

function newStateFolder(durable: boolean): string {
  // Only root comes here. The first two outlive a restart of the machine.
  for (const parent of durable ? ['/var/lib', '/var/tmp', tmpdir()] : [tmpdir()]) {
    try {
      const folder = mkdtempSync(join(parent, 'ordergraph-postgres-data-'));
      chmodSync(folder, 0o711);
      return folder;
    } catch {
      continue;
    }
  }
  throw new Error(
    'No folder for the database that an unprivileged user could reach: /var/lib, /var/tmp and the temporary folder cannot be written.',
  );
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
