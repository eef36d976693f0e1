import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

/** An Ed25519 private key as a JSON web key. */
export interface SigningJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly d: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

/** The public half. */
export type VerifyingJwk = Omit<SigningJwk, 'd'>;

/** A set of public keys; several are valid at once while keys rotate. */
export interface PublicJwks {
  readonly keys: readonly VerifyingJwk[];
}

/** Makes a new Ed25519 key whose id is its RFC 7638 thumbprint. */
export function generateSigningKey(): SigningJwk {
  return readSigningJwk(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
}

/** Checks that a JSON web key, from a file or a variable, is an Ed25519 private key, and completes its id. */
export function readSigningJwk(jwk: unknown): SigningJwk {
  const { kty, crv, x, d, kid } = asJsonWebKey(jwk);
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string')
    throw new TypeError(
      'A signing key must be the private JSON web key of an Ed25519 key: {"kty":"OKP","crv":"Ed25519","x":…,"d":…}.',
    );
  return { kty, crv, x, d, kid: typeof kid === 'string' ? kid : thumbprint(x), alg: 'EdDSA', use: 'sig' };
}

/** Checks a set of public Ed25519 keys, such as a subgraph gets to know its gateway by. */
export function readPublicJwks(jwks: unknown): PublicJwks {
  const keys: unknown = asJsonWebKey(jwks)['keys'];
  if (!Array.isArray(keys) || keys.length === 0)
    throw new TypeError('A key set must be {"keys":[…]} with at least one public Ed25519 key.');
  return { keys: keys.map(readVerifyingJwk) };
}

/** The public halves of private keys, as served at a JWKS address. */
export function publicJwksOf(...keys: readonly SigningJwk[]): PublicJwks {
  return { keys: keys.map(readVerifyingJwk) };
}

export const privateKeyOf = (jwk: SigningJwk): KeyObject => createPrivateKey({ key: { ...jwk }, format: 'jwk' });
export const publicKeyOf = (jwk: VerifyingJwk): KeyObject => createPublicKey({ key: { ...jwk }, format: 'jwk' });

function readVerifyingJwk(jwk: unknown): VerifyingJwk {
  const { kty, crv, x, kid } = asJsonWebKey(jwk);
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string')
    throw new TypeError(
      'A verifying key must be the JSON web key of an Ed25519 key: {"kty":"OKP","crv":"Ed25519","x":…}.',
    );
  return { kty, crv, x, kid: typeof kid === 'string' ? kid : thumbprint(x), alg: 'EdDSA', use: 'sig' };
}

function asJsonWebKey(value: unknown): JsonWebKey {
  if (typeof value !== 'object' || value === null) throw new TypeError('A JSON web key must be a JSON object.');
  return { ...value };
}

const thumbprint = (x: string): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
