import { expect, test } from 'vitest';
import { emailProblems, searchTokens, wordsOf } from '../src/domain/person.ts';

test.each(['ada@example.com', ' Ada.L@Example.co.uk ', 'ü@bücher.example'])('takes the address %s', (email) => {
  expect(emailProblems('email', email)).toEqual([]);
});

test.each([
  '',
  'ada',
  'ada@example',
  'a b@example.com',
  'ada@example.com, bob@example.com',
  `${'x'.repeat(250)}@example.com`,
])('refuses the address "%s"', (email) => {
  expect(emailProblems('email', email)).toEqual([{ field: ['email'], message: expect.any(String) }]);
});

test('finds a person by any beginning of any word, without case and accents', () => {
  const tokens = searchTokens('Zoë Müller', 'z.mueller@example.com');

  for (const word of wordsOf('ZOE mull mueller exam')) expect(tokens).toContain(word);
  expect(tokens).not.toContain('uller');
});
