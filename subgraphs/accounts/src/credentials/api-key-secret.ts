import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** The secret of an API key: `og_<12 characters>_<random>`, of which `prefix` is what stands before the second `_`. */
export interface ApiKeySecret {
  readonly prefix: string;
  readonly text: string;
}

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const shape = /^(og_[a-z0-9]{12})_[A-Za-z0-9_-]{43}$/;

/** Makes a secret; with a prefix, another secret of the key that has it. */
export function newApiKeySecret(prefix = newPrefix()): ApiKeySecret {
  return { prefix, text: `${prefix}_${randomBytes(32).toString('base64url')}` };
}

const newPrefix = (): string =>
  `og_${Array.from({ length: 12 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')}`;

/** Reads a secret as somebody presents it; null when it cannot be one. */
export function readApiKeySecret(text: string): ApiKeySecret | null {
  const prefix = shape.exec(text)?.[1];
  return prefix === undefined ? null : { prefix, text };
}

// The secret holds 256 random bits, so nobody can guess it from a plain hash; slow hashes are for what people choose.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What is stored of a secret. */
export const hashOf = (secret: ApiKeySecret): string => digest(secret.text).toString('base64url');

/** Whether the secret is the one behind a stored hash; takes the same time whichever way it turns out. */
export function isSecretOf(secret: ApiKeySecret, storedHash: string): boolean {
  const expected = Buffer.from(storedHash, 'base64url');
  const actual = digest(secret.text);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
