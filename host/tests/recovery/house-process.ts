import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// The house in a process of its own, for tests that kill it. It loads its code, then waits for the word to start: so one
// can be got ready while another is still alive. Without its test it ends.
process.on('disconnect', () => process.exit(1));
enableCompileCache(join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'ordergraph'));

const { subgraphNames } = await import('@ordergraph/schema');
const { loadDefinitions } = await import('../../src/definitions.ts');
const { readEnvironment } = await import('../../src/environment.ts');
const { startHouse } = await import('../../src/house.ts');
const { planRun } = await import('../../src/run-plan.ts');
await Promise.all([
  import('@ordergraph/gateway'),
  import('@ordergraph/gateway/environment'),
  import('@ordergraph/events'),
  loadDefinitions(subgraphNames),
]);

process.once('message', async (crashAt) => {
  const environment = readEnvironment(undefined, { ...process.env, ORDERGRAPH_CRASH_AT: String(crashAt) });
  const plan = planRun(environment);
  if (plan.kind !== 'house') throw new Error(`Expected a whole house to start, the environment says ${plan.kind}.`);
  await startHouse(environment, plan, (message) => process.stdout.write(`${message}\n`));
  process.send?.('started');
});
