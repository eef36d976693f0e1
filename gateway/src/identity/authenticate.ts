import { randomUUID } from 'node:crypto';
import {
  anonymousViewer,
  IdentityError,
  selectTenant,
  tenantSelectorHeader,
  viewerOf,
  type IdentityErrorCode,
  type TokenVerifier,
  type Viewer,
} from '@ordergraph/identity';
import { Refusal } from '../errors.ts';
import type { Log } from '../log.ts';

/** The request headers, by lower-case name. */
export type RequestHeaders = { get(name: string): string | undefined };

/** Finds out who asks, and for which merchant; throws a `Refusal` before any subgraph is called. */
export type Authenticate = (headers: RequestHeaders) => Promise<Viewer>;

/** Who asks, and for how long its token says so. */
export interface Identification {
  readonly viewer: Viewer;
  /** Milliseconds since 1970; undefined where nobody needs a token. */
  readonly expiresAtMs: number | undefined;
  readonly issuedAtMs: number | undefined;
}

/** Finds out who asks, for what stays open longer than one request. */
export type Identify = (headers: RequestHeaders) => Promise<Identification>;

const statusOf: Record<IdentityErrorCode, number> = {
  UNAUTHENTICATED: 401,
  TENANT_MISMATCH: 403,
  BAD_USER_INPUT: 400,
  ISSUER_UNAVAILABLE: 503,
};
const requestIdForm = /^[\w.-]{8,64}$/;
const traceparentForm = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * With a verifier every request needs a token. Without one the gateway stands alone over somebody's supergraph: all are
 * anonymous, and nothing is signed, so that our own subgraphs refuse it.
 */
export function createIdentify(options: {
  verifier: TokenVerifier | undefined;
  log: Log;
  count: (code: string) => void;
}): Identify {
  const { verifier, log, count } = options;
  return async (headers) => {
    const requestId = requestIdOf(headers);
    if (!verifier) return { viewer: anonymousViewer(requestId), expiresAtMs: undefined, issuedAtMs: undefined };

    try {
      const claims = await verifier.verify(bearerOf(headers));
      const tenantId = selectTenant(claims, headers.get(tenantSelectorHeader));
      const traceparent = headers.get('traceparent');
      const viewer = viewerOf(claims, {
        tenantId,
        requestId,
        ...(traceparent && traceparentForm.test(traceparent) ? { traceparent } : {}),
      });
      const { expiresAt, issuedAt } = claims;
      return {
        viewer,
        expiresAtMs: expiresAt * 1000,
        issuedAtMs: issuedAt === undefined ? undefined : issuedAt * 1000,
      };
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      count(error.code);
      if (error.code === 'TENANT_MISMATCH') log.warn('tenant mismatch', { requestId });
      if (error.code === 'ISSUER_UNAVAILABLE')
        log.warn('issuer unavailable', { requestId, reason: String(error.cause) });
      throw new Refusal(error.code, error.message, { status: statusOf[error.code], cause: error.cause });
    }
  };
}

export function requestIdOf(headers: RequestHeaders): string {
  const sent = headers.get('x-request-id');
  return sent && requestIdForm.test(sent) ? sent : randomUUID();
}

function bearerOf(headers: RequestHeaders): string {
  const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (!token)
    throw new IdentityError(
      'UNAUTHENTICATED',
      'The request carries no token. Send the header "Authorization: Bearer <token>".',
    );
  return token;
}
