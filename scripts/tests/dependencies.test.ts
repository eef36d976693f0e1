import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = 'docs/decisions/dependencies.md';

interface Dependency {
  readonly manifest: string;
  readonly name: string;
  readonly version: string;
}

const dependencies = globSync(
  ['package.json', '{schema,gateway,host,storefront,bench,verify}/package.json', '{packages,subgraphs}/*/package.json'],
  {
    cwd: root,
  },
).flatMap((manifest): Dependency[] => {
  // A manifest is written by us and read by pnpm, which refuses other shapes.
  const groups = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((group) =>
    Object.entries(groups[group] ?? {}).map(([name, version]) => ({ manifest, name, version })),
  );
});
const foreign = dependencies.filter(({ name }) => !name.startsWith('@ordergraph/'));
const explained = [...readFileSync(join(root, page), 'utf8').matchAll(/^\| `([^`]+)` \| .{3,}? \| .+ \|$/gm)].map(
  ([, name]) => name ?? '',
);

test('every dependency is explained once, and nothing else is', () => {
  const names = [...new Set(foreign.map(({ name }) => name))].sort();

  expect(names.length).toBeGreaterThan(30);
  expect([...explained].sort()).toEqual(names);
});

test('every version is exact', () => {
  expect(foreign.filter(({ version }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('packages that depend on the same thing name the same version', () => {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of foreign) versions.set(name, (versions.get(name) ?? new Set()).add(version));

  expect([...versions].filter(([, found]) => found.size > 1).map(([name]) => name)).toEqual([]);
});
