// Knows whether the storefront's pages were built from what is in this folder now, and builds them when not. Plain
// JavaScript, for the bootstrap asks it before anything else runs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const sources = [
  'storefront/src',
  'storefront/public',
  'storefront/index.html',
  'storefront/package.json',
  'storefront/vite.config.ts',
  'storefront/build.ts',
  'schema/contracts/storefront.graphql',
  'schema/operations/storefront',
  'codegen.ts',
  'pnpm-lock.yaml',
];

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

/** A fingerprint of all that the pages are made of. */
export function storefrontStamp(root) {
  const hash = createHash('sha256');
  for (const source of sources)
    for (const file of filesIn(join(root, source)))
      hash.update(relative(root, file).replaceAll('\\', '/')).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Where the pages lie, and the note beside them that says what they were built from. */
export const builtStorefront = (root) => join(root, 'storefront', 'dist');
export const stampFile = (root) => join(builtStorefront(root), 'stamp');

/** Builds the pages when they are missing or old. Answers what went wrong, or null; `say` hears that it takes a moment. */
export function buildStorefrontIfStale(root, node, say) {
  const wanted = storefrontStamp(root);
  if (existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === wanted) return null;
  // An image for production has no build tools: it brings the pages along.
  if (!existsSync(join(root, 'storefront', 'node_modules', 'vite'))) return null;
  say('Building the storefront (once, some seconds) ...');
  const build = spawnSync(node, [join(root, 'storefront', 'build.ts'), wanted], { cwd: root, encoding: 'utf8' });
  if (build.status === 0) return null;
  return `${build.stdout ?? ''}${build.stderr ?? ''}`.trim() || `The build ended with ${build.status ?? build.signal}.`;
}
