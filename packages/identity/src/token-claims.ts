import { IdentityError } from './identity-error.ts';
import { actorTypes, isActorType, type ActorType, type Viewer } from './viewer.ts';

/** What a verified access token says. */
export interface TokenClaims {
  /** `sub`: bare UUID of the customer, staff member or API key. */
  readonly subject: string;
  readonly actorType: ActorType;
  /** Bare UUIDs of the merchants that the token grants, in lower case. */
  readonly merchants: readonly string[];
  readonly scopes: readonly string[];
  readonly name?: string;
  /** `exp`, in seconds since 1970. */
  readonly expiresAt: number;
  /** `iat`, in seconds since 1970, where the issuer tells it. */
  readonly issuedAt?: number;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const maxMerchants = 1_000;
const maxScopes = 200;

/** Reads the payload of a token whose signature was verified; throws an `IdentityError` that names the claim at fault. */
export function readTokenClaims(payload: Record<string, unknown>): TokenClaims {
  const { sub, actor_type: actorType, merchants, scope, name, exp, iat } = payload;
  const subject = typeof sub === 'string' ? sub.toLowerCase() : '';
  if (!uuid.test(subject)) throw malformed('sub', 'the UUID of the actor');
  if (!isActorType(actorType)) throw malformed('actor_type', `one of ${actorTypes.join(', ')}`);
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw malformed('exp', 'seconds since 1970');
  if (name !== undefined && typeof name !== 'string') throw malformed('name', 'a text, or absent');

  return {
    subject,
    actorType,
    merchants: readMerchants(merchants),
    scopes: readScopes(scope),
    ...(name === undefined ? {} : { name: name.slice(0, 200) }),
    expiresAt: exp,
    ...(typeof iat === 'number' ? { issuedAt: iat } : {}),
  };
}

/** What subgraphs are told about the bearer of these claims, once the merchant is chosen. */
export function viewerOf(
  claims: TokenClaims,
  request: { tenantId: string | null; requestId: string; traceparent?: string },
): Viewer {
  const id = claims.actorType === 'ANONYMOUS' ? null : claims.subject;
  return {
    tenantId: request.tenantId,
    actor: { type: claims.actorType, id, ...(claims.name === undefined ? {} : { name: claims.name }) },
    scopes: claims.scopes,
    requestId: request.requestId,
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
  };
}

function readMerchants(merchants: unknown): string[] {
  if (merchants === undefined) return [];
  if (!Array.isArray(merchants) || merchants.length > maxMerchants)
    throw malformed('merchants', `a list of at most ${maxMerchants} UUIDs`);
  return merchants.map((merchant: unknown) => {
    const id = typeof merchant === 'string' ? merchant.toLowerCase() : '';
    if (!uuid.test(id)) throw malformed('merchants', 'a list of UUIDs');
    return id;
  });
}

function readScopes(scope: unknown): string[] {
  if (scope === undefined) return [];
  if (typeof scope !== 'string') throw malformed('scope', 'scopes separated by spaces');
  const scopes = scope.split(' ').filter((part) => part !== '');
  if (scopes.length > maxScopes) throw malformed('scope', `at most ${maxScopes} scopes`);
  return scopes;
}

const malformed = (claim: string, expected: string): IdentityError =>
  new IdentityError(
    'UNAUTHENTICATED',
    `The token's claim "${claim}" is not ${expected}. Ask the issuer for another token.`,
  );
