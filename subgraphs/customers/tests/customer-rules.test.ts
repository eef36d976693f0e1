import { expect, test } from 'vitest';
import { customerProblems, emailKeyOf, fullName } from '../src/domain/customer-rules.ts';
import { oneMonthAfter } from '../src/domain/due-date.ts';
import { searchRanges, searchTokens } from '../src/domain/search-words.ts';

test.each([
  ['2026-01-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z'],
  ['2028-01-30T10:00:00.000Z', '2028-02-29T10:00:00.000Z'],
  ['2026-12-15T23:59:59.999Z', '2027-01-15T23:59:59.999Z'],
  ['2026-03-31T00:00:00.000Z', '2026-04-30T00:00:00.000Z'],
])('a request of %s is due on %s', (received, due) => {
  expect(oneMonthAfter(new Date(received)).toISOString()).toBe(due);
});

test('an email is the same in capitals, with blanks around it and in either form of an accent', () => {
  expect(emailKeyOf(' Zoë@Example.org')).toBe(emailKeyOf('zoe\u0308@example.org '));
});

test('a name is what there is of first and last name', () => {
  expect(fullName({ firstName: 'Ada', lastName: null })).toBe('Ada');
  expect(fullName({ firstName: null })).toBeNull();
});

test('no problem says what was given', () => {
  const given = { email: 'PERSONAL', firstName: '', phone: 'PERSONAL', groups: ['PERSONAL'.repeat(20)] };

  const problems = customerProblems(given);

  expect(problems.map(({ field }) => field.join('.'))).toEqual(['email', 'firstName', 'phone', 'groups.0']);
  expect(JSON.stringify(problems)).not.toContain('PERSONAL');
});

test('limits how many addresses and groups there are', () => {
  const address = {
    name: null,
    line1: 'a',
    line2: null,
    city: 'b',
    region: null,
    postalCode: null,
    countryCode: 'DE',
    phone: null,
  };

  const problems = customerProblems({ addresses: Array(51).fill(address), groups: Array(51).fill('g') });

  expect(problems.map(({ field }) => field)).toEqual([['addresses'], ['groups']]);
});

test('a customer is found by the words of the name, the email whole and in parts, and the digits of the number', () => {
  const tokens = searchTokens({
    email: 'J.Doe@Example.org',
    firstName: 'José',
    lastName: 'Doe-Müller',
    phone: '+49 (30) 12',
  });

  expect(tokens.toSorted()).toEqual(['493012', 'doe', 'example', 'j', 'j.doe@example.org', 'jose', 'muller', 'org']);
});

test('only the last word of a search is a beginning', () => {
  const ranges = searchRanges('Doe jo');

  expect(ranges).toEqual([
    { from: 'doe', to: 'doe' },
    { from: 'jo', to: 'jo\u{10FFFF}' },
  ]);
});
