import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly superuserUrl: string;
  /** Whoever creates a role gives it this password; the throw-away server does not ask for it, a server of one's own does. */
  readonly rolePassword: string;
  urlFor(role: string): string;
  drop(): Promise<void>;
}

const rolePassword = 'test';
const objectInUse = '55006';
/** Advisory locks are counted per database, and all of these are taken in the server's own. */
const templateLock = 7_120_431;

/** A new database on the test run's server, empty or a copy of the template. Drop it, or declare it with `await using`. */
export async function createDatabase({ template = 'template1' }: { template?: string } = {}): Promise<TestDatabase> {
  const name = `${namesBeginWith()}${randomBytes(6).toString('hex')}`;
  await asSuperuser((server) => copyTemplate(server, name, template));
  return describeDatabase(name);
}

/**
 * The name of a template that `fill` has filled, once for all test files of a run: the first one fills it, the others wait for
 * it. Fillings never run side by side, so they may create roles, which all databases of a server share.
 */
export async function templateDatabase(name: string, fill: (database: TestDatabase) => Promise<void>): Promise<string> {
  const template = `${namesBeginWith()}template_${name}`;
  await asSuperuser(async (server) => {
    await server.query('select pg_advisory_lock($1)', [templateLock]);
    const found = await server.query<{ datistemplate: boolean }>(
      'select datistemplate from pg_database where datname = $1',
      [template],
    );
    if (found.rows[0]?.datistemplate === true) return;

    await dropDatabase(server, template); // left half filled by a file that failed
    await copyTemplate(server, template, 'template1');
    await fill(describeDatabase(template));
    await server.query(`alter database ${server.escapeIdentifier(template)} is_template true`);
  });
  return template;
}

/** Removes all databases that this run has made on the server. */
export async function dropDatabasesOfRun(): Promise<void> {
  await asSuperuser(async (server) => {
    const found = await server.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [namesBeginWith()],
    );
    for (const { datname } of found.rows) {
      await server.query(`alter database ${server.escapeIdentifier(datname)} is_template false`);
      await dropDatabase(server, datname);
    }
  });
}

function describeDatabase(name: string): TestDatabase {
  const drop = () => asSuperuser((server) => dropDatabase(server, name));
  return {
    name,
    superuserUrl: urlOn(name),
    rolePassword,
    urlFor: (role) => urlOn(name, role),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

async function copyTemplate(server: Client, name: string, template: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Copying files takes half the time of the default, which writes every page to the log.
      await server.query(
        `create database ${server.escapeIdentifier(name)} template ${server.escapeIdentifier(template)} strategy file_copy`,
      );
      return;
    } catch (error) {
      // Whoever filled the template may still be leaving it: the server closes a connection after the client does.
      if (!(error instanceof DatabaseError) || error.code !== objectInUse || attempt === 40) throw error;
      await pause(50);
    }
  }
}

async function dropDatabase(server: Client, name: string): Promise<void> {
  await server.query(`drop database if exists ${server.escapeIdentifier(name)} with (force)`);
}

async function asSuperuser<T>(work: (server: Client) => Promise<T>): Promise<T> {
  const server = new Client({ connectionString: serverUrl() });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

function urlOn(database: string, role?: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  if (role !== undefined) {
    url.username = role;
    url.password = rolePassword;
  }
  return url.href;
}

function serverUrl(): string {
  const url = process.env['ORDERGRAPH_TEST_POSTGRES_URL'];
  if (url !== undefined) return url;
  throw new Error(
    'No PostgreSQL for tests: ORDERGRAPH_TEST_POSTGRES_URL is not set. The global setup of vitest.config.ts sets it.',
  );
}

/** On a server that outlives the run, another run's templates are of another state of the code. */
function namesBeginWith(): string {
  return `test_${process.env['ORDERGRAPH_TEST_RUN'] ?? 'single'}_`;
}
