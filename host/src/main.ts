import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Starts what the environment says: everything in one process, one part, or the gateway over a supergraph file. The
// compiled code of hundreds of modules is kept beside the other state, which makes later starts faster.
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'ordergraph'));

const { start } = await import('./start.ts');
await start(process.argv.slice(2));
