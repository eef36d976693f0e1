import type { Settings } from '@ordergraph/subgraph-server';
import type { Carrier } from './carriers/carrier.ts';
import { connectSimulator } from './carriers/simulator.ts';
import { readSettings } from './settings.ts';
import { createTrackingTokens, type TrackingTokens } from './tracking/tracking-tokens.ts';

/** What logistics holds open besides the database. */
export interface LogisticsResources {
  readonly tokens: TrackingTokens;
  /** Whether links that these tokens make lead somewhere. */
  readonly hasTrackingPages: boolean;
  carrier(code: string): Carrier | null;
}

const carrierTimeoutMs = 5_000;

/** Connects the carriers that the settings name. */
export async function openResources(given: Settings): Promise<LogisticsResources> {
  const settings = readSettings(given);
  const simulator = settings.carrierUrl
    ? connectSimulator({
        url: settings.carrierUrl,
        apiKey: settings.carrierApiKey,
        webhookSecrets: settings.webhookSecrets,
        timeoutMs: carrierTimeoutMs,
      })
    : null;
  const tokens = createTrackingTokens(settings.trackingSecret, settings.trackingUrl);
  const { hasTrackingPages } = settings;
  return { tokens, hasTrackingPages, carrier: (code) => (simulator?.code === code ? simulator : null) };
}
