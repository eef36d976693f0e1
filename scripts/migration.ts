// npm run migration -- <subgraph> [name]: writes the migration that brings the subgraph's tables from its newest
// migration to its entities. `--reset` forgets all earlier ones first, for a subgraph that was never released.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withMigrator } from './check/migrations.ts';

const [subgraph, ...rest] = process.argv.slice(2);
if (!subgraph) {
  process.stderr.write('Expected the name of a subgraph: npm run migration -- <subgraph> [name] [--reset]\n');
  process.exit(1);
}
const folder = join(import.meta.dirname, '..', 'subgraphs', subgraph, 'src', 'migrations');
if (rest.includes('--reset')) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const name = rest.find((argument) => !argument.startsWith('--')) ?? 'initial';

await withMigrator(subgraph, async (orm) => {
  await orm.migrator.up();
  const { fileName } = await orm.migrator.create(undefined, false, false, name);
  // The migrator writes in its own style.
  const format = [join(import.meta.dirname, 'run.mjs'), '--tool', 'oxfmt', '--write', folder];
  const { status } = spawnSync(process.execPath, format, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exitCode = 1;
  process.stdout.write(
    fileName ? `Wrote ${join('subgraphs', subgraph, 'src', 'migrations', fileName)}\n` : 'Nothing to migrate.\n',
  );
});
