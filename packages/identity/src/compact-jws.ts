import { sign, verify, type KeyObject } from 'node:crypto';
import { privateKeyOf, publicKeyOf, type PublicJwks, type SigningJwk } from './signing-key.ts';

// jose signs asynchronously, through Web Crypto. The internal context is signed once for each fetch to a subgraph, and a
// synchronous signature costs less than the turn of the event loop that awaiting it would add.

export const encodeJson = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs payloads as compact EdDSA JWS. */
export function createJwsSigner(jwk: SigningJwk, type: string): (payload: unknown) => string {
  const key = privateKeyOf(jwk);
  const header = encodeJson({ alg: 'EdDSA', typ: type, kid: jwk.kid });
  return (payload) => {
    const signed = `${header}.${encodeJson(payload)}`;
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
  };
}

/** Why a JWS was refused, or its payload. */
export type JwsResult = { ok: true; payload: unknown } | { ok: false; reason: string };

/** Verifies compact EdDSA JWS of one type against a fixed set of keys. */
export function createJwsVerifier(jwks: PublicJwks, type: string): (token: string) => JwsResult {
  const keys = new Map<string, KeyObject>(jwks.keys.map((jwk) => [jwk.kid, publicKeyOf(jwk)]));

  return (token) => {
    const [header, payload, signature, ...rest] = token.split('.');
    if (!header || !payload || !signature || rest.length > 0) return { ok: false, reason: 'it is not a compact JWS' };

    const { alg, typ, kid } = parseObject(header);
    if (alg !== 'EdDSA' || typ !== type) return { ok: false, reason: 'its header names another algorithm or type' };
    const key = typeof kid === 'string' ? keys.get(kid) : undefined;
    if (!key) return { ok: false, reason: 'its key is unknown' };
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify(null, signed, key, Buffer.from(signature, 'base64url')))
      return { ok: false, reason: 'its signature does not fit' };
    return { ok: true, payload: parseObject(payload) };
  };
}

/** Reads the payload of a JWS that is known to be genuine. */
export const readJwsPayload = (token: string): JwsResult => ({
  ok: true,
  payload: parseObject(token.split('.')[1] ?? ''),
});

function parseObject(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
