import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningCarrier } from '@ordergraph/carrier-simulator';
import { logToStderr } from '@ordergraph/subgraph-server';
import type { Environment } from './environment.ts';
import type { Keys } from './keys.ts';

/** Where logistics takes the simulated carrier's webhooks. */
export const carrierWebhookPath = '/carriers/simulator/webhook';

/**
 * Starts the simulated carrier: beside logistics on a free port of this machine, or alone. Either way it is spoken to over
 * HTTP, and it keeps its bookings in the state directory.
 */
export async function startSimulatedCarrier(
  environment: Environment,
  keys: Keys,
  address: { readonly port: number; readonly hostname: string },
): Promise<RunningCarrier> {
  const { startCarrier } = await import('@ordergraph/carrier-simulator');
  const { carrier, stateDirectory } = environment;
  mkdirSync(stateDirectory, { recursive: true });
  return startCarrier({
    ...address,
    apiKey: keys.carrierApiKey,
    webhookSecrets: keys.carrierWebhookSecrets.split(',').map((secret) => secret.trim()),
    webhookUrl: carrier.webhookUrl,
    roadsFile: carrier.roadsFile,
    traceFile: carrier.traceFile,
    speed: carrier.speed,
    stateFile: join(stateDirectory, 'carrier-bookings.json'),
    log: logToStderr,
  });
}
