import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import { isSecretOf, type ApiKeySecret } from '../credentials/api-key-secret.ts';
import { knownScopes } from '../domain/scopes.ts';
import { ApiKey } from '../entities/api-key.entity.ts';
import { Merchant } from '../entities/merchant.entity.ts';

/** What the bearer of a key's secret may do. */
export interface ApiKeyGrant {
  readonly apiKeyId: string;
  readonly merchantId: string;
  readonly name: string;
  readonly kind: 'PUBLISHABLE' | 'SECRET';
  readonly scopes: readonly string[];
}

const usageGrainMs = 60_000;

/** Checks a key's secret; null when it does not open the key, the key has ended, or the merchant is suspended. */
export async function useApiKey(
  tx: Transaction,
  { apiKeyId, secret }: { readonly apiKeyId: string; readonly secret: ApiKeySecret },
): Promise<ApiKeyGrant | null> {
  const key = await tx.em.findOne(ApiKey, { id: apiKeyId });
  if (!key) return null;
  const isCurrent = isSecretOf(secret, key.secretHash);
  const isPrevious = isSecretOf(secret, key.previousSecretHash ?? '') && (key.previousValidUntil ?? tx.now) > tx.now;
  const isRunning = key.isActive && (key.expiresAt == null || key.expiresAt > tx.now);
  if (!(isCurrent || isPrevious) || !isRunning) return null;
  const merchant = await tx.em.findOne(Merchant, { id: tx.tenantId });
  if (merchant?.status !== 'ACTIVE') return null;

  await query(
    tx.em,
    `update "accounts"."api_key" set last_used_at = $3
     where tenant_id = $1 and id = $2 and (last_used_at is null or last_used_at < $4)`,
    [tx.tenantId, key.id, tx.now, new Date(tx.now.getTime() - usageGrainMs)],
  );
  return { apiKeyId: key.id, merchantId: tx.tenantId, name: key.name, kind: key.kind, scopes: knownScopes(key.scopes) };
}
