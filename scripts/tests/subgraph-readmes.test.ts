import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SubgraphDefinition } from '@ordergraph/subgraph-server';
import { describe, expect, test } from 'vitest';
import { buildEventSchema, eventContractFiles, eventContracts, subgraphNames } from '../../schema/src/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

const listening = new Map<string, readonly string[]>();
for (const name of subgraphNames) {
  // Every subgraph exports its definition under the same name.
  const module: { definition: SubgraphDefinition } = await import(`../../subgraphs/${name}/src/index.ts`);
  listening.set(name, Object.keys(module.definition.handlers).sort());
}
const contracts = eventContracts.names.map((name) => eventContracts.find(name));

/** The names in one column of the table that every subgraph's README has. */
function columnOf(subgraph: string, column: string): string[] {
  const lines = textOf(`subgraphs/${subgraph}/README.md`).split('\n');
  const head = lines.findIndex((line) => line.startsWith('| Owns |'));
  const cells = (line: string | undefined): string[] => (line ?? '').split('|').map((cell) => cell.trim());
  const index = cells(lines[head]).indexOf(column);
  if (head < 0 || index < 0) throw new Error(`subgraphs/${subgraph}/README.md has no table with the column ${column}.`);
  return [...(cells(lines[head + 2])[index] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '').sort();
}

describe.each(subgraphNames)('the README of %s', (subgraph) => {
  test('names exactly what it listens to', () => {
    expect(columnOf(subgraph, 'Listens to')).toEqual(listening.get(subgraph));
  });

  test('names exactly the events that it publishes', () => {
    const events = contracts.filter(({ publisher, command }) => publisher === subgraph && !command);

    expect(columnOf(subgraph, 'Publishes')).toEqual(events.map(({ name }) => name).sort());
  });

  test('names the commands that it sends to subgraphs of this installation', () => {
    const sent = contracts.filter(
      ({ publisher, command }) => publisher === subgraph && subgraphNames.some((name) => name === command?.to),
    );

    expect(columnOf(subgraph, 'Sends')).toEqual(sent.map(({ name }) => name).sort());
  });

  test('says how it runs alone, and where it stands what that needs', () => {
    const [, place, command] =
      /Run alone, beside\s\[a database and NATS\]\(([^)]+)\) of yours: `([^`]+)`/.exec(
        textOf(`subgraphs/${subgraph}/README.md`),
      ) ?? [];

    expect([place, command]).toEqual(['../../docs/how-to/run-distributed.md', `npm run dev ${subgraph}`]);
  });

  test('is linked in the README of the repository, and is one screen long', () => {
    expect(textOf('README.md')).toContain(`(subgraphs/${subgraph}/README.md)`);
    expect(textOf(`subgraphs/${subgraph}/README.md`).split('\n').length).toBeLessThan(70);
  });
});

describe('the contract of an event', () => {
  const schema = buildEventSchema(eventContractFiles());

  test.each(contracts.filter(({ command }) => !command))('$name says who listens to it', ({ name }) => {
    const consumers = /Consumed by:\s*([\s\S]+)$/.exec(schema.getType(name)?.description ?? '')?.[1] ?? '';
    const named = subgraphNames.filter((subgraph) =>
      new RegExp(`\\b${subgraph}\\b(?=[^)]*(\\(|$))`).test(consumers.split('. ')[0] ?? ''),
    );

    expect([...named].sort()).toEqual(
      subgraphNames.filter((subgraph) => listening.get(subgraph)?.includes(name)).sort(),
    );
  });

  test.each(contracts.filter(({ publisher }) => publisher !== 'orders'))(
    '$name is published somewhere',
    ({ name, publisher }) => {
      const sources = globSync(`subgraphs/${publisher}/src/**/*.ts`, { cwd: root }).map(textOf);

      expect(sources.some((source) => source.includes(`'${name}'`))).toBe(true);
    },
  );
});

test('every folder that is a package has a README', () => {
  const folders = globSync(
    ['{schema,gateway,host,storefront,bench,verify}/package.json', '{packages,subgraphs}/*/package.json'],
    {
      cwd: root,
    },
  );

  const missing = folders
    .map((path) => path.replace('package.json', 'README.md'))
    .filter((path) => globSync(path, { cwd: root }).length === 0);

  expect(missing).toEqual([]);
});
