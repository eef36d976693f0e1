import { expect, test } from 'vitest';
import { readTokenRequest, TokenRefusal } from '../src/routes/token-request.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const basic = (text: string) => ({ ...form, authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const read = (headers: Record<string, string>, body: string) => readTokenRequest(headers, Buffer.from(body));

function refusalOf(headers: Record<string, string>, body: string): string {
  try {
    read(headers, body);
    return 'none';
  } catch (error) {
    if (error instanceof TokenRefusal) return error.code;
    throw error;
  }
}

const grant = 'grant_type=client_credentials';

test('reads the client from the form, or from HTTP Basic', () => {
  const credentials = { clientId: 'og_abc', clientSecret: 'og_abc_x-1' };

  expect(read(form, `${grant}&client_id=og_abc&client_secret=og_abc_x-1`)).toEqual({ credentials, scopes: null });
  expect(read(basic('og_abc:og_abc_x%2D1'), `${grant}&scope=read_orders+write_orders`)).toEqual({
    credentials,
    scopes: ['read_orders', 'write_orders'],
  });
});

test.each([
  ['another grant', form, 'grant_type=password', 'unsupported_grant_type'],
  ['no grant', form, '', 'invalid_request'],
  ['JSON', { 'content-type': 'application/json' }, '{}', 'invalid_request'],
  ['a parameter twice', form, `${grant}&scope=a&scope=b`, 'invalid_request'],
  ['no client', form, grant, 'invalid_request'],
  ['two ways at once', basic('a:b'), `${grant}&client_secret=b`, 'invalid_request'],
  ['two different clients', basic('a:b'), `${grant}&client_id=c`, 'invalid_request'],
  ['another scheme', { ...form, authorization: 'Bearer x' }, grant, 'invalid_request'],
  ['Basic without a colon', basic('ab'), grant, 'invalid_request'],
  ['Basic that is not form-encoded', basic('%E0:b'), grant, 'invalid_request'],
])('refuses %s', (_name, headers, body, code) => {
  expect(refusalOf(headers, body)).toBe(code);
});
