import { discardEmbeddedPostgres, startEmbeddedPostgres } from '@ordergraph/embedded-postgres';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { dropDatabasesOfRun } from './create-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The superuser's URL of the test run's PostgreSQL. */
    postgresUrl: string;
  }
}

const directoriesBeginWith = 'ordergraph-test-';

/** One PostgreSQL for the whole run: that of ORDERGRAPH_TEST_POSTGRES_URL, or a throw-away one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env['ORDERGRAPH_TEST_RUN'] = randomBytes(4).toString('hex');
  const given = process.env['ORDERGRAPH_TEST_POSTGRES_URL'];
  if (given !== undefined) {
    project.provide('postgresUrl', given);
    return dropDatabasesOfRun;
  }

  await discardAbandoned();
  const postgres = await startEmbeddedPostgres({
    dataDirectory: mkdtempSync(join(tmpdir(), directoriesBeginWith)),
    durable: false,
  });
  // The workers inherit the environment of this process.
  process.env['ORDERGRAPH_TEST_POSTGRES_URL'] = postgres.superuserUrl;
  project.provide('postgresUrl', postgres.superuserUrl);
  return async () => {
    delete process.env['ORDERGRAPH_TEST_POSTGRES_URL'];
    await postgres.stop();
  };
}

/** Runs that were killed leave a server behind, which would run until the machine is restarted. */
async function discardAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(directoriesBeginWith)) continue;
    // Another user's directory, or one that another run is removing at this moment, is not this run's trouble.
    await discardEmbeddedPostgres(join(tmpdir(), name)).catch(() => false);
  }
}
