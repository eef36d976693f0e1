import { randomBytes } from 'node:crypto';
import type { Settings } from '@ordergraph/subgraph-server';

/** The settings of logistics, read once at the start. */
export interface ReadSettings {
  /** Where the simulated carrier takes bookings; null runs without it. */
  readonly carrierUrl: string | null;
  readonly carrierApiKey: string;
  /** Secrets that a webhook may be signed with: two while they rotate. */
  readonly webhookSecrets: readonly string[];
  /** Makes and checks tokens of tracking links. */
  readonly trackingSecret: string;
  /** What a token is put behind to make a link. */
  readonly trackingUrl: string;
  /** Whether somebody serves pages there, so that customers can be sent to them unasked. */
  readonly hasTrackingPages: boolean;
}

/** Reads the settings. What an installation does not configure is made up for the life of the process. */
export function readSettings(settings: Settings): ReadSettings {
  const secrets = (settings['CARRIER_WEBHOOK_SECRETS'] ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter(Boolean);
  return {
    carrierUrl: settings['CARRIER_URL'] || null,
    carrierApiKey: settings['CARRIER_API_KEY'] || randomBytes(24).toString('base64url'),
    webhookSecrets: secrets.length > 0 ? secrets : [randomBytes(24).toString('base64')],
    trackingSecret: settings['TRACKING_SECRET'] || randomBytes(32).toString('base64url'),
    hasTrackingPages: settings['TRACKING_PAGES'] !== 'none',
    trackingUrl: (settings['TRACKING_URL'] || 'http://localhost:4000/track').replace(/\/+$/, ''),
  };
}
