import { decodeJwt, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { LRUCache } from 'lru-cache';
import { IdentityError } from './identity-error.ts';
import { fixedKeySet, remoteKeySet, type FetchJwks, type KeyLookup } from './key-set.ts';
import { readTokenClaims, type TokenClaims } from './token-claims.ts';

const algorithms = ['EdDSA', 'ES256', 'RS256'];
const skewSeconds = 60;
const maxTokenLength = 8_192;
const rememberedTokens = 10_000;
// A token that its issuer withdraws by rotating keys is refused at the latest after this time.
const rememberMs = 60_000;

/** An OIDC issuer whose access tokens are accepted. */
export type TrustedIssuer = { readonly issuer: string; readonly audience: string } & (
  | { readonly jwksUrl: string }
  | { readonly jwks: { readonly keys: readonly object[] } }
);

/** Turns a bearer token into its claims, or throws an `IdentityError`. */
export interface TokenVerifier {
  verify(bearer: string): Promise<TokenClaims>;
}

/** Verifies access tokens of the given issuers, and of no other. */
export function createTokenVerifier(options: {
  issuers: readonly TrustedIssuer[];
  clock?: () => number;
  fetchJwks?: FetchJwks;
}): TokenVerifier {
  const { issuers, clock = Date.now, fetchJwks } = options;
  const trusted = new Map<string, { audience: string; keys: KeyLookup }>(
    issuers.map((issuer) => [issuer.issuer, { audience: issuer.audience, keys: keysOf(issuer, clock, fetchJwks) }]),
  );
  const remembered = new LRUCache<string, { claims: TokenClaims; untilMs: number }>({ max: rememberedTokens });

  const verifyAnew = async (bearer: string): Promise<TokenClaims> => {
    const issuer = trusted.get(issuerNamedBy(bearer));
    if (!issuer) throw unauthenticated('was issued by somebody who is not trusted here');
    try {
      const { payload } = await jwtVerify(bearer, issuer.keys, {
        issuer: issuerNamedBy(bearer),
        audience: issuer.audience,
        algorithms,
        clockTolerance: skewSeconds,
        currentDate: new Date(clock()),
        requiredClaims: ['sub', 'exp'],
      });
      return readTokenClaims(payload);
    } catch (error) {
      if (error instanceof IdentityError) throw error;
      const reason = reasonOf(error);
      throw reason === null ? issuerUnavailable(error) : unauthenticated(reason, error);
    }
  };

  return {
    async verify(bearer) {
      if (bearer.length > maxTokenLength) throw unauthenticated(`is longer than ${maxTokenLength} characters`);
      const before = remembered.get(bearer);
      if (before && before.untilMs > clock()) return before.claims;

      const claims = await verifyAnew(bearer);
      const untilMs = Math.min(clock() + rememberMs, (claims.expiresAt + skewSeconds) * 1000);
      remembered.set(bearer, { claims, untilMs });
      return claims;
    },
  };
}

function keysOf(issuer: TrustedIssuer, clock: () => number, fetchJwks: FetchJwks | undefined): KeyLookup {
  if ('jwksUrl' in issuer) return remoteKeySet(issuer.jwksUrl, { clock, ...(fetchJwks ? { fetchJwks } : {}) });
  // jose checks the shape of each key when it is used.
  return fixedKeySet({ keys: [...issuer.jwks.keys] } as JSONWebKeySet);
}

function issuerNamedBy(bearer: string): string {
  try {
    return decodeJwt(bearer).iss ?? '';
  } catch (error) {
    throw unauthenticated('is not a JSON web token', error);
  }
}

/** What is wrong with the token; null where that cannot be known, because its issuer does not answer. */
function reasonOf(error: unknown): string | null {
  if (error instanceof errors.JWTExpired) return 'has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `has a claim "${error.claim}" that does not fit`;
  if (error instanceof errors.JOSEAlgNotAllowed) return `is not signed with one of ${algorithms.join(', ')}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'is signed with a key that its issuer does not publish';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'has a signature that does not fit';
  // An answer that is no key set is as good as none.
  const isOfKeySet = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  if (error instanceof errors.JOSEError && !isOfKeySet) return 'is malformed';
  return null;
}

const unauthenticated = (reason: string, cause?: unknown): IdentityError =>
  new IdentityError('UNAUTHENTICATED', `The token ${reason}. Sign in again.`, { cause });

const issuerUnavailable = (cause: unknown): IdentityError =>
  new IdentityError(
    'ISSUER_UNAVAILABLE',
    'The token cannot be checked, because its issuer’s keys cannot be fetched. Ask again later.',
    { cause },
  );
