import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readGatewayEnvironment } from '@ordergraph/gateway/environment';
import { afterAll, expect, test } from 'vitest';
import { readEnvironment } from '../src/environment.ts';
import { findKeys } from '../src/keys.ts';
import { planRun } from '../src/run-plan.ts';
import { settingsFor } from '../src/settings.ts';
import { newStateDirectory } from './host-process.ts';
import { variablesRead } from './variables-read.ts';

const stateDirectory = newStateDirectory();
afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));

const root = join(import.meta.dirname, '..', '..');
const [forPrograms = '', forTests = ''] = readFileSync(join(root, 'docs', 'environment.md'), 'utf8').split(
  '## In tests',
);
const namesIn = (page: string): string[] =>
  [...page.matchAll(/^\| `([A-Z_<>]+)` \|/gm)].map(([, name]) => name ?? '').sort();

test('every variable that the programs read stands in the table, and no other', () => {
  const read = [...variablesRead()].map((name) => name.replace(/^SUBGRAPH_URL_.*/, 'SUBGRAPH_URL_<NAME>'));

  expect(namesIn(forPrograms)).toEqual([...new Set(read)].sort());
});

test('every variable that tests read stands in the second table, and no other', () => {
  const sources = globSync('{packages,scripts,host,verify,bench}/**/*.{ts,mjs}', {
    cwd: root,
    exclude: ['**/node_modules/**', 'scripts/run.mjs', 'scripts/tests/**'],
  });
  const read = sources
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/process\.env\['([A-Z_]+)'\]/g)].map(([, name]) => name ?? ''));
  const known = ['PATH', 'HOME', ...namesIn(forPrograms)];

  expect(namesIn(forTests)).toEqual([...new Set(read)].filter((name) => !known.includes(name)).sort());
});

test('every setting that a subgraph asks for is one that the host hands over', () => {
  const asked = globSync('subgraphs/*/src/**/*.ts', { cwd: root }).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const direct = [...text.matchAll(/settings(?:\[|, )'([A-Z_]+)'/g)].map(([, name]) => name ?? '');
    const unpacked = [...text.matchAll(/\{([^{}]*)\} = settings;/g)].flatMap(
      ([, names]) => names?.match(/[A-Z][A-Z_]+/g) ?? [],
    );
    return [...direct, ...unpacked];
  });
  const source = readFileSync(join(root, 'host', 'src', 'settings.ts'), 'utf8');
  const handedOver = [...source.matchAll(/([A-Z][A-Z_]+):/g)].map(([, name]) => name ?? '');

  expect(asked.length).toBeGreaterThan(5);
  expect(
    asked.filter((name) => !handedOver.includes(name) && !(name in readEnvironment(undefined, {}).settings)),
  ).toEqual([]);
});

test.each([
  ['production', {}, 'none'],
  ['production', { TRACKING_URL: 'https://shop.example/track' }, undefined],
  ['development', {}, undefined],
])('mails of %s with %j lead only to tracking pages that are there', (NODE_ENV, variables, expected) => {
  const ofDevelopment = readEnvironment(undefined, { ORDERGRAPH_STATE_DIR: stateDirectory });
  const keys = findKeys(ofDevelopment, planRun(ofDevelopment));
  const environment = readEnvironment('logistics', { NODE_ENV, ...variables });

  expect(settingsFor(environment, keys)['TRACKING_PAGES']).toBe(expected);
});

test.each([
  ['PORT', '70000', 'PORT is "70000"'],
  ['DEMO', 'maybe', 'DEMO is "maybe"'],
  ['DATABASE_URL', 'mysql://localhost/shop', 'DATABASE_URL is not a URL'],
  ['SEALING_MASTER_KEY', 'short', 'openssl rand -base64 32'],
  ['CARRIER_URL', 'carrier:4000', 'CARRIER_URL is "carrier:4000"'],
  ['SUBGRAPH_URL_ORDERS', 'orders:4000', 'SUBGRAPH_URL_ORDERS is "orders:4000"'],
  ['CONTEXT_SIGNING_KEY', '{"kty":"RSA"}', 'CONTEXT_SIGNING_KEY is neither'],
])('%s with a value that cannot be meant is refused with a sentence', (name, value, sentence) => {
  expect(() => readEnvironment(undefined, { [name]: value })).toThrow(sentence);
});

test('a secret that cannot be read is not repeated', () => {
  const secret = '{"d":"do-not-print-me"';

  expect(() => readEnvironment(undefined, { TOKEN_SIGNING_KEY: secret })).toThrow(
    expect.not.stringContaining('do-not-print-me'),
  );
  expect(() => readEnvironment(undefined, { DATABASE_URL: 'postgres://u:hunter2@/' })).toThrow(
    expect.not.stringContaining('hunter2'),
  );
});

test('the gateway and the host agree on what an empty environment means', () => {
  expect(readGatewayEnvironment({}).port).toBe(readEnvironment(undefined, {}).port);
});

test('killing points are refused in production', () => {
  expect(() => readEnvironment(undefined, { NODE_ENV: 'production', ORDERGRAPH_CRASH_AT: 'orders:saga' })).toThrow(
    'ORDERGRAPH_CRASH_AT is for tests of recovery',
  );
});
