import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { createJwsSigner, createJwsVerifier, readJwsPayload } from './compact-jws.ts';
import { IdentityError } from './identity-error.ts';
import type { PublicJwks, SigningJwk } from './signing-key.ts';
import { isActorType, type Viewer } from './viewer.ts';

const contextType = 'ordergraph-context+jwt';
const lifetimeSeconds = 30;
const skewSeconds = 5;
const rememberedContexts = 2_000;

/** The part of a subgraph request that its context is bound to. */
export interface SignedBody {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
}

/** Signs, for one fetch to one subgraph, who asks. */
export interface ContextSigner {
  sign(input: { viewer: Viewer; subgraph: string; body: SignedBody }): string;
  /** Whether this very signer made this very context a moment ago; true once, because a context is for one request. */
  hasSigned(context: string): boolean;
}

/** Tells a subgraph who asks, or throws an `IdentityError` when the gateway did not sign exactly this request to it. */
export interface ContextVerifier {
  verify(token: string | undefined, expected: { subgraph: string; body: SignedBody }): Viewer;
}

interface ContextPayload {
  aud: string;
  iat: number;
  exp: number;
  /** SHA-256 of the operation's text. */
  qh: string;
  /** SHA-256 of the variables as JSON. */
  vh: string;
  viewer: Viewer;
}

/** Signs internal contexts with the gateway's Ed25519 key. Synchronous, because it runs once for each subgraph fetch. */
export function createContextSigner(privateKeyJwk: SigningJwk, clock: () => number = Date.now): ContextSigner {
  const signPayload = createJwsSigner(privateKeyJwk, contextType);
  const recent = new LRUCache<string, true>({ max: rememberedContexts });
  return {
    hasSigned: (context) => recent.delete(context),
    sign({ viewer, subgraph, body }) {
      const iat = Math.floor(clock() / 1000);
      const exp = iat + lifetimeSeconds;
      const payload: ContextPayload = { aud: subgraph, iat, exp, ...hashesOf(body), viewer };
      const context = signPayload(payload);
      recent.set(context, true);
      return context;
    },
  };
}

/**
 * Verifies internal contexts against the gateway's public keys. In the gateway's own process it may ask the signer whether
 * the text comes from there, which says the same as the signature and costs a hundredth; every other check stays.
 */
export function createContextVerifier(
  publicJwks: PublicJwks,
  clock: () => number = Date.now,
  signer?: Pick<ContextSigner, 'hasSigned'>,
): ContextVerifier {
  const verifyJws = createJwsVerifier(publicJwks, contextType);
  return {
    verify(token, { subgraph, body }) {
      if (!token) throw refused('it is missing');
      const result = signer?.hasSigned(token) ? readJwsPayload(token) : verifyJws(token);
      if (!result.ok) throw refused(result.reason);

      const { payload } = result;
      if (!isContextPayload(payload)) throw refused('its payload has another shape');
      const now = clock() / 1000;
      if (payload.exp + skewSeconds < now) throw refused('it has expired');
      if (payload.iat - skewSeconds > now) throw refused('it comes from the future');
      if (payload.aud !== subgraph) throw refused('it was signed for another subgraph');
      const { qh, vh } = hashesOf(body);
      if (payload.qh !== qh || payload.vh !== vh) throw refused('it was signed for another operation');
      return payload.viewer;
    },
  };
}

const hashesOf = ({ query, variables }: SignedBody): Pick<ContextPayload, 'qh' | 'vh'> => ({
  qh: hash('sha256', query, 'base64url'),
  vh: hash('sha256', JSON.stringify(variables ?? {}), 'base64url'),
});

// The signature proves that the gateway wrote it; this guards against a gateway of another version.
function isContextPayload(payload: unknown): payload is ContextPayload {
  if (!isObject(payload) || !isObject(payload['viewer']) || !isObject(payload['viewer']['actor'])) return false;
  const { tenantId, actor, scopes, requestId } = payload['viewer'];
  return (
    typeof payload['exp'] === 'number' &&
    typeof payload['iat'] === 'number' &&
    (tenantId === null || typeof tenantId === 'string') &&
    isObject(actor) &&
    isActorType(actor['type']) &&
    (actor['id'] === null || typeof actor['id'] === 'string') &&
    Array.isArray(scopes) &&
    typeof requestId === 'string'
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const refused = (reason: string): IdentityError =>
  new IdentityError(
    'UNAUTHENTICATED',
    `The internal context was refused: ${reason}. A subgraph answers its gateway only; ask the gateway instead.`,
  );
