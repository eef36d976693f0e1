import { join } from 'node:path';
import type { Environment } from './environment.ts';
import type { Keys } from './keys.ts';

/** What subgraphs may ask for by name: their own variables, and what the host knows without being told. */
export function settingsFor(
  environment: Environment,
  keys: Keys,
  carrierUrl?: string,
): Readonly<Record<string, string | undefined>> {
  return {
    ...environment.settings,
    MAIL_DIRECTORY: environment.settings['MAIL_DIRECTORY'] || join(environment.stateDirectory, 'mail'),
    CARRIER_API_KEY: keys.carrierApiKey,
    CARRIER_URL: carrierUrl ?? environment.carrier.url ?? undefined,
    CARRIER_WEBHOOK_SECRETS: keys.carrierWebhookSecrets,
    TRACKING_SECRET: keys.trackingSecret,
    TRACKING_URL: environment.settings['TRACKING_URL'] || `${environment.publicUrl}/track`,
    // The storefront's own need visitors' tokens, which only the development issuer gives.
    TRACKING_PAGES: environment.isProduction && !environment.settings['TRACKING_URL'] ? 'none' : undefined,
    PAYMENT_PUBLIC_URL: environment.publicUrl,
    PAYMENT_WEBHOOK_SECRETS: keys.webhookSecrets,
    TOKEN_SIGNING_KEY: keys.tokenSigningKey ? JSON.stringify(keys.tokenSigningKey) : undefined,
    TOKEN_ISSUER: environment.publicUrl,
    TOKEN_AUDIENCE: environment.tokenAudience,
  };
}
