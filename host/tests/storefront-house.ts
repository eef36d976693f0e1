import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDistributed } from '@ordergraph/testing';
import { buildStorefrontIfStale } from '../../scripts/storefront-build.mjs';
import { freePort, newStateDirectory, startThroughBootstrap } from './host-process.ts';
import { startDistributedHouse } from './live/live-house.ts';

/** An installation with its pages, as browsers reach it. */
export interface StorefrontHouse {
  /** `http://localhost:<port>`, which is also what it calls itself. */
  readonly origin: string;
  /** Its state directory. */
  readonly state: string;
  output(): string;
  stop(): Promise<void>;
}

export const repository = join(import.meta.dirname, '..', '..');
// Vehicles go faster than life; their positions come as often as ever.
const variables = { CARRIER_SPEED: '4' };

/** Starts it as `npm start` does, or in the distributed mode as many processes. */
export async function startStorefront(): Promise<StorefrontHouse> {
  return isDistributed() ? startInParts() : startAsOne();
}

async function startAsOne(): Promise<StorefrontHouse> {
  const state = newStateDirectory();
  const port = await freePort();
  const host = startThroughBootstrap({ ORDERGRAPH_STATE_DIR: state, PORT: String(port), ...variables });
  await host.says();
  return {
    origin: `http://localhost:${port}`,
    state,
    output: host.output,
    async stop() {
      host.signal('SIGTERM');
      await host.ended();
      rmSync(state, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startInParts(): Promise<StorefrontHouse> {
  const problem = buildStorefrontIfStale(repository, process.execPath, () => undefined);
  if (problem) throw new Error(problem);
  const house = await startDistributedHouse(variables);
  return {
    origin: house.url.replace('127.0.0.1', 'localhost'),
    state: house.stateDirectory,
    output: house.output,
    async stop() {
      await house[Symbol.asyncDispose]();
    },
  };
}
