import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const fromHere = createRequire(import.meta.url);

interface Manifest {
  readonly name?: string;
  readonly version: string;
}

function manifestIn(folder: string): Manifest | null {
  const path = join(folder, 'package.json');
  // Written by the package's maintainers and read by pnpm, which refuses other shapes.
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : null;
}

/** The folder of a package as a module sees it. */
function folderOf(name: string, from: NodeJS.Require): string {
  let folder = dirname(realpathSync(from.resolve(name)));
  while (manifestIn(folder)?.name !== name) {
    if (dirname(folder) === folder) throw new Error(`No folder of ${name}.`);
    folder = dirname(folder);
  }
  return folder;
}
const versionOf = (folder: string): string => manifestIn(folder)?.version ?? '';
const numbersOf = (version: string): number[] => version.replace('v', '').split('.').map(Number);
const isAtLeast = (version: string, floor: string): boolean => {
  const [have, need] = [numbersOf(version), numbersOf(floor)];
  const index = need.findIndex((number, position) => number !== have[position]);
  return index < 0 || (have[index] ?? 0) > (need[index] ?? 0);
};

test('there is one copy of graphql, which all of Apollo and we ourselves use', () => {
  const own = folderOf('graphql', fromHere);
  const apollos = createRequire(fromHere.resolve('@apollo/subgraph'));

  expect(folderOf('graphql', apollos)).toBe(own);
  const store = join(own.slice(0, own.indexOf('node_modules')), 'node_modules/.pnpm');
  expect(readdirSync(store).filter((name) => name.startsWith('graphql@'))).toHaveLength(1);
});

test('the kysely that MikroORM uses gives back connections whose rollback fails', () => {
  const postgres = createRequire(fromHere.resolve('@mikro-orm/postgresql'));
  const sql = createRequire(postgres.resolve('@mikro-orm/sql'));

  expect(isAtLeast(versionOf(folderOf('kysely', sql)), '0.29.9')).toBe(true);
});

test('Node runs TypeScript by itself', () => {
  expect(isAtLeast(process.version, 'v22.18.0')).toBe(true);
});
