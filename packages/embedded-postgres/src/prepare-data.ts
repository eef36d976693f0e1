import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { secretsFor } from './instance-files.ts';
import type { InstanceSecrets, Placement } from './instance-files.ts';
import { childOptions, giveTo } from './server-account.ts';

const run = promisify(execFile);
export const superuser = 'og_super';

export interface Preparation {
  directory: string;
  durable: boolean;
  placement: Placement;
  binaries: Binaries;
  onProgress: (message: string) => void;
}

/** Data to start a server on: those that are there when they are to be kept, otherwise new ones. */
export async function prepareData({
  directory,
  durable,
  placement,
  binaries,
  onProgress,
}: Preparation): Promise<InstanceSecrets> {
  const { data, exists } = placement;
  const secrets = secretsFor(directory, durable, exists);
  if (exists && durable) {
    assertSameVersion(data, binaries);
    return secrets;
  }
  rmSync(data, { recursive: true, force: true });
  onProgress('Creating the database ...');
  await createData(placement, binaries, secrets);
  return secrets;
}

/** Made under another name first: a directory called `data` is complete, whatever happened while it was made. */
async function createData({ data, account }: Placement, binaries: Binaries, secrets: InstanceSecrets): Promise<void> {
  const fresh = `${data}.new`;
  const passwordFile = `${data}.password`;
  // The initdb of an owner that was killed may still be writing there.
  rmSync(fresh, { recursive: true, force: true, maxRetries: 10 });
  mkdirSync(fresh, { mode: 0o700 });
  chmodSync(fresh, 0o700);
  giveTo(account, fresh);
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, secrets.superuserPassword, { mode: 0o600 });
  giveTo(account, passwordFile);
  const { durable } = secrets;
  try {
    await run(
      binaries.initdb,
      [
        ['-D', fresh, '-U', superuser, `--pwfile=${passwordFile}`, `--auth=${durable ? 'scram-sha-256' : 'trust'}`],
        // The builtin provider sorts alike on every system; the C library knows C.UTF-8 on Linux only.
        ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
        [`--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`, '--no-instructions'],
        durable ? ['--data-checksums'] : ['--no-data-checksums', '--no-sync'],
      ].flat(),
      childOptions(account),
    );
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`The database could not be created in ${data}: ${whatItSaid(error)}`, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(fresh, data);
}

function assertSameVersion(data: string, binaries: Binaries): void {
  const file = join(data, 'PG_VERSION');
  const madeBy = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'an unknown version';
  if (madeBy === binaries.majorVersion) return;
  throw new Error(
    `The database in ${data} was made by PostgreSQL ${madeBy}, but PostgreSQL ${binaries.majorVersion} is installed. Remove it to begin anew, or install the older release.`,
  );
}

function whatItSaid(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  // Containers that run under a bare number come here.
  const advice = said.includes('user does not exist')
    ? ' Give that user a line in /etc/passwd, or set DATABASE_URL to a server of your own.'
    : '';
  return `${said || error.message}${advice}`;
}
