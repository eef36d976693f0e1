import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { architectureProblems } from '../check/architecture.ts';
import { sourceFiles, workspacePackages } from '../check/source-files.ts';
import type { SourceFile } from '../check/source-files.ts';

const packages = workspacePackages();

function problemsOf(...files: SourceFile[]): string[] {
  return architectureProblems(files, packages);
}

test('the check sees every module of the workspace', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const everywhere = globSync('**/*.{ts,tsx,mts,mjs}', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/generated/**', '**/dist/**', '.ordergraph/**'],
  });

  const seen = sourceFiles();

  expect(seen.map(({ path }) => path)).toEqual(everywhere.map((path) => path.replaceAll('\\', '/')).sort());
  expect(seen.length).toBeGreaterThan(100);
});

test('every package of the workspace is known by its name', () => {
  expect(packages.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['@ordergraph/schema', '@ordergraph/orders-subgraph']),
  );
});

describe('each rule finds its breach', () => {
  test.each<[string, string, string, string]>([
    [
      'a subgraph that imports another by path',
      'subgraphs/orders/src/commands/place-order.ts',
      "import { reserve } from '../../../inventory/src/domain/stock.ts';",
      'Subgraphs meet only in the supergraph',
    ],
    [
      'a subgraph that imports only a type of another by name',
      'subgraphs/orders/src/commands/place-order.ts',
      "import type { Stock } from '@ordergraph/inventory-subgraph';",
      'Subgraphs meet only in the supergraph',
    ],
    [
      'a checker that uses the code that it checks',
      'verify/src/oracles/money.ts',
      "import { multiplyPrice } from '@ordergraph/money';",
      'verify shares no code with what it checks',
    ],
    [
      'a domain that knows the database',
      'subgraphs/orders/src/domain/order.ts',
      "import { EntityManager } from '@mikro-orm/postgresql';",
      'Domain code knows neither GraphQL',
    ],
    [
      'a domain that reads the clock',
      'subgraphs/orders/src/domain/order.ts',
      'export const placedAt = new Date();',
      'Domain code knows neither GraphQL',
    ],
    [
      'a command that knows GraphQL',
      'subgraphs/orders/src/commands/place-order.ts',
      "import { GraphQLError } from 'graphql';",
      'A command does not know whether a resolver',
    ],
    [
      'a command that calls a resolver',
      'subgraphs/orders/src/commands/place-order.ts',
      "import { order } from '../resolvers/order.ts';",
      'A command does not know whether a resolver',
    ],
    [
      'a package that imports a subgraph',
      'packages/events/src/relay.ts',
      "import { orders } from '@ordergraph/orders-subgraph';",
      'never import a subgraph',
    ],
    [
      'a gateway that imports host',
      'gateway/src/index.ts',
      "export { main } from '../../host/src/main.ts';",
      'never import a subgraph',
    ],
    [
      'an import of nothing',
      'packages/money/src/money.ts',
      "import { round } from './no-such-file.ts';",
      'An unresolved import',
    ],
    [
      'a package that nobody declared',
      'packages/money/src/money.ts',
      "import { chunk } from 'lodash';",
      'An unresolved import',
    ],
    [
      'a second place that reads the environment',
      'packages/events/src/relay.ts',
      'export const url = process.env.NATS_URL;',
      'The environment is read in one place',
    ],
    [
      'a resolver that writes',
      'subgraphs/orders/src/resolvers/order.ts',
      'await context.em.flush();',
      'Resolvers translate',
    ],
    ['a default export', 'packages/money/src/money.ts', 'export default 1;', 'Name what a module exports'],
    ['a file that nobody can read', 'packages/money/src/money.ts', 'export {};\n'.repeat(401), 'at most 400 lines'],
    [
      'a page that reaches behind the API',
      'storefront/src/money.ts',
      "import { parseMoney } from '../../packages/money/src/money.ts';",
      'The storefront is a client like any other',
    ],
    [
      'a server that runs code of pages',
      'host/src/storefront.ts',
      "import { formatMoney } from '../../storefront/src/money.ts';",
      'The storefront runs in browsers',
    ],
    ['a vague file name', 'packages/money/src/money-utils.ts', 'export {};', 'A file name is kebab-case'],
    ['a file name in another case', 'packages/money/src/moneyRounding.ts', 'export {};', 'A file name is kebab-case'],
  ])('%s', (_breach, path, text, sentence) => {
    expect(problemsOf({ path, text }).join('\n')).toContain(sentence);
  });

  test('a cycle', () => {
    const problems = problemsOf(
      { path: 'packages/money/src/one.ts', text: "import { two } from './two.ts';" },
      { path: 'packages/money/src/two.ts', text: "import type { one } from './three.ts';" },
      { path: 'packages/money/src/three.ts', text: "export { one } from './one.ts';" },
    );

    expect(problems).toEqual([
      'packages/money/src/one.ts → packages/money/src/two.ts → packages/money/src/three.ts → packages/money/src/one.ts: ' +
        'Import cycles hide the direction of the architecture.',
    ]);
  });
});

test('a module that keeps the rules is left alone', () => {
  const order = {
    path: 'subgraphs/orders/src/domain/order.ts',
    text: "import type { Money } from '@ordergraph/money';\nexport const paid = (now: Date): Date => now;\n",
  };

  expect(problemsOf(order)).toEqual([]);
});
