import { subgraphNames } from '@ordergraph/schema';
import { migrate } from '@ordergraph/subgraph-server';
import { databaseAt } from './database.ts';
import { loadDefinitions } from './definitions.ts';
import { readEnvironment } from './environment.ts';
import { findKeys } from './keys.ts';
import { startSubgraphs } from './subgraphs.ts';

// npm run migrate: prepares the database of DATABASE_URL, whose user is its owner: roles, schemas, tables, policies and
// grants. Doing it again changes nothing. With `-- --demo` it also opens the demo shops.

async function run(): Promise<void> {
  const environment = readEnvironment();
  const { databaseUrl, databaseRolePassword } = environment;
  const onProgress = (message: string): void => void process.stdout.write(`${message}\n`);
  if (!databaseUrl) {
    throw new Error(
      'npm run migrate prepares a database of your own. Set DATABASE_URL to its owner’s URL; npm start prepares the embedded one by itself.',
    );
  }
  const definitions = await loadDefinitions(subgraphNames);
  await migrate({
    ownerUrl: databaseUrl.href,
    definitions,
    passwordOf: () => databaseRolePassword,
    eraser: 'customers',
    onProgress,
  });
  onProgress('The database is prepared.');
  if (!process.argv.includes('--demo')) return;

  const { loadDemo } = await import('./demo/load-demo.ts');
  const subgraphs = await startSubgraphs({
    environment: { ...environment, natsUrl: null },
    definitions,
    database: databaseAt(databaseUrl, environment),
    keys: findKeys(environment, { kind: 'house', here: subgraphNames }),
  });
  try {
    await loadDemo(subgraphs, environment.stateDirectory, onProgress);
  } finally {
    await subgraphs.stop();
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
