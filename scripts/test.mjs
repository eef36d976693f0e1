// npm test: every suite, in one vitest run, which ends with the line `N passed, N failed, N skipped`.
// Arguments are handed on: `npm test -- subgraphs/orders` runs one folder.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const vitest = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');
const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { stdio: 'inherit' });
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
