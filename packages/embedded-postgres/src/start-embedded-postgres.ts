import { statSync } from 'node:fs';
import { binariesFor } from './binaries.ts';
import { openDirectory, placeData, readSecrets, removeInstance } from './instance-files.ts';
import { claimInstance } from './instance-lock.ts';
import type { InstanceLock } from './instance-lock.ts';
import { stopLeftoverServer } from './leftover-server.ts';
import { prepareData, superuser } from './prepare-data.ts';
import { launchServer } from './server-process.ts';

export interface EmbeddedPostgresOptions {
  /** Made when missing. Holds lock, passwords, log and data, or the place where the data are. */
  dataDirectory: string;
  /** True: what is committed stays, behind passwords. False: fast, open to every local user, begins empty and is removed by `stop`. */
  durable: boolean;
  /** Exactly this port; without it the first free one from 15432 on. */
  port?: number;
  onProgress?: (message: string) => void;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** Of the database `postgres`, as the one superuser. */
  readonly superuserUrl: string;
  /** The password that `urlFor` puts in for every role; whoever creates a role gives it this one. */
  readonly rolePassword: string;
  /** Where the data really lie; not always in the directory that was asked for. */
  readonly dataDirectory: string;
  urlFor(role: string, database?: string): string;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL for this process alone. A server left by a crashed owner is ended first; a living owner makes it fail
 * with a sentence. The server ignores the terminal's Ctrl-C: call `stop` when everything that uses it is closed.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = openDirectory(options.dataDirectory);
  const onProgress = options.onProgress ?? (() => {});
  const lock = await claimOrThrow(directory);

  try {
    const placement = placeData(directory, options.durable);
    const binaries = await binariesFor(placement.account);
    if (placement.exists) await stopLeftoverServer(placement.data, binaries.pgCtl, onProgress);
    const secrets = await prepareData({ directory, durable: options.durable, placement, binaries, onProgress });

    const server = await launchServer({
      directory,
      placement,
      binaries,
      durable: options.durable,
      port: options.port,
      onProgress,
    });
    const urlOf = (role: string, password: string, database: string) =>
      `postgres://${encodeURIComponent(role)}:${password}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`;
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      await server.stop();
      if (options.durable) lock.release();
      else removeInstance(directory);
    };
    process.once('exit', lock.release);
    return {
      port: server.port,
      superuserUrl: urlOf(superuser, secrets.superuserPassword, 'postgres'),
      rolePassword: secrets.rolePassword,
      dataDirectory: placement.data,
      urlFor: (role, database = 'ordergraph') => urlOf(role, secrets.rolePassword, database),
      stop: () => {
        process.removeListener('exit', lock.release);
        return (stopping ??= stop());
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Removes a throw-away instance whose owner died without stopping it. False, and nothing done, when it is in use or is no throw-away instance. */
export async function discardEmbeddedPostgres(dataDirectory: string): Promise<boolean> {
  // In a shared temporary folder anybody may lay out a directory whose notes name a stranger's data.
  if (statSync(dataDirectory).uid !== (process.getuid?.() ?? 0)) return false;
  const directory = openDirectory(dataDirectory);
  if (readSecrets(directory)?.durable !== false) return false;
  const lock = await claimInstance(directory);
  if ('heldBy' in lock) return false;
  const placement = placeData(directory, false);
  if (placement.exists)
    await stopLeftoverServer(placement.data, (await binariesFor(placement.account)).pgCtl, () => {});
  removeInstance(directory);
  return true;
}

async function claimOrThrow(directory: string): Promise<InstanceLock> {
  const claim = await claimInstance(directory);
  if (!('heldBy' in claim)) return claim;
  throw new Error(
    `The database in ${directory} is already in use by process ${claim.heldBy}. Stop that one first, or set DATABASE_URL to use another database.`,
  );
}
