import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { keepSecrets } from '../src/secrets.ts';
import { newStateDirectory } from './host-process.ts';

const directory = newStateDirectory();
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('secrets are made once, and only their owner can read them', () => {
  const first = keepSecrets(directory);
  const second = keepSecrets(directory);

  expect(second).toEqual(first);
  expect(first.sealingMasterKey).toHaveLength(32);
  expect(first.contextSigningKey.kid).not.toBe(first.tokenSigningKey.kid);
  expect(statSync(join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
});
