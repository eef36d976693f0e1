import { createJwsSigner } from './compact-jws.ts';
import { publicJwksOf, type PublicJwks, type SigningJwk } from './signing-key.ts';
import type { TokenClaims } from './token-claims.ts';

/** What an issued token shall say; the issuer adds issuer, audience and times. */
export type IssuedClaims = Omit<TokenClaims, 'expiresAt'>;

/** Issues access tokens: the development issuer, and the exchange of API keys. */
export interface TokenIssuer {
  issue(claims: IssuedClaims, ttlSeconds: number): string;
  jwks(): PublicJwks;
}

/** Makes an issuer that signs with an Ed25519 key. */
export function createTokenIssuer(options: {
  issuer: string;
  audience: string;
  privateKeyJwk: SigningJwk;
  clock?: () => number;
}): TokenIssuer {
  const { issuer, audience, privateKeyJwk, clock = Date.now } = options;
  const sign = createJwsSigner(privateKeyJwk, 'at+jwt');
  return {
    issue({ subject, actorType, merchants, scopes, name }, ttlSeconds) {
      const iat = Math.floor(clock() / 1000);
      return sign({
        iss: issuer,
        aud: audience,
        sub: subject,
        iat,
        exp: iat + ttlSeconds,
        actor_type: actorType,
        merchants,
        scope: scopes.join(' '),
        name,
      });
    },
    jwks: () => publicJwksOf(privateKeyJwk),
  };
}
