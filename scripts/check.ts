// Everything that can be known without running the system. Each step prints one line; a problem prints sentences.
import { checkSteps } from './check/steps.ts';

const wanted = process.argv.slice(2);
const steps =
  wanted.length > 0 ? checkSteps.filter(({ name }) => wanted.some((word) => name.includes(word))) : checkSteps;
let failed = 0;

for (const { name, problems } of steps) {
  const startedAt = performance.now();
  const found = await Promise.resolve()
    .then(problems)
    .catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  for (const problem of found) console.log(`  ${problem.replaceAll('\n', '\n  ')}`);
  if (found.length > 0) failed += 1;
}

console.log(
  failed === 0
    ? `${steps.length} checks passed.`
    : `${failed} of ${steps.length} checks failed; each says above what to do.`,
);
process.exitCode = failed === 0 ? 0 : 1;
