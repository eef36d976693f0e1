// Runs one of the workspace's programs with everything it needs in place. Plain JavaScript, because it must run on
// Node 20 before anything is installed: it installs what the lockfile names, picks a Node that can run TypeScript,
// and hands over.
//
//   node scripts/run.mjs <program.ts|program.mjs> [arguments]
//   node scripts/run.mjs --tool <name of a binary in node_modules/.bin> [arguments]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStorefrontIfStale } from './storefront-build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.ordergraph-install');

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** npm hands its own settings down to every script; pnpm would take them for its own. Only what reaches a registry stays. */
function installEnvironment() {
  const kept = /^npm_config_(registry|cache|proxy|https_proxy|http_proxy|noproxy|cafile|userconfig)$/i;
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => kept.test(name) || !/^npm_(config|package|lifecycle)_/i.test(name)),
  );
  return { ...environment, CI: 'true' };
}

function installIfStale() {
  const lockfile = join(root, 'pnpm-lock.yaml');
  const wanted = createHash('sha256')
    .update(readFileSync(lockfile))
    .update(readFileSync(join(root, 'pnpm-workspace.yaml')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;

  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  process.stderr.write(
    `Installing what ${packageManager} finds in pnpm-lock.yaml (once, about two minutes at most) ...\n`,
  );
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const install = spawnSync(npx, ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    env: installEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (install.status !== 0) {
    process.stderr.write(`${install.stdout ?? ''}${install.stderr ?? ''}`);
    fail(
      'The installation failed; the lines above say why. Expected: a reachable npm registry and about 1 GB of free disk.',
    );
  }
  writeFileSync(stampFile, wanted);
}

/** Node 22.18 is the first that strips TypeScript without a flag; an older host uses the Node that the lockfile brings. */
function nodeBinary() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const binary = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    fail(
      `Node ${process.versions.node} cannot run TypeScript and npm has no ${name} package here. Install Node 22.18 or newer.`,
    );
  }
  return binary;
}

/** The pages are part of what `npm start` serves. Without them the API runs all the same. */
function buildPages(node, args) {
  const isPart = args.length > 0 || (process.env.PART && process.env.PART !== 'gateway') || process.env.SUPERGRAPH_FILE;
  if (isPart) return;
  const problem = buildStorefrontIfStale(root, node, (message) => process.stderr.write(`${message}\n`));
  if (problem) process.stderr.write(`${problem}\nThe storefront could not be built; all else starts without it.\n`);
}

function run() {
  installIfStale();
  const node = nodeBinary();
  const [first, ...rest] = process.argv.slice(2);
  if (!first) fail('Expected a program to run: node scripts/run.mjs <program.ts> [arguments]');
  if (first === 'host/src/main.ts') buildPages(node, rest);

  const environment = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    // @apollo/gateway reports usage to its vendor from its constructor unless this is exactly `true` or `1`.
    APOLLO_TELEMETRY_DISABLED: 'true',
  };
  const command = first === '--tool' ? [rest[0], rest.slice(1)] : [node, [join(root, first), ...rest]];
  const child = spawn(command[0], command[1], { cwd: root, env: environment, stdio: 'inherit' });

  // Ctrl-C reaches the whole process group by itself; the handler only keeps this process alive until the child is done.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`Could not start ${command[0]}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

run();
