import { expect, test } from 'vitest';
import { hashOf, isSecretOf, newApiKeySecret, readApiKeySecret } from '../src/credentials/api-key-secret.ts';

test('a secret is read back, and opens its own hash only', () => {
  const secret = newApiKeySecret();
  const other = newApiKeySecret(secret.prefix);

  expect(readApiKeySecret(secret.text)).toEqual(secret);
  expect(secret.text.startsWith(`${secret.prefix}_`)).toBe(true);
  expect(isSecretOf(secret, hashOf(secret))).toBe(true);
  expect(isSecretOf(other, hashOf(secret))).toBe(false);
  expect(isSecretOf(secret, '')).toBe(false);
});

test.each(['', 'og_short_x', 'sk_abcdefghijkl_x'])('"%s" is no secret', (text) => {
  expect(readApiKeySecret(text)).toBeNull();
});
