import { randomBytes } from 'node:crypto';
import type { Runtime, Settings } from '@ordergraph/subgraph-server';
import type { PaymentProvider } from './provider/provider.ts';
import { createSandbox } from './provider/sandbox/sandbox.ts';
import { readSettings, type PaymentSettings } from './settings.ts';

/** An operation on its way to the provider. */
export interface OperationInFlight {
  readonly paymentId: string | null;
  /** Another operation of the payment waits for what becomes of this one. */
  isFollowed: boolean;
  /** Resolves when what became of it is recorded, or could not be. */
  readonly isKnown: Promise<void>;
}

/** What payments holds open besides the database. */
export interface PaymentResources {
  readonly settings: PaymentSettings;
  readonly inFlight: Set<OperationInFlight>;
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
  // What is recorded of one may send the next.
  while (resources.inFlight.size > 0) await Promise.all([...resources.inFlight].map(({ isKnown }) => isKnown));
}
