import { randomBytes } from 'node:crypto';
import type { Runtime, Settings } from '@ordergraph/subgraph-server';
import type { PaymentProvider } from './provider/provider.ts';
import { createSandbox } from './provider/sandbox/sandbox.ts';
import { readSettings, type PaymentSettings } from './settings.ts';

/** What payments holds open besides the database. */
export interface PaymentResources {
  readonly settings: PaymentSettings;
  /** Operations that are on their way to the provider. */
  readonly inFlight: Set<Promise<void>>;
  provider(runtime: Runtime<PaymentResources>): PaymentProvider;
}

/** Opens the provider. The sandbox keeps its books in this database, so it is made when the database is there. */
export async function openResources(given: Settings): Promise<PaymentResources> {
  const settings = readSettings(given, () => randomBytes(32).toString('hex'));
  let provider: PaymentProvider | undefined;
  return {
    settings,
    inFlight: new Set(),
    provider(runtime) {
      provider ??= createSandbox({ em: runtime.em, publicUrl: settings.publicUrl, decisionMs: settings.decisionMs });
      return provider;
    },
  };
}

/** Lets what is on its way to the provider come to its end. */
export async function closeResources(resources: PaymentResources): Promise<void> {
  await Promise.all(resources.inFlight);
}
