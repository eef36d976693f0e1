import type { Settings } from '@ordergraph/subgraph-server';

/** The settings of payments, read once at the start. */
export interface PaymentSettings {
  /** How long a call to the provider may take before its outcome counts as unknown. */
  readonly providerTimeoutMs: number;
  /** Secrets that a webhook may be signed with; the first is the one that the sandbox signs with. */
  readonly webhookSecrets: readonly string[];
  /** Where the sandbox sends its webhooks; null hands them to the receiving function directly. */
  readonly webhookUrl: string | null;
  /** Where a browser reaches this installation, for the sandbox's confirmation page. */
  readonly publicUrl: string;
  /** How long the sandbox thinks about what it decides late. */
  readonly decisionMs: number;
}

function positive(settings: Settings, name: string, otherwise: number): number {
  const text = settings[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name}: expected a whole number of milliseconds above 0, got ${JSON.stringify(text)}.`);
}

/** Reads the settings; `newSecret` makes the webhook secret of an installation that configures none. */
export function readSettings(settings: Settings, newSecret: () => string): PaymentSettings {
  const secrets = (settings['PAYMENT_WEBHOOK_SECRETS'] ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter(Boolean);
  return {
    providerTimeoutMs: positive(settings, 'PAYMENT_PROVIDER_TIMEOUT_MS', 10_000),
    webhookSecrets: secrets.length > 0 ? secrets : [newSecret()],
    webhookUrl: settings['PAYMENT_WEBHOOK_URL'] || null,
    publicUrl: settings['PAYMENT_PUBLIC_URL'] || 'http://localhost:4000',
    decisionMs: positive(settings, 'PAYMENT_SANDBOX_DECISION_MS', 2_000),
  };
}
