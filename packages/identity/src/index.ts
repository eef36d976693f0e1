export { IdentityError, type IdentityErrorCode } from './identity-error.ts';
export { actorTypes, anonymousViewer, type Actor, type ActorType, type Viewer } from './viewer.ts';
export { readTokenClaims, viewerOf, type TokenClaims } from './token-claims.ts';
export { createTokenVerifier, type TokenVerifier, type TrustedIssuer } from './token-verifier.ts';
export type { FetchJwks } from './key-set.ts';
export { selectTenant } from './select-tenant.ts';
export { createTokenIssuer, type IssuedClaims, type TokenIssuer } from './token-issuer.ts';
export {
  createContextSigner,
  createContextVerifier,
  type ContextSigner,
  type ContextVerifier,
  type SignedBody,
} from './internal-context.ts';
export {
  generateSigningKey,
  publicJwksOf,
  readPublicJwks,
  readSigningJwk,
  type PublicJwks,
  type SigningJwk,
  type VerifyingJwk,
} from './signing-key.ts';
export {
  deadlineHeader,
  internalContextHeader,
  tenantSelectorHeader,
  type SubgraphExecutor,
  type SubgraphSubscriber,
  type SubgraphRequest,
} from './subgraph-request.ts';
