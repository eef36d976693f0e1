import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGenerated } from '../codegen/generated-files.ts';
import { derivedContracts } from '../compose/derived-contracts.ts';
import type { DerivedFile } from '../compose/derived-contracts.ts';
import { audiences } from '../compose/derive-contract.ts';
import type { Audience } from '../compose/derive-contract.ts';
import { eventContractFiles, readContractFile, subgraphNames } from '../../schema/src/index.ts';
import { architectureProblems } from './architecture.ts';
import { clientOperations, operationProblems } from './client-operations.ts';
import { committedText, contractBase } from './committed.ts';
import { breakingContractChanges } from './contract-changes.ts';
import { breakingEventChanges } from './event-changes.ts';
import { eventContractProblems } from './event-lint.ts';
import { checkMigrations } from './migrations.ts';
import { schemaProblems } from './schema-lint.ts';
import { sourceFiles, workspacePackages } from './source-files.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One thing that must be true. Returns a sentence for each way in which it is not. */
export interface CheckStep {
  readonly name: string;
  readonly problems: () => Promise<string[]> | string[];
}

function textOf(name: string): string | undefined {
  const path = join(root, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function outputOf(command: string, args: readonly string[], advice: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', command), args, {
      cwd: root,
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? [] : [`${output.trim()}\n${advice}`]));
  });
}

function stale(files: readonly { name: string; text: string }[], script: string): string[] {
  return files
    .filter(({ name, text }) => textOf(name) !== text)
    .map(({ name }) => `${name} is not what the schema makes of it now. Run \`npm run ${script}\`.`);
}

let derived: DerivedFile[] | undefined;

/** Composing takes half a second, and three steps need what comes of it. */
function derivedOnce(): DerivedFile[] {
  derived ??= derivedContracts();
  return derived;
}

function derivedContract(audience: Audience): string {
  const file = derivedOnce().find(({ name }) => name === `schema/contracts/${audience}.graphql`);
  if (!file) throw new Error(`No contract is derived for ${audience}.`);
  return file.text;
}

function contractProblems(): string[] {
  const base = contractBase();
  if (base === undefined) return [];
  const operations = clientOperations();
  const accepted = textOf('schema/accepted-breaks.md');
  return audiences.flatMap((audience) => {
    const before = committedText(base, `schema/contracts/${audience}.graphql`);
    if (before === undefined) return [];
    return breakingContractChanges(audience, before, derivedContract(audience), operations, accepted);
  });
}

function eventProblems(): string[] {
  const base = contractBase();
  if (base === undefined) return [];
  const after = eventContractFiles();
  const before = after.flatMap(({ publisher }) => {
    const sdl = committedText(base, `schema/events/${publisher}.graphql`);
    return sdl === undefined ? [] : [{ publisher, sdl }];
  });
  if (!before.some(({ publisher }) => publisher === 'shared')) return [];
  return breakingEventChanges(before, after, textOf('schema/accepted-breaks.md'));
}

/** Generated types are not committed: a fresh clone has none, and stale ones are this program's own to replace. */
async function regenerate(): Promise<string[]> {
  await writeGenerated();
  return [];
}

function schemaFollowsRules(): string[] {
  const files = [...subgraphNames.map((name) => `subgraphs/${name}.graphql`), 'shared.graphql', 'live.graphql'];
  return [
    ...schemaProblems(files.map((file) => ({ name: file, sdl: readContractFile(file) }))),
    ...eventContractProblems(eventContractFiles()),
  ];
}

function operationsFit(): string[] {
  const [storefront, partner, admin] = [
    derivedContract('storefront'),
    derivedContract('partner'),
    derivedContract('admin'),
  ];
  return operationProblems(clientOperations(), { storefront, partner, admin });
}

/** All that `npm run check` checks, in the order in which a person would want to read it. */
export const checkSteps: readonly CheckStep[] = [
  { name: 'supergraph and contracts fresh', problems: () => stale(derivedOnce(), 'compose') },
  { name: 'schema rules', problems: schemaFollowsRules },
  { name: 'codegen fresh', problems: regenerate },
  { name: 'operations of clients valid', problems: operationsFit },
  { name: 'contracts keep their clients', problems: contractProblems },
  { name: 'event contracts keep their consumers', problems: eventProblems },
  { name: 'architecture', problems: () => architectureProblems(sourceFiles(), workspacePackages()) },
  { name: 'migrations without drift', problems: () => checkMigrations(subgraphNames) },
  { name: 'format', problems: () => outputOf('oxfmt', ['--check', '.'], 'Run `npm run format`.') },
  { name: 'lint', problems: () => outputOf('oxlint', [], 'oxlint found what stands above.') },
  { name: 'types', problems: () => outputOf('tsc', ['--noEmit'], 'tsc found what stands above.') },
  {
    name: 'types of the storefront',
    problems: () => outputOf('tsc', ['--noEmit', '-p', 'storefront'], 'tsc found what stands above.'),
  },
];
