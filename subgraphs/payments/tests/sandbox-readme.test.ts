import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sandboxTokens } from '../src/provider/sandbox/tokens.ts';

test('the README names every token that the sandbox knows, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const named = [...readme.matchAll(/`(tok_\w+)`/g)].map(([, token]) => token);
  expect(named.sort()).toEqual([...sandboxTokens].sort());
});
