import { IdentityError } from './identity-error.ts';
import type { TokenClaims } from './token-claims.ts';

/**
 * Chooses the merchant of a request. The token grants; the `X-Tenant-ID` header only selects among what it grants.
 * Null for a platform operator, who reads no tenant's rows, and for a token that names no merchant.
 */
export function selectTenant(
  claims: Pick<TokenClaims, 'actorType' | 'merchants'>,
  selector: string | undefined,
): string | null {
  const merchants = claims.actorType === 'PLATFORM_OPERATOR' ? [] : claims.merchants;

  if (selector !== undefined) {
    const wanted = selector.trim().toLowerCase();
    // One sentence for a foreign merchant and for one that does not exist: a caller must not learn which ids are taken.
    if (!merchants.includes(wanted))
      throw new IdentityError(
        'TENANT_MISMATCH',
        'The token does not grant the merchant in X-Tenant-ID. Send one that it grants, or leave it out.',
      );
    return wanted;
  }
  if (merchants.length > 1)
    throw new IdentityError(
      'BAD_USER_INPUT',
      `The token grants ${merchants.length} merchants. Send the header X-Tenant-ID with the id of one of them.`,
    );
  return merchants[0] ?? null;
}
