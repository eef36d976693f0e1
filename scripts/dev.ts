// npm run dev [-- <part>]: runs the host and starts it again whenever a source changes. A changed schema is composed and
// its types are generated first; while something is wrong with it, what ran before goes on running.
import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { changeOf, type Change } from './dev/change-of.ts';

const root = join(import.meta.dirname, '..');
const settleMs = 150;

let host: ChildProcess | undefined;
let pending: Change | undefined;
let timer: NodeJS.Timeout | undefined;
let isWorking = false;
let isEnding = false;

const say = (message: string): void => void process.stdout.write(`[dev] ${message}\n`);

/** Runs a program of the workspace to its end; answers whether it succeeded. What it says, the person sees. */
function run(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, program)], { cwd: root, stdio: 'inherit' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

function startHost(): void {
  const child = spawn(process.execPath, [join(root, 'host', 'src', 'main.ts'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    // A group of its own: Ctrl-C reaches it through this process alone, and so once.
    detached: process.platform !== 'win32',
  });
  host = child;
  child.once('exit', (code) => {
    if (host !== child) return;
    host = undefined;
    if (isEnding) return;
    // A mistake in a source file, most likely; the next change may mend it.
    say(`The host ended${code ? ` with ${code}` : ''}. Waiting for a change.`);
  });
}

function stopHost(): Promise<void> {
  const child = host;
  if (!child) return Promise.resolve();
  return new Promise((resolve) => {
    host = undefined;
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Takes up what changed; what changes meanwhile is taken up right after. */
async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  while (pending && !isEnding) {
    const change = pending;
    pending = undefined;
    if (change === 'schema') {
      say('The schema changed. Composing ...');
      const isFine = (await run('scripts/compose.ts')) && (await run('scripts/codegen.ts'));
      if (!isFine) {
        say(
          `The schema has the mistakes above. ${host ? 'What runs is the state before them.' : 'Waiting for a change.'}`,
        );
        continue;
      }
    }
    say('Starting again ...');
    await stopHost();
    if (!isEnding) startHost();
  }
  isWorking = false;
}

function noticed(path: string): void {
  const change = changeOf(path);
  if (!change) return;
  // A changed schema needs all that a changed source needs, and more.
  pending = pending === 'schema' ? pending : change;
  clearTimeout(timer);
  timer = setTimeout(() => void work(), settleMs);
}

async function end(): Promise<void> {
  if (isEnding) process.exit(1);
  isEnding = true;
  await stopHost();
  process.exit(0);
}

for (const folder of ['gateway', 'host', 'packages', 'schema', 'subgraphs']) {
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (file) noticed(join(folder, file).replaceAll('\\', '/'));
  });
}
process.on('SIGINT', () => void end());
process.on('SIGTERM', () => void end());
// Whatever ends this process must not leave the host behind.
process.on('exit', () => host?.kill('SIGTERM'));
startHost();
