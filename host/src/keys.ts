import { createHmac } from 'node:crypto';
import { publicJwksOf, type PublicJwks, type SigningJwk } from '@ordergraph/identity';
import type { Environment } from './environment.ts';
import type { RunPlan } from './run-plan.ts';
import { keepSecrets, newSecrets } from './secrets.ts';

/** The keys that a process works with, from the environment or from the state directory. */
export interface Keys {
  readonly contextSigningKey: SigningJwk;
  readonly contextVerifyingKeys: PublicJwks;
  /** Null where this process issues no tokens. */
  readonly tokenSigningKey: SigningJwk | null;
  /** Null where tokens of our own are not accepted. */
  readonly tokenVerifyingKeys: PublicJwks | null;
  readonly sealingMasterKey: Buffer;
  readonly cursorSecret: string;
  readonly webhookSecrets: string;
  /** What logistics calls the simulated carrier with. */
  readonly carrierApiKey: string;
  readonly carrierWebhookSecrets: string;
  /** Makes the tokens of tracking links. */
  readonly trackingSecret: string;
}

/** Finds the keys of this process. Processes that cannot share a directory must be given them, and are told which. */
export function findKeys(environment: Environment, plan: RunPlan): Keys {
  const { secrets: given, isProduction, stateDirectory } = environment;
  const isApart =
    plan.kind === 'subgraph' || plan.kind === 'carrier' || (plan.kind === 'house' && plan.here.length === 0);
  if (isProduction && isApart) refuseMissing(environment, plan);
  // What a part in production was not given it does not use, so nothing of it is worth keeping.
  const kept = isProduction && isApart ? newSecrets() : keepSecrets(stateDirectory);

  const contextSigningKey = given.contextSigningKey ?? kept.contextSigningKey;
  const tokenSigningKey = given.tokenSigningKey ?? (isProduction && isApart ? null : kept.tokenSigningKey);
  const cursorSecret = given.cursorSecret ?? kept.cursorSecret;
  // Of one kept secret follow others, so that an installation which is older than they are has them as well.
  const derived = (purpose: string): string => createHmac('sha256', cursorSecret).update(purpose).digest('base64');
  return {
    contextSigningKey,
    contextVerifyingKeys: given.contextVerifyingKeys ?? publicJwksOf(contextSigningKey),
    tokenSigningKey,
    tokenVerifyingKeys: given.tokenVerifyingKeys ?? (tokenSigningKey ? publicJwksOf(tokenSigningKey) : null),
    sealingMasterKey: given.sealingMasterKey ?? kept.sealingMasterKey,
    cursorSecret,
    webhookSecrets: given.webhookSecrets ?? kept.webhookSecret,
    carrierApiKey: given.carrierApiKey ?? derived('the carrier’s API key'),
    carrierWebhookSecrets: given.carrierWebhookSecrets ?? derived('the carrier’s webhooks'),
    trackingSecret: given.trackingSecret ?? derived('tracking links'),
  };
}

function refuseMissing({ secrets }: Environment, plan: RunPlan): void {
  const ofCarrier = { CARRIER_API_KEY: secrets.carrierApiKey, CARRIER_WEBHOOK_SECRETS: secrets.carrierWebhookSecrets };
  const needed: Record<string, unknown> =
    plan.kind === 'carrier'
      ? ofCarrier
      : plan.kind === 'subgraph'
        ? {
            CONTEXT_VERIFYING_KEYS: secrets.contextVerifyingKeys,
            SEALING_MASTER_KEY: secrets.sealingMasterKey,
            CURSOR_SECRET: secrets.cursorSecret,
            ...(plan.name === 'payments' ? { PAYMENT_WEBHOOK_SECRETS: secrets.webhookSecrets } : {}),
            ...(plan.name === 'logistics' ? { ...ofCarrier, TRACKING_SECRET: secrets.trackingSecret } : {}),
          }
        : { CONTEXT_SIGNING_KEY: secrets.contextSigningKey };
  const missing = Object.keys(needed).filter((name) => needed[name] === null);
  if (missing.length === 0) return;
  throw new Error(
    `With NODE_ENV=production a part that runs alone makes up no secrets. Set ${missing.join(', ')} (docs/environment.md).`,
  );
}
