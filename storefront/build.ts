// Builds the pages into dist/: the site with what browsers can take compressed, and the documents that it sends.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { InMemoryCache } from '@apollo/client/cache';
import { generate } from '@graphql-codegen/cli';
import { print, type DocumentNode } from 'graphql';
import { build } from 'vite';
import { storefrontDocuments } from '../codegen.ts';

const root = join(import.meta.dirname, '..');
const dist = join(import.meta.dirname, 'dist');
const [, , stamp] = process.argv;
if (!stamp) throw new Error('Run `npm start`, which builds the storefront when that is needed.');

rmSync(dist, { recursive: true, force: true });
await writeDocuments();
await build({ root: import.meta.dirname, logLevel: 'warn' });
compress(join(dist, 'site'));
writeFileSync(join(dist, 'documents.json'), JSON.stringify(await sentDocuments()));
// Last: a build that was killed is none.
writeFileSync(join(dist, 'stamp'), stamp);

async function writeDocuments(): Promise<void> {
  const files: { filename: string; content: string }[] = await generate(
    { generates: storefrontDocuments, silent: true, cwd: root },
    false,
  );
  for (const { filename, content } of files) {
    const path = join(root, filename);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** The very texts that the pages send: the host registers them, so that they run where only known documents do. */
async function sentDocuments(): Promise<string[]> {
  const documents: Record<string, DocumentNode> = await import('./generated/operations.ts');
  const cache = new InMemoryCache();
  return Object.entries(documents)
    .filter(([name]) => name.endsWith('Document'))
    .map(([, document]) => print(cache.transformDocument(document)));
}

function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|mjs|css|html|svg|json)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    if (bytes.length < 1_000) continue;
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  }
}
