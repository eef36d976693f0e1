import { generateSigningKey } from '@ordergraph/identity';
import { expect, test } from 'vitest';
import { openResources } from '../src/credentials/token-issuance.ts';

const key = JSON.stringify(generateSigningKey());

test('issues tokens with all three settings, and none without a key', async () => {
  const complete = { TOKEN_SIGNING_KEY: key, TOKEN_ISSUER: 'https://a.test', TOKEN_AUDIENCE: 'ordergraph' };

  expect((await openResources(complete)).tokenIssuer).not.toBeNull();
  expect((await openResources({ TOKEN_ISSUER: 'https://a.test' })).tokenIssuer).toBeNull();
});

test('does not start with half of the settings, nor with a key that is none, which it does not repeat', async () => {
  const rest = { TOKEN_ISSUER: 'https://a.test', TOKEN_AUDIENCE: 'ordergraph' };

  await expect(openResources({ TOKEN_SIGNING_KEY: key })).rejects.toThrow('TOKEN_ISSUER');
  await expect(openResources({ ...rest, TOKEN_SIGNING_KEY: '{"d":"hush' })).rejects.toThrow(/^(?!.*hush)/);
  await expect(openResources({ ...rest, TOKEN_SIGNING_KEY: '{}' })).rejects.toThrow('signing key');
});
