import { LockMode } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { hashOf, newApiKeySecret, type ApiKeySecret } from '../credentials/api-key-secret.ts';
import { ApiKey } from '../entities/api-key.entity.ts';
import { refuseEscalation } from './refusals.ts';

export interface ApiKeyRotation {
  readonly apiKeyId: string | null;
  readonly overlapHours: number;
  /** Who learns the new secret can do what the key can, so they must hold all of it. */
  readonly grantableScopes: readonly string[];
  /** Takes the new secret, which is kept nowhere. */
  readonly show: (secret: ApiKeySecret) => void;
}

const maxOverlapHours = 24 * 30;
const hourMs = 3_600_000;

/** Gives a key a new secret. The one before works until the overlap ends; one before that ends now. */
export async function rotateApiKey(
  tx: Transaction,
  input: ApiKeyRotation,
): Promise<Outcome<{ apiKeyId: string }, AccountErrorCode>> {
  const { apiKeyId, overlapHours } = input;
  if (overlapHours < 0 || overlapHours > maxOverlapHours) {
    return refuse('INVALID', `Expected 0 to ${maxOverlapHours} hours, got ${overlapHours}.`, ['overlapHours']);
  }
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const key = apiKeyId === null ? null : await tx.em.findOne(ApiKey, { id: apiKeyId }, lock);
  if (!key) return refuse('NOT_FOUND', 'There is no API key with this id.', ['id']);
  if (!key.isActive || (key.expiresAt !== null && key.expiresAt !== undefined && key.expiresAt <= tx.now)) {
    return refuse('INVALID', 'This key has ended. Create another one.', ['id']);
  }
  const escalation = refuseEscalation(key.scopes, input.grantableScopes, 'id');
  if (escalation) return escalation;

  const secret = newApiKeySecret(key.prefix);
  const previousValidUntil = new Date(tx.now.getTime() + overlapHours * hourMs);
  Object.assign(key, { previousSecretHash: key.secretHash, previousValidUntil, secretHash: hashOf(secret) });
  tx.publish('ApiKeyChanged', {
    apiKeyId: key.id,
    change: 'ROTATED',
    name: key.name,
    scopes: [...key.scopes],
    previousValidUntil: previousValidUntil.toISOString(),
  });
  await tx.em.flush();
  input.show(secret);
  return done({ apiKeyId: key.id });
}
