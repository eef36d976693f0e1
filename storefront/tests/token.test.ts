import { expect, test } from 'vitest';
import { readToken } from '../src/session/token.ts';

const claims = { sub: 'c1', name: 'Jürgen 雲', actor_type: 'CUSTOMER', merchants: ['m1'], iat: 500, exp: 2_000 };
const tokenOf = (payload: object): string =>
  `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`;

test('a token says who shops, where, and until when', () => {
  expect(readToken(tokenOf(claims), 1_000_000)).toMatchObject({
    subject: 'c1',
    name: 'Jürgen 雲',
    isCustomer: true,
    merchantId: 'm1',
    issuedAtMs: 500_000,
    expiresAtMs: 2_000_000,
  });
  expect(readToken(tokenOf({ ...claims, actor_type: 'ANONYMOUS' }), 0)?.isCustomer).toBe(false);
});

test.each(['', 'nonsense', 'a.b.c', tokenOf({}), tokenOf({ ...claims, exp: 'soon' })])('%j is no token', (text) => {
  expect(readToken(text, 0)).toBeNull();
});

test('one that has expired is none any more', () => {
  expect(readToken(tokenOf(claims), 2_000_000)).toBeNull();
});
