import { assertPortFree } from './assert-port-free.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { planRun, type RunPlan } from './run-plan.ts';

const graceMs = 45_000;

/** Starts what the environment and the arguments say, and stops it in order on SIGINT and SIGTERM. */
export async function start(args: readonly string[]): Promise<void> {
  try {
    const environment = readEnvironment(args[0]);
    const plan = planRun(environment);
    if (plan.kind === 'gateway alone') return void (await import('@ordergraph/gateway/main'));
    await runUntilSignal(() => startPlanned(environment, plan));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** Starts something that can be stopped, and stops it when the process is asked to end; asked twice, it ends at once. */
async function runUntilSignal(startIt: () => Promise<() => Promise<void>>): Promise<void> {
  const asked = Promise.withResolvers<void>();
  let isAsked = false;
  const onSignal = (): void => {
    if (isAsked) process.exit(1);
    isAsked = true;
    asked.resolve();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // Asked while it still starts, it finishes starting first: what is half there cannot be stopped in order.
  const stop = await startIt();
  await asked.promise;
  if (process.stderr.isTTY) process.stderr.write('\nStopping; once more to end at once.\n');
  setTimeout(() => {
    process.stderr.write(`Something did not stop within ${graceMs / 1000} s; ending without it.\n`);
    process.exit(1);
  }, graceMs).unref();
  await stop();
  process.exit(0);
}

async function startPlanned(
  environment: Environment,
  plan: Exclude<RunPlan, { kind: 'gateway alone' }>,
): Promise<() => Promise<void>> {
  // Told before anything starts; listening finds it out as well, but only at the end.
  await assertPortFree(environment.port, environment.hostname);
  if (plan.kind === 'carrier') {
    const { startSimulatedCarrier } = await import('./carrier.ts');
    const { findKeys } = await import('./keys.ts');
    const { port, hostname } = environment;
    const carrier = await startSimulatedCarrier(environment, findKeys(environment, plan), {
      port,
      hostname: hostname ?? '0.0.0.0',
    });
    process.stdout.write(`The simulated carrier takes bookings at http://localhost:${port}/v1/bookings\n`);
    return carrier.stop;
  }
  if (plan.kind === 'subgraph') {
    const { startPart } = await import('./part.ts');
    const { url, stop } = await startPart(environment, plan.name);
    process.stdout.write(`${plan.name} answers its gateway at ${url}/graphql\n`);
    return stop;
  }
  const { startHouse } = await import('./house.ts');
  const { welcome } = await import('./welcome.ts');
  const house = await startHouse(environment, plan, (message) => void process.stdout.write(`${message}\n`));
  process.stdout.write(welcome(house, environment));
  return house.stop;
}
