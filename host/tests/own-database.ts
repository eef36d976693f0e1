import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startEmbeddedPostgres } from '@ordergraph/embedded-postgres';
import { Pool } from 'pg';

/** A durable PostgreSQL for one installation, with a database in it that nobody has prepared yet. */
export interface OwnDatabase {
  /** The superuser's, past all policies. */
  readonly superuserUrl: string;
  /** Of every role that is made in it. */
  readonly rolePassword: string;
  urlFor(role: string): string;
  /** Kills the server as a power cut would, and starts it again on what is left and where it was. */
  kill(): Promise<void>;
  /** Stops it, and removes its data. */
  stop(): Promise<void>;
}

/** Starts the server with the owner `og_owner` and its database; what it keeps stands in `directory`. */
export async function startOwnDatabase(directory: string): Promise<OwnDatabase> {
  let postgres = await startEmbeddedPostgres({ dataDirectory: directory, durable: true });
  const { port, rolePassword } = postgres;
  const server = new Pool({ connectionString: postgres.superuserUrl, max: 1 });
  await server.query(`create role og_owner login createrole nobypassrls password '${rolePassword}'`);
  await server.query('create database ordergraph owner og_owner');
  await server.end();
  const superuserUrl = new URL(postgres.superuserUrl);
  superuserUrl.pathname = '/ordergraph';
  return {
    superuserUrl: superuserUrl.href,
    rolePassword,
    urlFor: (role) => postgres.urlFor(role),
    async kill() {
      const [pid] = readFileSync(join(postgres.dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await postgres.stop();
      postgres = await startEmbeddedPostgres({ dataDirectory: directory, durable: true, port });
    },
    async stop() {
      await postgres.stop();
      // Started by root, the server keeps its data where its own user can reach them, outside of the directory.
      rmSync(dirname(postgres.dataDirectory), { recursive: true, force: true });
    },
  };
}
